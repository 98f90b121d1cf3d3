// What an edit changed, for the audit trail (W11). Pure.
#pragma once

#include <vector>

#include "causeway/v1/record_services.pb.h"
#include "google/protobuf/message.h"

namespace causeway::controller {

// The fields in which two messages of one type differ, in the order of their paths. Names, etags, times and secrets of
// resources are left out. Elements of a list are told apart by what identifies them (fields[email].insert_only).
std::vector<v1::AuditEntry::Change> Differences(const google::protobuf::Message& before,
                                                const google::protobuf::Message& after);

}  // namespace causeway::controller
