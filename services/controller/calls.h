// Calls: carries a gRPC call from gRPC's threads to the loop and its answer back. Whatever happens, a call is finished
// once: a handler that is destroyed before its end (the service stops) answers CANCELLED.
//
// Life: construct before the server is started, destroy after it has stopped.
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "common/async/loop.h"
#include "common/async/scope.h"
#include "common/metrics/names.h"
#include "common/metrics/registry.h"
#include "common/rpc/status.h"
#include "services/controller/api_error.h"

namespace causeway::controller {

// Who asked, as far as known: metadata x-causeway-actor, otherwise the address of the peer.
std::string ActorOf(const grpc::ServerContextBase& context);

// With the violations that the status carries.
grpc::Status ToGrpcStatus(const absl::Status& status);

class Calls {
 public:
  // `registry` outlives it.
  Calls(async::Loop& loop, metrics::Registry& registry) : loop_(loop), registry_(registry), handlers_(loop) {}

  // `handle(request, response, actor)` runs on the loop; a Task<absl::Status>.
  template <typename Request, typename Response, typename Handle>
  grpc::ServerUnaryReactor* Unary(const char* method, grpc::CallbackServerContext* context, const Request* request,
                                  Response* response, Handle handle) {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    loop_.Post([this, method, reactor, actor = ActorOf(*context), request, response, handle = std::move(handle)] {
      handlers_.Spawn(Run(Answer(*this, method, reactor), *request, *response, actor, handle));
    });
    return reactor;
  }

  void Count(const char* method, const grpc::Status& status);
  async::Loop& loop() { return loop_; }
  async::Scope& handlers() { return handlers_; }

 private:
  class Answer {
   public:
    Answer(Calls& calls, const char* method, grpc::ServerUnaryReactor* reactor)
        : calls_(calls), method_(method), reactor_(reactor) {}
    Answer(Answer&& other) noexcept
        : calls_(other.calls_), method_(other.method_), reactor_(std::exchange(other.reactor_, nullptr)) {}
    Answer& operator=(Answer&&) = delete;
    ~Answer() {
      if (reactor_ != nullptr) Finish(grpc::Status(grpc::StatusCode::CANCELLED, "The controller is stopping."));
    }
    void Finish(const grpc::Status& status) {
      calls_.Count(method_, status);
      std::exchange(reactor_, nullptr)->Finish(status);
    }

   private:
    Calls& calls_;
    const char* method_;
    grpc::ServerUnaryReactor* reactor_;
  };

  // The request and response live until the call is finished.
  template <typename Request, typename Response, typename Handle>
  static async::Task<void> Run(Answer answer, const Request& request, Response& response, std::string actor,
                               Handle handle) {
    const absl::Status status = co_await handle(request, response, std::move(actor));
    answer.Finish(ToGrpcStatus(status));
  }

  async::Loop& loop_;
  metrics::Registry& registry_;
  async::Scope handlers_;
};

}  // namespace causeway::controller
