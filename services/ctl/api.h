// Api: the controller's gRPC API, called by the descriptors of its methods, so that a new kind of resource or method
// needs no code.
//
// Life: construct with the address; every call opens the connection as needed. Threading: one thread.
// Errors are absl::Status with the text that people read and the exit code (exit_code.h).
#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/channel.h>
#include <grpcpp/support/byte_buffer.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/ctl/resource_kind.h"

namespace causeway::ctl {

class Api {
 public:
  using Message = google::protobuf::Message;

  struct Patience {
    absl::Duration answer;   // Of one call.
    absl::Duration connect;  // From the construction on, until a controller answers at all.
  };

  Api(std::string address, Patience patience);
  virtual ~Api() = default;

  // Calls Service.Method of causeway.v1 with a message of its request type; `response` of its response type.
  virtual absl::Status Call(const std::string& method, const Message& request, Message& response);

  // Standard methods of AIP-131 to AIP-135, by the kind's name.
  absl::StatusOr<std::unique_ptr<Message>> Get(const ResourceKind& kind, const std::string& name);
  absl::StatusOr<std::vector<std::unique_ptr<Message>>> List(const ResourceKind& kind, const std::string& parent,
                                                             int limit = kNoLimit);
  absl::Status Create(const ResourceKind& kind, const std::string& parent, const std::string& id,
                      const Message& resource);
  // Gives the resource as it is then.
  absl::StatusOr<std::unique_ptr<Message>> Update(const ResourceKind& kind, const Message& resource,
                                                  const std::vector<std::string>& mask);
  absl::Status Delete(const ResourceKind& kind, const std::string& name, const std::string& etag);

  // For calls that stream.
  std::shared_ptr<grpc::Channel> channel() const { return channel_; }
  const std::string& address() const { return address_; }

  static constexpr int kNoLimit = 1 << 30;

 private:
  grpc::Status CallOnce(const std::string& path, const grpc::ByteBuffer& request, Message& response);

  const std::string address_;
  const absl::Duration timeout_;
  const absl::Time connect_deadline_;
  std::shared_ptr<grpc::Channel> channel_;
};

// Type-safe forms of Get and List.
template <typename T>
absl::StatusOr<T> GetAs(Api& api, const ResourceKind& kind, const std::string& name) {
  auto message = api.Get(kind, name);
  if (!message.ok()) return message.status();
  return std::move(static_cast<T&>(**message));
}

template <typename T>
absl::StatusOr<std::vector<T>> ListAs(Api& api, const ResourceKind& kind, const std::string& parent,
                                      int limit = Api::kNoLimit) {
  auto messages = api.List(kind, parent, limit);
  if (!messages.ok()) return messages.status();
  std::vector<T> resources;
  for (auto& message : *messages) resources.push_back(std::move(static_cast<T&>(*message)));
  return resources;
}

// A string field's value by name; the empty string when there is no such field.
std::string StringField(const google::protobuf::Message& message, const std::string& field);
void SetStringField(google::protobuf::Message& message, const std::string& field, const std::string& value);

}  // namespace causeway::ctl
