// grpc_call ADDRESS list                            the services' names, a line each
// grpc_call ADDRESS package.Service/Method [JSON]   the answers, a line of JSON each; at most 5 of a stream
// grpc_call ADDRESS health [SERVICE]                what grpc.health.v1 says of it: SERVING, NOT_SERVING …
//
// Knows no proto of its own but google.rpc's errors. A refused call ends it with gRPC's code, and prints one line of
// JSON: status, code, message, remedy, subject, violations.
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/unknown_field_set.h>
#include <google/protobuf/util/json_util.h>
#include <grpcpp/grpcpp.h>

#include <iostream>
#include <memory>
#include <string>

#include "common/rpc/status.h"
#include "tests/grpc_call/byte_call.h"
#include "tests/grpc_call/reflected_pool.h"

namespace causeway::grpc_call {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(30);
constexpr int kMostAnswers = 5;
constexpr int kUsage = 64;

int Complain(const std::string& what) {
  std::cerr << "grpc_call: " << what << "\n";
  return kUsage;
}

std::string ToJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string json;
  (void)google::protobuf::util::MessageToJsonString(message, &json, options);
  return json;
}

void Print(const rpc::GrpcError& error) {
  google::protobuf::Struct shown;
  auto& fields = *shown.mutable_fields();
  fields["status"].set_string_value(error.status);
  fields["code"].set_string_value(error.code);
  fields["message"].set_string_value(error.message);
  fields["remedy"].set_string_value(error.remedy);
  fields["subject"].set_string_value(error.subject);
  auto& violations = *fields["violations"].mutable_struct_value()->mutable_fields();
  for (const rpc::FieldViolation& violation : error.violations) {
    violations[violation.field].set_string_value(violation.description);
  }
  std::cout << ToJson(shown) << "\n";
}

int List(ReflectedPool& pool) {
  const auto services = pool.Services();
  if (!services.ok()) return Complain(std::string(services.status().message()));
  for (const std::string& service : *services) std::cout << service << "\n";
  return 0;
}

// gRPC's own health service doesn't describe itself by reflection. HealthCheckRequest: string service = 1;
// HealthCheckResponse: enum status = 1.
int Health(const std::shared_ptr<grpc::Channel>& channel, const std::string& service) {
  google::protobuf::UnknownFieldSet request;
  if (!service.empty()) request.AddLengthDelimited(1, service);
  std::string bytes;
  request.SerializeToString(&bytes);
  ByteCall call(channel, "/grpc.health.v1.Health/Check", {bytes}, kTimeout);
  const std::optional<std::string> answer = call.Read();
  if (!answer) {
    Print(rpc::DescribeGrpcError(call.Finish()));
    return 1;
  }
  google::protobuf::UnknownFieldSet response;
  const bool told = response.ParseFromString(*answer) && response.field_count() == 1;
  constexpr const char* kNames[] = {"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};
  std::cout << kNames[told ? response.field(0).varint() & 3 : 0] << "\n";
  return 0;
}

int Call(const std::shared_ptr<grpc::Channel>& channel, ReflectedPool& pool, const std::string& name,
         const std::string& json) {
  const auto method = pool.Method(name);
  if (!method.ok()) return Complain(std::string(method.status().message()));
  google::protobuf::DynamicMessageFactory messages;
  const std::unique_ptr<google::protobuf::Message> request(messages.GetPrototype((*method)->input_type())->New());
  const auto parsed = google::protobuf::util::JsonStringToMessage(json, request.get());
  if (!parsed.ok()) return Complain(parsed.ToString());

  ByteCall call(channel, "/" + name, {request->SerializeAsString()}, kTimeout);
  int answers = 0;
  while (answers < kMostAnswers) {
    const std::optional<std::string> bytes = call.Read();
    if (!bytes) break;
    ++answers;
    const std::unique_ptr<google::protobuf::Message> answer(messages.GetPrototype((*method)->output_type())->New());
    if (!answer->ParseFromString(*bytes)) return Complain("the answer isn't what reflection says");
    std::cout << ToJson(*answer) << "\n";
  }
  const grpc::Status status = call.Finish();
  if (status.ok() || answers == kMostAnswers) return 0;
  Print(rpc::DescribeGrpcError(status));
  return status.error_code();
}

int Main(int argc, char** argv) {
  if (argc < 3 || argc > 4)
    return Complain("say ADDRESS list, ADDRESS health, or ADDRESS package.Service/Method [JSON]");
  const auto channel = grpc::CreateChannel(argv[1], grpc::InsecureChannelCredentials());
  ReflectedPool pool(channel);
  const std::string what = argv[2];
  if (what == "list") return List(pool);
  if (what == "health") return Health(channel, argc == 4 ? argv[3] : "");
  return Call(channel, pool, what, argc == 4 ? argv[3] : "{}");
}

}  // namespace
}  // namespace causeway::grpc_call

int main(int argc, char** argv) { return causeway::grpc_call::Main(argc, argv); }
