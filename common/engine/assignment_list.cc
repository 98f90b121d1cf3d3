#include "common/engine/assignment_list.h"

#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace causeway::engine {

absl::StatusOr<std::optional<v1::ConnectResponse>> AssignmentList::Add(v1::ConnectResponse message) {
  if (message.number() != list_.number()) list_.Clear();
  list_.set_number(message.number());
  for (v1::Assignment& assignment : *message.mutable_assignments()) {
    Known& known = known_[assignment.workflow()];
    if (assignment.has_definition()) known = {assignment.run(), assignment.definition()};
    if (!assignment.has_definition() && !assignment.stop()) {
      if (known.run != assignment.run()) {
        return absl::FailedPreconditionError(absl::StrCat("the definition of ", assignment.workflow(), " never came"));
      }
      *assignment.mutable_definition() = known.definition;
    }
    *list_.add_assignments() = std::move(assignment);
  }
  if (message.partial()) return std::nullopt;
  v1::ConnectResponse whole = std::exchange(list_, v1::ConnectResponse());
  std::set<std::string> listed;
  for (const v1::Assignment& assignment : whole.assignments()) listed.insert(assignment.workflow());
  std::erase_if(known_, [&](const auto& entry) { return !listed.contains(entry.first); });
  return whole;
}

}  // namespace causeway::engine
