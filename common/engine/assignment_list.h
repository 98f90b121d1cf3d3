// AssignmentList: puts together what a replica is to run from the messages that a stream brings (control.proto): a list comes
// in parts, and a definition only once a stream. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "causeway/v1/control.pb.h"

namespace causeway::engine {

class AssignmentList {
 public:
  // The whole list, with every definition, when this message completes it; nothing while parts are missing. A list whose parts don't
  // all come before the next one begins is dropped. FAILED_PRECONDITION: a definition was never sent on this stream, which is of no
  // use any more.
  absl::StatusOr<std::optional<v1::ConnectResponse>> Add(v1::ConnectResponse message);

  // Another stream.
  void Clear() { *this = AssignmentList(); }

 private:
  struct Known {
    int64_t run = 0;
    v1::Definition definition;
  };

  v1::ConnectResponse list_;
  std::map<std::string, Known> known_;
};

}  // namespace causeway::engine
