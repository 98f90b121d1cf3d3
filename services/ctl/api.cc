#include "services/ctl/api.h"

#include <google/protobuf/empty.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/security/credentials.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <climits>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "causeway/v1/definition_services.pb.h"
#include "services/ctl/call_error.h"
#include "services/ctl/exit_code.h"

namespace causeway::ctl {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;

constexpr absl::Duration kConnectEvery = absl::Milliseconds(500);
constexpr int kMaxAnswerBytes = 64 << 20;

std::unique_ptr<Message> NewMessage(const std::string& name) {
  // Found by its name only, the file of these messages would not be linked.
  static const DescriptorPool& pool = *v1::GetOrganizationRequest::descriptor()->file()->pool();
  const Descriptor* descriptor = pool.FindMessageTypeByName(absl::StrCat("causeway.v1.", name));
  return std::unique_ptr<Message>(MessageFactory::generated_factory()->GetPrototype(descriptor)->New());
}

std::string TypeOf(const ResourceKind& kind) { return kind.descriptor()->name(); }
std::string PluralOf(const ResourceKind& kind) { return TypeOf(kind) + (TypeOf(kind).back() == 'y' ? "ies" : "s"); }
std::string MethodOf(const ResourceKind& kind, const char* verb, const std::string& noun) {
  return absl::StrCat(TypeOf(kind), "Service.", verb, noun);
}
// table_mapping
std::string FieldOf(const ResourceKind& kind) {
  std::string field = kind.singular;
  std::replace(field.begin(), field.end(), ' ', '_');
  return field;
}

const FieldDescriptor* Find(const Message& message, const std::string& field) {
  return message.GetDescriptor()->FindFieldByName(field);
}

void SetMessageField(Message& message, const std::string& field, const Message& value) {
  message.GetReflection()->MutableMessage(&message, Find(message, field))->CopyFrom(value);
}

std::shared_ptr<grpc::Channel> CreateChannel(const std::string& address) {
  grpc::ChannelArguments arguments;
  // People wait; gRPC's own pauses between attempts grow to minutes.
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, absl::ToInt64Milliseconds(kConnectEvery));
  // gRPC's limit is 4 MiB; a dead letter holds a row of up to 8 MiB.
  arguments.SetMaxReceiveMessageSize(kMaxAnswerBytes);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

// For the audit trail: root@host-17.
std::string UserAndHost() {
  const passwd* user = getpwuid(geteuid());
  char host[HOST_NAME_MAX + 1] = "";
  gethostname(host, sizeof(host) - 1);
  std::string actor = absl::StrCat(user == nullptr ? absl::StrCat(geteuid()) : user->pw_name, "@", host);
  // gRPC's metadata bears nothing else.
  std::replace_if(
      actor.begin(), actor.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return actor;
}

}  // namespace

std::string StringField(const Message& message, const std::string& field) {
  const FieldDescriptor* found = Find(message, field);
  return found == nullptr ? "" : message.GetReflection()->GetString(message, found);
}

void SetStringField(Message& message, const std::string& field, const std::string& value) {
  if (const FieldDescriptor* found = Find(message, field)) message.GetReflection()->SetString(&message, found, value);
}

Api::Api(std::string address, Patience patience)
    : address_(std::move(address)),
      timeout_(patience.answer),
      connect_deadline_(absl::Now() + patience.connect),
      channel_(CreateChannel(address_)) {}

absl::Status Api::Call(const std::string& method, const Message& request, Message& response) {
  std::string path = absl::StrCat("/causeway.v1.", method);
  std::replace(path.begin() + 13, path.end(), '.', '/');
  grpc::ByteBuffer sent;
  bool own_buffer = false;
  grpc::GenericSerialize<grpc::ProtoBufferWriter, Message>(request, &sent, &own_buffer);

  grpc::Status status = CallOnce(path, sent, response);
  while (status.error_code() == grpc::StatusCode::UNAVAILABLE && absl::Now() < connect_deadline_) {
    absl::SleepFor(kConnectEvery);
    status = CallOnce(path, sent, response);
  }
  return status.ok() ? absl::OkStatus() : CallError(status, address_);
}

grpc::Status Api::CallOnce(const std::string& path, const grpc::ByteBuffer& request, Message& response) {
  grpc::ClientContext context;
  context.AddMetadata("x-causeway-actor", UserAndHost());
  context.set_deadline(absl::ToChronoTime(absl::Now() + timeout_));
  grpc::CompletionQueue queue;
  grpc::GenericStub stub(channel_);
  auto call = stub.PrepareUnaryCall(&context, path, request, &queue);
  call->StartCall();
  grpc::ByteBuffer received;
  grpc::Status status;
  call->Finish(&received, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  if (status.ok()) status = grpc::GenericDeserialize<grpc::ProtoBufferReader, Message>(&received, &response);
  return status;
}

absl::StatusOr<std::unique_ptr<Message>> Api::Get(const ResourceKind& kind, const std::string& name) {
  auto request = NewMessage(absl::StrCat("Get", TypeOf(kind), "Request"));
  SetStringField(*request, "name", name);
  auto resource = NewMessage(TypeOf(kind));
  if (auto status = Call(MethodOf(kind, "Get", TypeOf(kind)), *request, *resource); !status.ok()) return status;
  return resource;
}

absl::StatusOr<std::vector<std::unique_ptr<Message>>> Api::List(const ResourceKind& kind, const std::string& parent,
                                                                int limit) {
  auto request = NewMessage(absl::StrCat("List", PluralOf(kind), "Request"));
  auto response = NewMessage(absl::StrCat("List", PluralOf(kind), "Response"));
  SetStringField(*request, "parent", parent);
  std::vector<std::unique_ptr<Message>> resources;
  do {
    const int page = std::min(limit - static_cast<int>(resources.size()), 1000);
    request->GetReflection()->SetInt32(request.get(), Find(*request, "page_size"), page);
    if (auto status = Call(MethodOf(kind, "List", PluralOf(kind)), *request, *response); !status.ok()) return status;
    const FieldDescriptor* items = response->GetDescriptor()->FindFieldByNumber(1);
    for (int i = 0; i < response->GetReflection()->FieldSize(*response, items); ++i) {
      const Message& item = response->GetReflection()->GetRepeatedMessage(*response, items, i);
      resources.emplace_back(item.New())->CopyFrom(item);
    }
    SetStringField(*request, "page_token", StringField(*response, "next_page_token"));
  } while (!StringField(*response, "next_page_token").empty() && static_cast<int>(resources.size()) < limit);
  return resources;
}

absl::Status Api::Create(const ResourceKind& kind, const std::string& parent, const std::string& id,
                         const Message& resource) {
  auto request = NewMessage(absl::StrCat("Create", TypeOf(kind), "Request"));
  SetStringField(*request, "parent", parent);
  SetStringField(*request, FieldOf(kind) + "_id", id);
  SetMessageField(*request, FieldOf(kind), resource);
  auto created = NewMessage(TypeOf(kind));
  return Call(MethodOf(kind, "Create", TypeOf(kind)), *request, *created);
}

absl::StatusOr<std::unique_ptr<Message>> Api::Update(const ResourceKind& kind, const Message& resource,
                                                     const std::vector<std::string>& mask) {
  auto request = NewMessage(absl::StrCat("Update", TypeOf(kind), "Request"));
  SetMessageField(*request, FieldOf(kind), resource);
  google::protobuf::FieldMask paths;
  for (const std::string& path : mask) paths.add_paths(path);
  SetMessageField(*request, "update_mask", paths);
  auto updated = NewMessage(TypeOf(kind));
  if (auto status = Call(MethodOf(kind, "Update", TypeOf(kind)), *request, *updated); !status.ok()) return status;
  return updated;
}

absl::Status Api::Delete(const ResourceKind& kind, const std::string& name, const std::string& etag) {
  auto request = NewMessage(absl::StrCat("Delete", TypeOf(kind), "Request"));
  SetStringField(*request, "name", name);
  SetStringField(*request, "etag", etag);
  google::protobuf::Empty nothing;
  return Call(MethodOf(kind, "Delete", TypeOf(kind)), *request, nothing);
}

}  // namespace causeway::ctl
