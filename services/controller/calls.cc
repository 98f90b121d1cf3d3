#include "services/controller/calls.h"

#include <vector>

namespace causeway::controller {
namespace {

constexpr size_t kMaxActor = 100;

const char* NameOf(grpc::StatusCode code) {
  static constexpr const char* kNames[] = {
      "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
      "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
      "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
      "DATA_LOSS", "UNAUTHENTICATED"};
  return code >= 0 && code <= grpc::StatusCode::UNAUTHENTICATED ? kNames[code] : "UNKNOWN";
}

}  // namespace

std::string ActorOf(const grpc::ServerContextBase& context) {
  const auto given = context.client_metadata().find("x-causeway-actor");
  if (given == context.client_metadata().end()) return context.peer();
  std::string actor(given->second.data(), std::min(given->second.size(), kMaxActor));
  for (char& c : actor) {
    if (c < ' ' || c > '~') c = '?';
  }
  return actor;
}

grpc::Status ToGrpcStatus(const absl::Status& status) {
  std::vector<rpc::FieldViolation> violations;
  for (const Violation& violation : ViolationsOf(status))
    violations.push_back({violation.field, violation.description});
  return rpc::ToGrpc(status, violations);
}

void Calls::Count(const char* method, const grpc::Status& status) {
  registry_.Get(metrics::kApiRequests, method, NameOf(status.error_code())).Add();
}

}  // namespace causeway::controller
