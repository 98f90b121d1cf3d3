// ByteCall: one gRPC call of bytes, whatever its method: the requests are sent, answers come one by one.
//
// Life: construct (starts the call); Read until nothing comes; Finish for its status. One thread; every step waits.
#pragma once

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace causeway::grpc_call {

class ByteCall {
 public:
  // `method`: "/package.Service/Method".
  ByteCall(std::shared_ptr<grpc::ChannelInterface> channel, const std::string& method,
           const std::vector<std::string>& requests, absl::Duration timeout);

  // The next answer; nothing when there are no more.
  std::optional<std::string> Read();

  // After the last Read; cancels the call where answers could still come.
  grpc::Status Finish();

 private:
  bool Step();

  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
  bool more_ = true;
};

}  // namespace causeway::grpc_call
