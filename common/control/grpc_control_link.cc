#include "common/control/grpc_control_link.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include "causeway/v1/control.grpc.pb.h"

namespace causeway::control {
namespace {

constexpr absl::Duration kReconnectAfter = absl::Milliseconds(300);

std::shared_ptr<grpc::Channel> MakeChannel(const std::string& address) {
  grpc::ChannelArguments arguments;
  // A controller that comes back is to be found at once, and one whose host vanished is to be noticed.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 10000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5000);
  arguments.SetMaxReceiveMessageSize(64 << 20);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace

// One attempt at a stream. Callbacks come on gRPC's threads, one of each kind at a time; `events` are posted to the loop.
class Stream final : public grpc::ClientBidiReactor<v1::ConnectRequest, v1::ConnectResponse> {
 public:
  struct Events {
    std::function<void(v1::ConnectResponse)> on_response;
    std::function<void()> on_done;
  };

  Stream(v1::WorkflowControlService::Stub& stub, Events events) : events_(std::move(events)) {
    context_.set_wait_for_ready(true);
    stub.async()->Connect(&context_, this);
    AddHold();  // Sends come from the loop's thread.
    StartRead(&incoming_);
    StartCall();
  }

  // Loop's thread. Only the latest report matters.
  void Send(v1::ConnectRequest report) {
    std::lock_guard lock(mutex_);
    if (ended_) return;
    if (writing_) {
      waiting_ = std::move(report);
    } else {
      Write(std::move(report));
    }
  }

  void Cancel() {
    context_.TryCancel();
    DropHold();
  }

 private:
  void Write(v1::ConnectRequest report) {
    outgoing_ = std::move(report);
    writing_ = true;
    StartWrite(&outgoing_);
  }

  void OnWriteDone(bool ok) override {
    std::lock_guard lock(mutex_);
    writing_ = false;
    if (ok && waiting_.has_value() && !ended_) Write(*std::exchange(waiting_, std::nullopt));
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      DropHold();
      return;
    }
    events_.on_response(std::move(incoming_));
    incoming_.Clear();
    StartRead(&incoming_);
  }

  void DropHold() {
    {
      std::lock_guard lock(mutex_);
      if (std::exchange(ended_, true)) return;
    }
    RemoveHold();
  }

  void OnDone(const grpc::Status&) override { events_.on_done(); }

  Events events_;
  grpc::ClientContext context_;
  v1::ConnectRequest outgoing_;
  v1::ConnectResponse incoming_;
  std::mutex mutex_;
  bool writing_ = false;
  bool ended_ = false;
  std::optional<v1::ConnectRequest> waiting_;
};

class GrpcControlLink::Impl {
 public:
  Impl(async::Loop& loop, const std::string& address)
      : loop_(loop), channel_(MakeChannel(address)), stub_(v1::WorkflowControlService::NewStub(channel_)) {
    Open();
  }

  ~Impl() {
    closing_ = true;
    if (timer_ != 0) loop_.Cancel(timer_);
    if (!stream_) return;
    stream_->Cancel();
    std::unique_lock lock(mutex_);
    gone_.wait(lock, [this] { return done_; });
  }

  void Send(v1::ConnectRequest report) {
    latest_ = std::move(report);
    if (stream_) stream_->Send(*latest_);
  }

  void OnAssignments(std::function<void(v1::ConnectResponse)> handler) { handler_ = std::move(handler); }
  bool connected() const { return connected_; }

 private:
  void Open() {
    done_ = false;
    auto alive = std::weak_ptr<bool>(alive_);
    stream_ = std::make_unique<Stream>(
        *stub_, Stream::Events{.on_response =
                                   [this, alive](v1::ConnectResponse response) {
                                     auto boxed = std::make_shared<v1::ConnectResponse>(std::move(response));
                                     loop_.Post([this, alive, boxed] {
                                       if (!alive.expired()) Receive(std::move(*boxed));
                                     });
                                   },
                               .on_done = [this, alive] { Done(alive); }});
    if (latest_.has_value()) stream_->Send(*latest_);
  }

  // gRPC's thread. From the signal on this object may be gone, from the post on the stream, whose closure called this.
  void Done(std::weak_ptr<bool> alive) {
    async::Loop& loop = loop_;
    {
      std::lock_guard lock(mutex_);
      done_ = true;
      gone_.notify_all();
    }
    loop.Post([this, alive = std::move(alive)] {
      if (!alive.expired()) Lost();
    });
  }

  void Receive(v1::ConnectResponse response) {
    connected_ = true;
    if (handler_) handler_(std::move(response));
  }

  void Lost() {
    connected_ = false;
    stream_ = nullptr;
    if (closing_) return;
    timer_ = loop_.At(loop_.Now() + kReconnectAfter, [this] {
      timer_ = 0;
      Open();
    });
  }

  async::Loop& loop_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::WorkflowControlService::Stub> stub_;
  std::function<void(v1::ConnectResponse)> handler_;
  std::optional<v1::ConnectRequest> latest_;
  bool connected_ = false;
  bool closing_ = false;
  async::Loop::TimerId timer_ = 0;
  std::mutex mutex_;
  std::condition_variable gone_;
  bool done_ = true;
  // Expires first: what the stream posted must not find this object gone.
  std::unique_ptr<Stream> stream_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

GrpcControlLink::GrpcControlLink(async::Loop& loop, const std::string& address) : impl_(std::make_unique<Impl>(loop, address)) {}
GrpcControlLink::~GrpcControlLink() = default;
void GrpcControlLink::Send(v1::ConnectRequest report) { impl_->Send(std::move(report)); }
void GrpcControlLink::OnAssignments(std::function<void(v1::ConnectResponse)> handler) { impl_->OnAssignments(std::move(handler)); }
bool GrpcControlLink::connected() const { return impl_->connected(); }

}  // namespace causeway::control
