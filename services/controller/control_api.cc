#include "services/controller/control_api.h"

#include <deque>
#include <utility>

#include "causeway/v1/control.grpc.pb.h"

namespace causeway::controller {

// One replica's stream. Everything but gRPC's own callbacks happens on the loop; at most one read and one write are
// under way. A replica that comes before the definitions are read is refused, and comes again.
class ControlApi::Stream final : public grpc::ServerBidiReactor<v1::ConnectRequest, v1::ConnectResponse> {
 public:
  static Stream* Begin(Calls& calls, Controller& controller, std::string peer) {
    auto stream = std::shared_ptr<Stream>(new Stream(calls, controller, std::move(peer)));
    stream->self_ = stream;
    calls.loop().Post([stream] { stream->Open(); });
    return stream.get();
  }

  void OnReadDone(bool ok) override {
    calls_.loop().Post([self = self_, ok] { ok ? self->Take() : self->Close(grpc::Status::OK); });
  }
  void OnWriteDone(bool ok) override {
    calls_.loop().Post([self = self_, ok] { ok ? self->Written() : self->Close(grpc::Status::OK); });
  }
  void OnDone() override {
    calls_.loop().Post([self = std::move(self_)] {});
  }

 private:
  Stream(Calls& calls, Controller& controller, std::string peer)
      : calls_(calls), controller_(controller), peer_(std::move(peer)) {}

  void Open() {
    const absl::Status ready = controller_.CheckReady();
    if (!ready.ok()) return Close(ToGrpcStatus(ready));
    std::weak_ptr<Stream> weak = self_;
    number_ = controller_.fleet().Connect(
        {.peer = peer_,
         .send =
             [weak](v1::ConnectResponse message) {
               if (auto self = weak.lock()) self->Send(std::move(message));
             },
         .end =
             [weak](const absl::Status& why) {
               if (auto self = weak.lock()) self->Close(ToGrpcStatus(why));
             }});
    StartRead(&request_);
  }

  void Take() {
    if (closed_) return;
    if (!controller_.ready()) return Close(ToGrpcStatus(controller_.CheckReady()));
    controller_.fleet().Report(number_, request_);
    if (closed_) return;
    controller_.fleet().Tell();
    controller_.changed().Notify();
    StartRead(&request_);
  }

  // Only the latest list counts; of one that it replaces definitions go out nevertheless, since they aren't sent again.
  void Send(v1::ConnectResponse message) {
    if (!waiting_.empty() && waiting_.back().number() != message.number()) {
      std::erase_if(waiting_, [](const v1::ConnectResponse& part) {
        return part.assignments().empty() || !part.assignments(0).has_definition();
      });
      for (v1::ConnectResponse& part : waiting_) part.set_partial(true);
    }
    waiting_.push_back(std::move(message));
    if (!writing_) WriteNext();
  }

  void Written() {
    writing_ = false;
    WriteNext();
  }

  void WriteNext() {
    if (closed_ || waiting_.empty()) return;
    response_ = std::move(waiting_.front());
    waiting_.pop_front();
    writing_ = true;
    StartWrite(&response_);
  }

  void Close(const grpc::Status& status) {
    if (std::exchange(closed_, true)) return;
    if (number_ != 0) controller_.fleet().Disconnect(number_);
    calls_.Count("Connect", status);
    Finish(status);
  }

  Calls& calls_;
  Controller& controller_;
  const std::string peer_;
  int64_t number_ = 0;
  bool closed_ = false;
  bool writing_ = false;
  std::deque<v1::ConnectResponse> waiting_;
  v1::ConnectRequest request_;
  v1::ConnectResponse response_;
  std::shared_ptr<Stream> self_;
};

class ControlApi::Service final : public v1::WorkflowControlService::CallbackService {
 public:
  Service(Calls& calls, Controller& controller) : calls_(calls), controller_(controller) {}

  grpc::ServerBidiReactor<v1::ConnectRequest, v1::ConnectResponse>* Connect(
      grpc::CallbackServerContext* context) override {
    return Stream::Begin(calls_, controller_, context->peer());
  }

 private:
  Calls& calls_;
  Controller& controller_;
};

ControlApi::ControlApi(Calls& calls, Controller& controller) : service_(std::make_unique<Service>(calls, controller)) {}
ControlApi::~ControlApi() = default;
grpc::Service* ControlApi::service() { return service_.get(); }

}  // namespace causeway::controller
