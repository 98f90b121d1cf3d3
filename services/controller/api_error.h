// The errors that the API's callers get (design.md "Control"): a status with a stable code, and for wrong input every
// field that is wrong. The gRPC shell turns them into google.rpc details.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace causeway::controller {

// What is wrong with one field: its path within the resource ("fields[3].target_field") or request ("page_token").
struct Violation {
  std::string field;
  std::string description;  // One sentence.
};

// CW-API-INVALID, INVALID_ARGUMENT. With all violations; there is at least one.
absl::Status InvalidError(const std::vector<Violation>& violations);
// The same for a page token that this list never gave.
absl::Status UnreadableTokenError();
// CW-API-NOT-FOUND, NOT_FOUND. `existing`: names of the same kind, of which the message shows some.
absl::Status NotFoundError(absl::string_view name, const std::vector<std::string>& existing);
// The same where the existing ones are too many to be shown.
absl::Status NotFoundError(absl::string_view name);
// CW-API-EXISTS, ALREADY_EXISTS.
absl::Status ExistsError(absl::string_view message, absl::string_view subject);
// CW-API-ETAG, ABORTED.
absl::Status EtagError(absl::string_view name);
// CW-API-STATE, FAILED_PRECONDITION.
absl::Status StateError(absl::string_view message, absl::string_view subject);
// CW-WRK-NOTHING, FAILED_PRECONDITION: the workflow can't start (W4), for all these reasons.
absl::Status NothingToDoError(absl::string_view workflow, const std::vector<Violation>& reasons);

// Those of InvalidError and NothingToDoError; empty for other statuses.
std::vector<Violation> ViolationsOf(const absl::Status& status);

}  // namespace causeway::controller
