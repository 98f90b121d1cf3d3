#include "services/ctl/call_error.h"

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "services/ctl/exit_code.h"

namespace causeway::ctl {
namespace {

ExitCode ExitCodeOf(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::NOT_FOUND:
      return ExitCode::kNotFound;
    case grpc::StatusCode::FAILED_PRECONDITION:
    case grpc::StatusCode::ABORTED:
    case grpc::StatusCode::ALREADY_EXISTS:
      return ExitCode::kPrecondition;
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::UNIMPLEMENTED:
      return ExitCode::kUnreachable;
    default:
      return ExitCode::kServer;
  }
}

// A line of what the message doesn't say already.
void AppendLine(const grpc::Status& status, const std::string& field, const std::string& description,
                std::string& text) {
  if (status.error_message().find(description) == std::string::npos)
    absl::StrAppend(&text, "\n  ", field, ": ", description);
}

// The violations, the code and the remedy, a line each; empty when the status carries no details.
std::string Details(const grpc::Status& status) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return "";
  std::string text;
  for (const auto& any : details.details()) {
    google::rpc::BadRequest bad_request;
    google::rpc::ErrorInfo info;
    google::rpc::PreconditionFailure precondition;
    if (any.UnpackTo(&bad_request)) {
      for (const auto& violation : bad_request.field_violations()) {
        AppendLine(status, violation.field(), violation.description(), text);
      }
    } else if (any.UnpackTo(&precondition)) {
      for (const auto& violation : precondition.violations()) {
        AppendLine(status, violation.subject(), violation.description(), text);
      }
    } else if (any.UnpackTo(&info)) {
      absl::StrAppend(&text, "\n  code: ", info.reason());
      const auto remedy = info.metadata().find("remedy");
      if (remedy != info.metadata().end()) absl::StrAppend(&text, "\n  to do: ", remedy->second);
    }
  }
  return text;
}

}  // namespace

absl::Status CallError(const grpc::Status& status, const std::string& address) {
  const std::string details = Details(status);
  const ExitCode exit_code = ExitCodeOf(status.error_code());
  // A controller says why in every error; what says nothing, or doesn't know the method, is something else.
  const bool silent = status.error_message().empty() && details.empty();
  if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED || silent) {
    return Fail(ExitCode::kUnreachable,
                absl::StrCat("What answers at ", address, " is no controller, or one of another version (gRPC status ",
                             static_cast<int>(status.error_code()), silent ? "" : ": ", status.error_message(),
                             ").\n  to do: give the controller's address with --server or CAUSEWAY_SERVER; metrics and the workflow services have "
                             "addresses of their own."));
  }
  if (exit_code == ExitCode::kUnreachable && details.empty()) {
    return Fail(exit_code,
                absl::StrCat("No controller answers at ", address, " (", status.error_message(),
                             ").\n  to do: start it, or give its address with --server or CAUSEWAY_SERVER."));
  }
  return Fail(exit_code, absl::StrCat(status.error_message(), details));
}

}  // namespace causeway::ctl
