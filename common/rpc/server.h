// Server: a gRPC server with reflection and grpc.health.v1 beside the services that it is given.
//
//   auto server = rpc::Server::Start({.address = "127.0.0.1:0"}, {&workflow_service, &definition_service});
//   (*server)->SetServing(true);
//   …
//   co_await (*server)->Stop(loop, absl::Seconds(5));
//
// Health has three names, for Kubernetes' probes: "liveness" is SERVING while the process answers (a loop that hangs ends
// the process: common/process/watchdog.h); "readiness", and the empty name, are what SetServing says.
//
// Life: Start listens at once, not ready until SetServing(true); Stop ends it (destroying it without Stop
// ends calls at once). Services are of the callback API and outlive it; their methods are called on gRPC's threads.
// Methods: any thread.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/async/loop.h"
#include "common/async/task.h"

namespace grpc {
class Server;
class Service;
}  // namespace grpc

namespace causeway::rpc {

struct ServerOptions {
  // host:port, [v6]:port; port 0 chooses a free one. Loopback unless told otherwise: there is no authentication in it.
  std::string address = "127.0.0.1:0";
  int max_message_bytes = 16 << 20;
};

class Server {
 public:
  // UNAVAILABLE when the address can't be listened on.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options,
                                                       const std::vector<grpc::Service*>& services);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const { return port_; }
  // host:port as it can be dialled.
  const std::string& address() const { return address_; }

  // Whether it can do what it is there for.
  void SetServing(bool serving);

  // Accepts no more calls, lets those under way end until `grace` has passed, then cancels them. Blocks no loop: the
  // services may need it to finish their calls. Once; the loop outlives the Server.
  async::Task<void> Stop(async::Loop& loop, absl::Duration grace);

 private:
  Server() = default;

  std::unique_ptr<grpc::Server> server_;
  std::string address_;
  int port_ = 0;
  std::thread shutdown_;
};

}  // namespace causeway::rpc
