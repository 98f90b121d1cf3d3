#include "services/controller/api_error.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/errors/error.h"
#include "google/rpc/error_details.pb.h"
#include "services/controller/names.h"

namespace causeway::controller {
namespace {

constexpr absl::string_view kViolationsUrl = "type.googleapis.com/google.rpc.BadRequest";
constexpr size_t kNamesShown = 10;

// The code's own status code is that of its kind; a caller of an API is told more precisely.
absl::Status Make(absl::StatusCode status_code, const errors::Code& code, absl::string_view message,
                  absl::string_view subject) {
  absl::Status status(status_code, message);
  errors::Make(code, message, subject).ForEachPayload([&](absl::string_view url, const absl::Cord& payload) {
    status.SetPayload(url, payload);
  });
  return status;
}

void Attach(const std::vector<Violation>& violations, absl::Status& status) {
  google::rpc::BadRequest bad_request;
  for (const Violation& violation : violations) {
    auto& field = *bad_request.add_field_violations();
    field.set_field(violation.field);
    field.set_description(violation.description);
  }
  status.SetPayload(kViolationsUrl, absl::Cord(bad_request.SerializeAsString()));
}

std::string Reasons(const std::vector<Violation>& violations) {
  return absl::StrJoin(violations, " ", [](std::string* out, const Violation& violation) {
    absl::StrAppend(out, violation.description);
  });
}

}  // namespace

absl::Status InvalidError(const std::vector<Violation>& violations) {
  const std::string message = violations.size() == 1
                                  ? absl::StrCat(violations[0].field, ": ", violations[0].description)
                                  : absl::StrCat(violations.size(), " fields are invalid.");
  absl::Status status = Make(absl::StatusCode::kInvalidArgument, errors::kApiInvalid, message, violations[0].field);
  Attach(violations, status);
  return status;
}

absl::Status UnreadableTokenError() {
  return InvalidError({{"page_token", "It is not one that this list gave; ask for the first page without one."}});
}

absl::Status NotFoundError(absl::string_view name, const std::vector<std::string>& existing) {
  std::string message = absl::StrCat("There is no ", name, ".");
  if (existing.empty()) {
    absl::StrAppend(&message, " There is none of that kind yet.");
  } else {
    if (existing.size() > kNamesShown) {
      absl::StrAppend(&message, " There are ", existing.size(), "; the nearest: ",
                      absl::StrJoin(NearestNames(name, existing, kNamesShown), ", "), ".");
    } else {
      absl::StrAppend(&message, " There are: ", absl::StrJoin(existing, ", "), ".");
    }
  }
  return Make(absl::StatusCode::kNotFound, errors::kApiNotFound, message, name);
}

absl::Status NotFoundError(absl::string_view name) {
  return Make(absl::StatusCode::kNotFound, errors::kApiNotFound, absl::StrCat("There is no ", name, "."), name);
}

absl::Status ExistsError(absl::string_view message, absl::string_view subject) {
  return Make(absl::StatusCode::kAlreadyExists, errors::kApiExists, message, subject);
}

absl::Status EtagError(absl::string_view name) {
  return Make(absl::StatusCode::kAborted, errors::kApiEtag,
              absl::StrCat(name, " was changed meanwhile: the etag is not the latest."), name);
}

absl::Status StateError(absl::string_view message, absl::string_view subject) {
  return Make(absl::StatusCode::kFailedPrecondition, errors::kApiState, message, subject);
}

absl::Status NothingToDoError(absl::string_view workflow, const std::vector<Violation>& reasons) {
  absl::Status status = Make(absl::StatusCode::kFailedPrecondition, errors::kNothingToDo,
                             absl::StrCat("Workflow ", workflow, " can't start. ", Reasons(reasons)), workflow);
  Attach(reasons, status);
  return status;
}

std::vector<Violation> ViolationsOf(const absl::Status& status) {
  std::vector<Violation> violations;
  const auto payload = status.GetPayload(kViolationsUrl);
  google::rpc::BadRequest bad_request;
  if (!payload.has_value() || !bad_request.ParseFromString(std::string(*payload))) return violations;
  for (const auto& field : bad_request.field_violations()) violations.push_back({field.field(), field.description()});
  return violations;
}

}  // namespace causeway::controller
