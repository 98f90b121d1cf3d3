#include "services/ctl/exit_code.h"

#include "absl/strings/cord.h"

namespace causeway::ctl {

constexpr char kPayload[] = "type.causeway/exit-code";

absl::Status Fail(ExitCode code, const std::string& message) {
  absl::Status status(absl::StatusCode::kUnknown, message);
  status.SetPayload(kPayload, absl::Cord(std::string(1, static_cast<char>(code))));
  return status;
}

ExitCode ExitCodeOf(const absl::Status& status) {
  if (status.ok()) return ExitCode::kOk;
  const auto payload = status.GetPayload(kPayload);
  return payload ? static_cast<ExitCode>(std::string(*payload)[0]) : ExitCode::kServer;
}

}  // namespace causeway::ctl
