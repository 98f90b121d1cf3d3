// The differences of two messages, field by field, as people read them.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <vector>

namespace causeway::ctl {

struct FieldChange {
  std::string path;    // fields[firstName].insert_only
  std::string before;  // Empty: unset.
  std::string after;   // Empty: unset.
};

// Editable fields only, secrets not among them. Elements of repeated messages are told apart by what identifies them,
// so that another order is no difference.
std::vector<FieldChange> DiffMessages(const google::protobuf::Message& before, const google::protobuf::Message& after);

// "~ path: before → after", "+ path: after" or "- path: before".
std::string ToString(const FieldChange& change);

}  // namespace causeway::ctl
