// ReflectedPool: the protos of a server as its reflection service tells them (grpc.reflection.v1alpha).
//
// Life: construct; ask. Descriptors live as long as the pool. One thread.
#pragma once

#include <google/protobuf/descriptor.h>
#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace causeway::grpc_call {

class ReflectedPool {
 public:
  explicit ReflectedPool(std::shared_ptr<grpc::ChannelInterface> channel) : channel_(std::move(channel)) {}

  // Full names of the server's services.
  absl::StatusOr<std::vector<std::string>> Services();

  // "package.Service/Method".
  absl::StatusOr<const google::protobuf::MethodDescriptor*> Method(const std::string& name);

 private:
  // Adds the file with all that it imports. `field`: that of ServerReflectionRequest.
  absl::Status AddFile(int field, const std::string& what);

  std::shared_ptr<grpc::ChannelInterface> channel_;
  google::protobuf::DescriptorPool pool_;
};

}  // namespace causeway::grpc_call
