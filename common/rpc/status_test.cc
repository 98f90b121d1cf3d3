#include "common/rpc/status.h"

#include <grpcpp/support/status.h>

#include "common/errors/error.h"
#include "gtest/gtest.h"

namespace causeway::rpc {
namespace {

TEST(Status, C9_CarriesEverythingThere) {
  errors::Detail detail =
      errors::NewDetail(errors::kApiNotReady, "The controller is still reading its topics.", "definitions");
  detail.retry_after = absl::Milliseconds(1500);
  const grpc::Status status = ToGrpc(errors::Make(detail));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(status.error_message(), detail.message);
  const GrpcError error = DescribeGrpcError(status);
  EXPECT_EQ(error.status, "UNAVAILABLE");
  EXPECT_EQ(error.code, "CW-API-NOT-READY");
  EXPECT_EQ(error.message, detail.message);
  EXPECT_EQ(error.remedy, detail.remedy);
  EXPECT_EQ(error.subject, "definitions");
  EXPECT_EQ(error.retry_after, absl::Milliseconds(1500));
  EXPECT_TRUE(error.violations.empty());
}

TEST(Status, C9_NamesEachWrongField) {
  const grpc::Status status =
      InvalidFields({{"workflow.settings.poll_interval", "must be at least 1 s"}, {"etag", "is missing"}});
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  const GrpcError error = DescribeGrpcError(status);
  EXPECT_EQ(error.code, "CW-API-INVALID");
  EXPECT_EQ(error.message, "workflow.settings.poll_interval: must be at least 1 s (and 1 more)");
  ASSERT_EQ(error.violations.size(), 2u);
  EXPECT_EQ(error.violations[0].field, "workflow.settings.poll_interval");
  EXPECT_EQ(error.violations[0].description, "must be at least 1 s");
  EXPECT_EQ(error.violations[1].field, "etag");
  EXPECT_TRUE(InvalidFields({}).ok());
}

TEST(Status, R2_StaysSmallEnoughForGrpcsTrailers) {
  constexpr size_t kTrailers = 8192;
  std::string name;
  while (name.size() < 100'000) name += "ü";
  const grpc::Status unknown = ToGrpc(errors::Make(errors::kApiNotFound, "There is no " + name + ".", name));
  EXPECT_LT(3 * unknown.error_message().size() + unknown.error_details().size(), kTrailers);
  EXPECT_EQ(DescribeGrpcError(unknown).code, "CW-API-NOT-FOUND");

  const std::vector<FieldViolation> many(1000, {"fields[7].target_field", "Another mapping writes it already."});
  const grpc::Status invalid = InvalidFields(many);
  EXPECT_LT(3 * invalid.error_message().size() + invalid.error_details().size(), kTrailers);
  EXPECT_GE(DescribeGrpcError(invalid).violations.size(), 20u);
  EXPECT_EQ(invalid.error_message(), "fields[7].target_field: Another mapping writes it already. (and 999 more)");
}

TEST(Status, C9_ChoosesTheCodeThatClientsExpect) {
  const std::pair<errors::Code, grpc::StatusCode> cases[] = {
      {errors::kApiInvalid, grpc::StatusCode::INVALID_ARGUMENT},
      {errors::kApiNotFound, grpc::StatusCode::NOT_FOUND},
      {errors::kApiExists, grpc::StatusCode::ALREADY_EXISTS},
      {errors::kApiEtag, grpc::StatusCode::ABORTED},
      {errors::kApiState, grpc::StatusCode::FAILED_PRECONDITION},
      {errors::kNothingToDo, grpc::StatusCode::FAILED_PRECONDITION},
      {errors::kApiNotReady, grpc::StatusCode::UNAVAILABLE},
      {errors::kBug, grpc::StatusCode::INTERNAL},
  };
  for (const auto& [code, expected] : cases) {
    const grpc::Status status = ToGrpc(errors::Make(code, "Something happened."));
    EXPECT_EQ(status.error_code(), expected) << code.id;
    EXPECT_EQ(DescribeGrpcError(status).code, std::string(code.id));
  }
  EXPECT_TRUE(ToGrpc(absl::OkStatus()).ok());
  EXPECT_EQ(ToGrpc(absl::PermissionDeniedError("no")).error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

TEST(Status, R5_SendsNoExcerpt) {
  errors::Detail detail = errors::NewDetail(errors::kCampaignRefused, "Campaign refused a value.");
  detail.excerpt = "alice@example.com";
  const grpc::Status status = ToGrpc(errors::Make(detail));
  EXPECT_EQ(status.error_details().find("alice"), std::string::npos);
  EXPECT_EQ(status.error_message().find("alice"), std::string::npos);
}

TEST(DescribeGrpcError, TakesWhatOthersSend) {
  const GrpcError away = DescribeGrpcError(grpc::Status(grpc::StatusCode::UNAVAILABLE, "connection refused"));
  EXPECT_EQ(away.status, "UNAVAILABLE");
  EXPECT_EQ(away.code, "");
  EXPECT_EQ(away.message, "connection refused");
  EXPECT_EQ(DescribeGrpcError(grpc::Status(grpc::StatusCode::INTERNAL, "x", "\xff\xff garbage")).status, "INTERNAL");
  EXPECT_EQ(DescribeGrpcError(grpc::Status(static_cast<grpc::StatusCode>(99), "x")).status, "99");
}

}  // namespace
}  // namespace causeway::rpc
