// A World behind a real port, on a thread of its own.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <future>
#include <string>
#include <thread>

#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/testing/world.h"
#include "services/sandbox/http/server.h"

namespace causeway::sandbox::dataverse {

class ServedWorld : private http::Handler {
 public:
  ServedWorld() : server_(io_, "127.0.0.1", 0, *this), thread_([this] { io_.run(); }) {}
  ~ServedWorld() {
    Do([this](World&) { server_.Stop(); });
    io_.stop();
    thread_.join();
  }

  std::string url() const { return Cat("http://127.0.0.1:", server_.port()); }

  // Between two requests.
  void Do(const std::function<void(World&)>& work) {
    std::promise<void> done;
    boost::asio::post(io_, [&] {
      work(world_);
      done.set_value();
    });
    done.get_future().wait();
  }

 private:
  http::Fate Receive(const http::Request& request) override {
    http::Fate fate;
    if (!WebApi::Serves(request.path())) return fate;
    auto admission = world_.api.Receive(request);
    fate.instead = std::move(admission.refusal);
    fate.in_flight = std::move(admission.in_flight);
    return fate;
  }
  http::Response Answer(const http::Request& request) override {
    if (WebApi::Serves(request.path())) return world_.api.Answer(request);
    return world_.entra.Answer(request, world_.entra.settings().tenant);
  }
  void Answered(const http::Request&, const http::Fate&, http::Response&) override {}

  World world_;
  boost::asio::io_context io_{1};
  http::Server server_;
  std::thread thread_;
};

}  // namespace causeway::sandbox::dataverse
