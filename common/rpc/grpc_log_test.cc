#include "common/rpc/grpc_log.h"

#include <grpc/support/log.h>

#include "common/process/log.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::rpc {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// What gRPC has to say, however little it would without a word about that.
void Say(gpr_log_severity severity, const char* text) {
  LogGrpc();
  gpr_set_log_verbosity(GPR_LOG_SEVERITY_DEBUG);
  gpr_log(__FILE__, __LINE__, severity, "%s", text);
}

TEST(GrpcLog, K3_WritesJsonLines) {
  testing::internal::CaptureStderr();
  Say(GPR_LOG_SEVERITY_ERROR, "port 1 is \"in use\"");
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              AllOf(StartsWith("{"), HasSubstr(R"("level":"warning")"), HasSubstr(R"("event":"grpc","text":"port 1 is \"in use\"")")));
}

TEST(GrpcLog, K3_IsSilentAboutWhatIsForDebugging) {
  testing::internal::CaptureStderr();
  Say(GPR_LOG_SEVERITY_INFO, "a channel was made");
  EXPECT_THAT(testing::internal::GetCapturedStderr(), IsEmpty());
}

}  // namespace
}  // namespace causeway::rpc
