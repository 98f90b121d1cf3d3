#include "common/rpc/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>

#include <chrono>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "common/async/one_shot.h"
#include "common/rpc/grpc_log.h"

namespace causeway::rpc {
namespace {

constexpr char kLiveness[] = "liveness";
constexpr char kReadiness[] = "readiness";

// Of a process, before its first server is built.
void EnablePlugins() {
  static std::once_flag once;
  std::call_once(once, [] {
    LogGrpc();
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  });
}

// "127.0.0.1:0" with the port that was chosen.
std::string WithPort(const std::string& address, int port) {
  return absl::StrCat(address.substr(0, address.rfind(':')), ":", port);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options,
                                                      const std::vector<grpc::Service*>& services) {
  EnablePlugins();
  std::unique_ptr<Server> server(new Server);
  grpc::ServerBuilder builder;
  // Otherwise two processes listen on one port, and each gets a part of the calls.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // Clients whose streams say nothing for long may ask whether it is still there (gRFC A8); its default forbids that.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 5000);
  builder.SetMaxReceiveMessageSize(options.max_message_bytes);
  builder.AddListeningPort(options.address, grpc::InsecureServerCredentials(), &server->port_);
  for (grpc::Service* service : services) builder.RegisterService(service);
  server->server_ = builder.BuildAndStart();
  if (server->server_ == nullptr || server->port_ == 0) {
    return absl::UnavailableError(absl::StrCat("gRPC: can't listen on ", options.address));
  }
  server->address_ = WithPort(options.address, server->port_);
  server->server_->GetHealthCheckService()->SetServingStatus(kLiveness, true);
  server->SetServing(false);
  return server;
}

Server::~Server() {
  if (shutdown_.joinable()) {
    shutdown_.join();
  } else if (server_ != nullptr) {
    server_->Shutdown(std::chrono::system_clock::now());
  }
}

void Server::SetServing(bool serving) {
  grpc::HealthCheckServiceInterface& health = *server_->GetHealthCheckService();
  health.SetServingStatus("", serving);
  health.SetServingStatus(kReadiness, serving);
}

async::Task<void> Server::Stop(async::Loop& loop, absl::Duration grace) {
  SetServing(false);
  async::OneShot<bool> done(loop);
  // A thread, since Shutdown blocks until the last call has ended.
  shutdown_ = std::thread([server = server_.get(), grace, done] {
    server->Shutdown(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(grace));
    done.Set(true);
  });
  co_await done.Wait();
}

}  // namespace causeway::rpc
