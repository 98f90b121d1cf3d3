// An HTTP/1.1 server on one address, keep-alive, everything on the io_context's one thread: the handler needs no locks.
//
// Life: construct (binds; the port is known), Stop or destroy before the io_context. A bind that fails throws
// boost::system::system_error, which main reports.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "services/sandbox/http/message.h"

namespace causeway::sandbox::http {

// What becomes of one request on its way in and of its answer on its way out.
struct Fate {
  int64_t wait_before_ms = 0;            // Before it is carried out; it is, even when the client has left meanwhile.
  bool lose_request = false;             // The connection is closed, the request never carried out.
  bool hang = false;                     // Neither carried out nor answered; the connection stays open.
  std::optional<Response> instead = {};  // Answers this without carrying it out.

  int64_t wait_after_ms = 0;
  bool lose_answer = false;  // Carried out, then the connection is closed.
  // Only this part of the answer's body (0–1) is sent, then the connection is closed.
  std::optional<double> cut_at = {};

  // Held until the answer is sent: whoever counts requests in flight is told then.
  std::shared_ptr<void> in_flight = {};
};

class Handler {
 public:
  virtual ~Handler() = default;
  // Called when a request has arrived whole.
  virtual Fate Receive(const Request& request) = 0;
  // Carries it out.
  virtual Response Answer(const Request& request) = 0;
  // Called with the answer before it is sent.
  virtual void Answered(const Request& request, const Fate& fate, Response& response) = 0;
};

class Server {
 public:
  // Port 0: a free one. The handler outlives the io_context's last run.
  Server(boost::asio::io_context& io, const std::string& address, uint16_t port, Handler& handler);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  uint16_t port() const;
  // Accepts no further connections.
  void Stop();

 private:
  struct Listener;
  std::shared_ptr<Listener> listener_;
};

}  // namespace causeway::sandbox::http
