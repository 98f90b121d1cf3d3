// Errors across gRPC: what an absl::Status with an errors::Detail looks like on the wire, and back.
//
// A status carries google.rpc.ErrorInfo (reason: the stable code, domain: "causeway", metadata: remedy, subject),
// RetryInfo where the error says when to come back, and BadRequest with a violation for each wrong field (design.md
// "Control"). Long texts are cut and of very many violations the first are sent, so that all fits gRPC's trailers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace grpc {
class Status;
}

namespace causeway::rpc {

// Path of the field in its message ("table_mapping.fields[2].target"), and what is wrong with it, one sentence.
struct FieldViolation {
  std::string field;
  std::string description;
};

grpc::Status ToGrpc(const absl::Status& status, const std::vector<FieldViolation>& violations = {});

// INVALID_ARGUMENT with CW-API-INVALID, or OK when there is none.
grpc::Status InvalidFields(const std::vector<FieldViolation>& violations);

// What a client can show of a failed call.
struct GrpcError {
  std::string status;  // "NOT_FOUND": gRPC's own name of its code.
  std::string code;    // CW-…; empty when the answer carries none: it isn't Causeway's.
  std::string message;
  std::string remedy;
  std::string subject;
  std::optional<absl::Duration> retry_after;
  std::vector<FieldViolation> violations;
};

GrpcError DescribeGrpcError(const grpc::Status& status);

}  // namespace causeway::rpc
