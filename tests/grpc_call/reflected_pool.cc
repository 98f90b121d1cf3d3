#include "tests/grpc_call/reflected_pool.h"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/unknown_field_set.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "tests/grpc_call/byte_call.h"

namespace causeway::grpc_call {
namespace {

using google::protobuf::UnknownFieldSet;

constexpr char kMethod[] = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
constexpr absl::Duration kTimeout = absl::Seconds(10);

// Field numbers of ServerReflectionRequest.
constexpr int kFileByName = 3, kFileContainingSymbol = 4, kListServices = 7;
// Field numbers of ServerReflectionResponse, and of what they hold.
constexpr int kFiles = 4, kServices = 6, kError = 7, kFirst = 1, kErrorMessage = 2;

std::vector<std::string> Texts(const std::string& message, int number) {
  UnknownFieldSet fields;
  std::vector<std::string> texts;
  if (!fields.ParseFromString(message)) return texts;
  for (int at = 0; at < fields.field_count(); ++at) {
    const google::protobuf::UnknownField& field = fields.field(at);
    if (field.number() == number && field.type() == google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED) {
      texts.push_back(field.length_delimited());
    }
  }
  return texts;
}

// The values of the response's field `wanted`.
absl::StatusOr<std::vector<std::string>> Ask(const std::shared_ptr<grpc::ChannelInterface>& channel, int field,
                                             const std::string& what, int wanted) {
  UnknownFieldSet request;
  request.AddLengthDelimited(field, what);
  std::string bytes;
  request.SerializeToString(&bytes);
  ByteCall call(channel, kMethod, {bytes}, kTimeout);
  const std::optional<std::string> answer = call.Read();
  const grpc::Status status = call.Finish();
  if (!answer) return absl::UnavailableError(absl::StrCat("reflection: ", status.error_message()));
  for (const std::string& error : Texts(*answer, kError)) {
    const std::vector<std::string> messages = Texts(error, kErrorMessage);
    return absl::NotFoundError(absl::StrCat(what, ": ", messages.empty() ? "unknown" : messages[0]));
  }
  std::vector<std::string> values;
  for (const std::string& part : Texts(*answer, wanted)) {
    for (std::string& value : Texts(part, kFirst)) values.push_back(std::move(value));
  }
  return values;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ReflectedPool::Services() {
  auto services = Ask(channel_, kListServices, "*", kServices);
  if (!services.ok()) return services.status();
  std::vector<std::string> names;
  for (const std::string& service : *services) {
    for (std::string& name : Texts(service, kFirst)) names.push_back(std::move(name));
  }
  return names;
}

absl::Status ReflectedPool::AddFile(int field, const std::string& what) {
  auto files = Ask(channel_, field, what, kFiles);
  if (!files.ok()) return files.status();
  for (const std::string& bytes : *files) {
    google::protobuf::FileDescriptorProto file;
    if (!file.ParseFromString(bytes)) return absl::InternalError(absl::StrCat(what, ": not a file"));
    if (pool_.FindFileByName(file.name()) != nullptr) continue;
    for (const std::string& import : file.dependency()) {
      if (pool_.FindFileByName(import) != nullptr) continue;
      if (absl::Status added = AddFile(kFileByName, import); !added.ok()) return added;
    }
    if (pool_.BuildFile(file) == nullptr) return absl::InternalError(absl::StrCat(file.name(), " is invalid"));
  }
  return absl::OkStatus();
}

absl::StatusOr<const google::protobuf::MethodDescriptor*> ReflectedPool::Method(const std::string& name) {
  const size_t slash = name.find('/');
  if (slash == std::string::npos) return absl::InvalidArgumentError("say package.Service/Method");
  const std::string service = name.substr(0, slash);
  if (absl::Status added = AddFile(kFileContainingSymbol, service); !added.ok()) return added;
  const auto* found = pool_.FindServiceByName(service);
  const auto* method = found == nullptr ? nullptr : found->FindMethodByName(name.substr(slash + 1));
  if (method == nullptr) return absl::NotFoundError(absl::StrCat("there is no ", name));
  return method;
}

}  // namespace causeway::grpc_call
