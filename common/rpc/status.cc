#include "common/rpc/status.h"

#include <google/protobuf/util/time_util.h>
#include <grpcpp/support/status.h>

#include <utility>

#include "common/errors/error.h"
#include "common/errors/excerpt.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace causeway::rpc {
namespace {

using google::protobuf::util::TimeUtil;

constexpr char kDomain[] = "causeway";

// gRPC drops a status whose trailers take more than 8 KiB, and the client learns nothing. The message travels twice,
// once with its non-ASCII bytes tripled.
constexpr size_t kMaxText = 400;
constexpr size_t kMaxViolationBytes = 4000;

constexpr const char* kCodeNames[] = {
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};

// Of a stable code where it says more than its kind (google.aip.dev/193); otherwise the status's own, whose numbers are
// gRPC's.
grpc::StatusCode CodeOf(const absl::Status& status, const std::string& code) {
  const std::pair<absl::string_view, grpc::StatusCode> known[] = {
      {errors::kApiNotFound.id, grpc::StatusCode::NOT_FOUND},
      {errors::kApiExists.id, grpc::StatusCode::ALREADY_EXISTS},
      {errors::kApiEtag.id, grpc::StatusCode::ABORTED},
      {errors::kApiState.id, grpc::StatusCode::FAILED_PRECONDITION},
      {errors::kNothingToDo.id, grpc::StatusCode::FAILED_PRECONDITION},
  };
  for (const auto& [id, grpc_code] : known) {
    if (code == id) return grpc_code;
  }
  return static_cast<grpc::StatusCode>(status.raw_code());
}

void AddErrorInfo(const errors::Detail& detail, google::rpc::Status& rich) {
  google::rpc::ErrorInfo info;
  info.set_reason(detail.code);
  info.set_domain(kDomain);
  if (!detail.remedy.empty()) (*info.mutable_metadata())["remedy"] = detail.remedy;
  if (!detail.subject.empty()) (*info.mutable_metadata())["subject"] = errors::Excerpt(detail.subject, kMaxText);
  rich.add_details()->PackFrom(info);
}

void AddViolations(const std::vector<FieldViolation>& violations, google::rpc::Status& rich) {
  google::rpc::BadRequest bad_request;
  size_t bytes = 0;
  for (const FieldViolation& violation : violations) {
    google::rpc::BadRequest::FieldViolation told;
    told.set_field(errors::Excerpt(violation.field, kMaxText));
    told.set_description(errors::Excerpt(violation.description, kMaxText));
    bytes += told.ByteSizeLong();
    if (bytes > kMaxViolationBytes) break;
    *bad_request.add_field_violations() = std::move(told);
  }
  rich.add_details()->PackFrom(bad_request);
}

// google.rpc.Status travels as protobuf text in the trailer grpc-status-details-bin, which gRPC calls error_details.
void ReadDetail(const google::protobuf::Any& any, GrpcError& error) {
  if (google::rpc::ErrorInfo info; any.UnpackTo(&info)) {
    if (info.domain() != kDomain) return;
    const auto metadata = [&](const char* key) {
      const auto found = info.metadata().find(key);
      return found == info.metadata().end() ? std::string() : found->second;
    };
    error.code = info.reason();
    error.remedy = metadata("remedy");
    error.subject = metadata("subject");
  } else if (google::rpc::BadRequest bad_request; any.UnpackTo(&bad_request)) {
    for (const auto& violation : bad_request.field_violations()) {
      error.violations.push_back({violation.field(), violation.description()});
    }
  } else if (google::rpc::RetryInfo retry; any.UnpackTo(&retry)) {
    error.retry_after = absl::Milliseconds(TimeUtil::DurationToMilliseconds(retry.retry_delay()));
  }
}

}  // namespace

grpc::Status ToGrpc(const absl::Status& status, const std::vector<FieldViolation>& violations) {
  if (status.ok()) return grpc::Status::OK;
  const errors::Detail detail = errors::Describe(status);
  google::rpc::Status rich;
  rich.set_code(CodeOf(status, detail.code));
  rich.set_message(errors::Excerpt(detail.message, kMaxText));
  AddErrorInfo(detail, rich);
  if (!violations.empty()) AddViolations(violations, rich);
  if (detail.retry_after) {
    google::rpc::RetryInfo retry;
    *retry.mutable_retry_delay() = TimeUtil::MillisecondsToDuration(absl::ToInt64Milliseconds(*detail.retry_after));
    rich.add_details()->PackFrom(retry);
  }
  return grpc::Status(static_cast<grpc::StatusCode>(rich.code()), rich.message(), rich.SerializeAsString());
}

grpc::Status InvalidFields(const std::vector<FieldViolation>& violations) {
  if (violations.empty()) return grpc::Status::OK;
  std::string message = violations.front().field + ": " + violations.front().description;
  if (violations.size() > 1) message += " (and " + std::to_string(violations.size() - 1) + " more)";
  return ToGrpc(errors::Make(errors::kApiInvalid, message), violations);
}

GrpcError DescribeGrpcError(const grpc::Status& status) {
  GrpcError error;
  const auto code = static_cast<size_t>(status.error_code());
  error.status = code < std::size(kCodeNames) ? kCodeNames[code] : std::to_string(status.error_code());
  error.message = status.error_message();
  google::rpc::Status rich;
  if (!rich.ParseFromString(status.error_details())) return error;
  for (const google::protobuf::Any& any : rich.details()) ReadDetail(any, error);
  return error;
}

}  // namespace causeway::rpc
