#include "common/control/grpc_control_link.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include "causeway/v1/control.grpc.pb.h"
#include "common/engine/assignment_list.h"
#include "common/errors/error.h"
#include "common/rpc/status.h"

namespace causeway::control {
namespace {

constexpr absl::Duration kReconnectAfter = absl::Milliseconds(300);
// To a controller that refuses this replica.
constexpr absl::Duration kFirstRetry = absl::Seconds(1);
constexpr absl::Duration kSlowestRetry = absl::Seconds(10);
// Of a message: it holds one assignment, whose definition was one record in Kafka (at most 16 MiB).
constexpr int kMaxMessageBytes = 64 << 20;

std::shared_ptr<grpc::Channel> MakeChannel(const std::string& address) {
  grpc::ChannelArguments arguments;
  // A controller that comes back is to be found at once, and one whose host vanished is to be noticed.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 10000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5000);
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace

// One attempt at a stream. Callbacks come on gRPC's threads, one of each kind at a time; `events` are posted to the loop.
class Stream final : public grpc::ClientBidiReactor<v1::ConnectRequest, v1::ConnectResponse> {
 public:
  struct Events {
    std::function<void(v1::ConnectResponse)> on_response;
    std::function<void(const grpc::Status&)> on_done;
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

  void OnDone(const grpc::Status& status) override { events_.on_done(status); }

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
  const absl::Status& refusal() const { return refusal_; }

 private:
  void Open() {
    done_ = false;
    assignments_.Clear();
    auto alive = std::weak_ptr<bool>(alive_);
    stream_ = std::make_unique<Stream>(
        *stub_, Stream::Events{.on_response =
                                   [this, alive](v1::ConnectResponse response) {
                                     auto boxed = std::make_shared<v1::ConnectResponse>(std::move(response));
                                     loop_.Post([this, alive, boxed] {
                                       if (!alive.expired()) Receive(std::move(*boxed));
                                     });
                                   },
                               .on_done = [this, alive](const grpc::Status& status) { Done(alive, status); }});
    if (latest_.has_value()) stream_->Send(*latest_);
  }

  // gRPC's thread. From the signal on this object may be gone, from the post on the stream, whose closure called this.
  void Done(std::weak_ptr<bool> alive, const grpc::Status& status) {
    async::Loop& loop = loop_;
    {
      std::lock_guard lock(mutex_);
      done_ = true;
      gone_.notify_all();
    }
    loop.Post([this, alive = std::move(alive), error = rpc::DescribeGrpcError(status)] {
      if (!alive.expired()) Lost(error);
    });
  }

  void Receive(v1::ConnectResponse message) {
    if (!stream_) return;  // The last of a stream that is lost.
    auto list = assignments_.Add(std::move(message));
    if (!list.ok()) return stream_->Cancel();
    if (!list->has_value()) return;
    connected_ = true;
    refusal_ = absl::OkStatus();
    if (handler_) handler_(**std::move(list));
  }

  void Lost(const rpc::GrpcError& error) {
    connected_ = false;
    stream_ = nullptr;
    if (closing_) return;
    timer_ = loop_.At(loop_.Now() + RetryAfter(error), [this] {
      timer_ = 0;
      Open();
    });
    if (!refusal_.ok() && handler_) handler_(v1::ConnectResponse());
  }

  absl::Duration RetryAfter(const rpc::GrpcError& error) {
    if (error.code != errors::kReplicaTaken.id) {
      refusal_ = absl::OkStatus();
      return kReconnectAfter;
    }
    retry_ = refusal_.ok() ? kFirstRetry : std::min(retry_ * 2, kSlowestRetry);
    refusal_ = errors::Make(errors::kReplicaTaken, error.message, error.subject);
    return retry_;
  }

  async::Loop& loop_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::WorkflowControlService::Stub> stub_;
  std::function<void(v1::ConnectResponse)> handler_;
  std::optional<v1::ConnectRequest> latest_;
  bool connected_ = false;
  engine::AssignmentList assignments_;
  absl::Status refusal_;
  absl::Duration retry_;
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
const absl::Status& GrpcControlLink::refusal() const { return impl_->refusal(); }

}  // namespace causeway::control
