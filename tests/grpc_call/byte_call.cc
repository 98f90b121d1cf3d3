#include "tests/grpc_call/byte_call.h"

#include <chrono>

namespace causeway::grpc_call {

ByteCall::ByteCall(std::shared_ptr<grpc::ChannelInterface> channel, const std::string& method,
                   const std::vector<std::string>& requests, absl::Duration timeout)
    : stub_(std::move(channel)) {
  context_.set_deadline(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(timeout));
  call_ = stub_.PrepareCall(&context_, method, &queue_);
  call_->StartCall(nullptr);
  more_ = Step();
  for (const std::string& request : requests) {
    if (!more_) return;
    const grpc::Slice slice(request);
    call_->Write(grpc::ByteBuffer(&slice, 1), nullptr);
    more_ = Step();
  }
  if (!more_) return;
  call_->WritesDone(nullptr);
  Step();
}

std::optional<std::string> ByteCall::Read() {
  if (!more_) return std::nullopt;
  grpc::ByteBuffer answer;
  call_->Read(&answer, nullptr);
  more_ = Step();
  if (!more_) return std::nullopt;
  grpc::Slice bytes;
  if (!answer.DumpToSingleSlice(&bytes).ok()) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(bytes.begin()), bytes.size());
}

grpc::Status ByteCall::Finish() {
  if (more_) context_.TryCancel();
  grpc::Status status;
  call_->Finish(&status, nullptr);
  Step();
  return status;
}

bool ByteCall::Step() {
  void* tag = nullptr;
  bool ok = false;
  return queue_.Next(&tag, &ok) && ok;
}

}  // namespace causeway::grpc_call
