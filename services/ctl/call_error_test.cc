#include "services/ctl/call_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "services/ctl/exit_code.h"

namespace causeway::ctl {
namespace {

using testing::HasSubstr;

TEST(CallError, C9_ShowsEveryViolationWithItsFieldCodeAndRemedy) {
  google::rpc::Status details;
  google::rpc::BadRequest bad_request;
  for (const char* field : {"fields[0].target_field", "target_key"}) {
    auto& violation = *bad_request.add_field_violations();
    violation.set_field(field);
    violation.set_description("Wrong.");
  }
  details.add_details()->PackFrom(bad_request);
  google::rpc::ErrorInfo info;
  info.set_reason("CW-API-INVALID");
  (*info.mutable_metadata())["remedy"] = "Correct the named fields.";
  details.add_details()->PackFrom(info);
  const grpc::Status status(grpc::StatusCode::INVALID_ARGUMENT, "2 fields are invalid.", details.SerializeAsString());
  const absl::Status error = CallError(status, "127.0.0.1:1");
  EXPECT_EQ(error.message(),
            "2 fields are invalid.\n  fields[0].target_field: Wrong.\n  target_key: Wrong.\n"
            "  code: CW-API-INVALID\n  to do: Correct the named fields.");
  EXPECT_EQ(ExitCodeOf(error), ExitCode::kServer);
}

TEST(CallError, C10_AnUnreachableControllerIsNamedWithWhatToDo) {
  const absl::Status error = CallError(grpc::Status(grpc::StatusCode::UNAVAILABLE, "refused"), "host:17010");
  EXPECT_EQ(ExitCodeOf(error), ExitCode::kUnreachable);
  EXPECT_THAT(std::string(error.message()), HasSubstr("host:17010"));
  EXPECT_THAT(std::string(error.message()), HasSubstr("--server"));
}

TEST(CallError, C10_ExitCodesAreStable) {
  const auto code = [](grpc::StatusCode status) {
    return static_cast<int>(ExitCodeOf(CallError(grpc::Status(status, "x"), "")));
  };
  EXPECT_EQ(code(grpc::StatusCode::INTERNAL), 1);
  EXPECT_EQ(code(grpc::StatusCode::INVALID_ARGUMENT), 1);
  EXPECT_EQ(code(grpc::StatusCode::NOT_FOUND), 3);
  EXPECT_EQ(code(grpc::StatusCode::FAILED_PRECONDITION), 4);
  EXPECT_EQ(code(grpc::StatusCode::ABORTED), 4);
  EXPECT_EQ(code(grpc::StatusCode::ALREADY_EXISTS), 4);
  EXPECT_EQ(code(grpc::StatusCode::UNAVAILABLE), 5);
  EXPECT_EQ(code(grpc::StatusCode::DEADLINE_EXCEEDED), 5);
}

}  // namespace
}  // namespace causeway::ctl
