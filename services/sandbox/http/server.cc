#include "services/sandbox/http/server.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <charconv>

namespace causeway::sandbox::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using Timer =
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>;
using Parser = beast::http::request_parser<beast::http::string_body>;
template <typename T = void>
using Task = asio::awaitable<T, Executor>;
constexpr asio::use_awaitable_t<Executor> kAwait;

constexpr uint64_t kMaxBody = 128 << 20;  // The largest batch that Dataverse takes.
constexpr uint32_t kMaxHead = 64 << 10;
constexpr std::chrono::hours kForever{24};

std::string_view View(beast::string_view text) { return {text.data(), text.size()}; }

Request RequestOf(const Parser& parser) {
  const auto& message = parser.get();
  Request request;
  request.method = View(message.method_string());
  request.target = View(message.target());
  request.headers.reserve(16);
  for (const auto& field : message) request.headers.emplace_back(View(field.name_string()), View(field.value()));
  request.body = message.body();
  return request;
}

void AppendNumber(size_t number, std::string& out) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof(digits), number).ptr);
}

bool HasBody(int status) { return status >= 200 && status != 204 && status != 304; }

void WriteHead(const Response& response, bool keep_alive, std::string& head) {
  head = "HTTP/1.1 ";
  AppendNumber(response.status, head);
  head += ' ';
  head += ReasonOf(response.status);
  head += "\r\n";
  for (const auto& [name, value] : response.headers) {
    head += name;
    head += ": ";
    head += value;
    head += "\r\n";
  }
  if (!response.content_type.empty()) {
    head += "Content-Type: ";
    head += response.content_type;
    head += "\r\n";
  }
  if (HasBody(response.status)) {
    head += "Content-Length: ";
    AppendNumber(response.body.size(), head);
    head += "\r\n";
  }
  if (!keep_alive) head += "Connection: close\r\n";
  head += "\r\n";
}

// Serves the requests of one connection, one after the other.
class Session {
 public:
  Session(Socket socket, Handler& handler)
      : socket_(std::move(socket)), timer_(socket_.get_executor()), handler_(handler) {}

  Task<> Run() {
    while (co_await ServeOne()) {
    }
    error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  }

 private:
  // Whether another request may follow.
  Task<bool> ServeOne() {
    Parser parser;
    parser.body_limit(kMaxBody);
    parser.header_limit(kMaxHead);
    if (!co_await Read(parser)) co_return false;
    const Request request = RequestOf(parser);
    Fate fate = handler_.Receive(request);
    if (fate.hang) co_await Wait(kForever);
    if (fate.hang || fate.lose_request) co_return false;
    if (fate.wait_before_ms > 0) co_await Wait(std::chrono::milliseconds(fate.wait_before_ms));
    Response response = fate.instead ? *std::move(fate.instead) : handler_.Answer(request);
    handler_.Answered(request, fate, response);
    if (fate.wait_after_ms > 0) co_await Wait(std::chrono::milliseconds(fate.wait_after_ms));
    if (fate.lose_answer) co_return false;
    co_return co_await Write(response, parser.get().keep_alive(), fate.cut_at);
  }

  Task<bool> Read(Parser& parser) {
    error_code error;
    co_await beast::http::async_read_header(socket_, buffer_, parser, asio::redirect_error(kAwait, error));
    if (!error && View(parser.get()["Expect"]) == "100-continue") {
      constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      co_await asio::async_write(socket_, asio::buffer(kContinue), asio::redirect_error(kAwait, error));
    }
    if (!error && !parser.is_done())
      co_await beast::http::async_read(socket_, buffer_, parser, asio::redirect_error(kAwait, error));
    if (!error) co_return true;
    co_await Refuse(error);
    co_return false;
  }

  // What can't be read as HTTP is answered where the peer still listens.
  Task<> Refuse(error_code error) {
    Response response;
    response.status = 0;
    if (error == beast::http::error::body_limit) response.status = 413;
    if (error == beast::http::error::bad_method || error == beast::http::error::bad_target ||
        error == beast::http::error::bad_version || error == beast::http::error::bad_field ||
        error == beast::http::error::bad_value || error == beast::http::error::header_limit)
      response.status = 400;
    if (response.status != 0) co_await Write(response, false, std::nullopt);
  }

  Task<bool> Write(const Response& response, bool keep_alive, std::optional<double> cut_at) {
    WriteHead(response, keep_alive, head_);
    std::string_view body = HasBody(response.status) ? std::string_view(response.body) : std::string_view();
    if (cut_at) body = body.substr(0, static_cast<size_t>(static_cast<double>(body.size()) * *cut_at));
    const std::array<asio::const_buffer, 2> buffers{asio::buffer(head_), asio::buffer(body)};
    error_code error;
    co_await asio::async_write(socket_, buffers, asio::redirect_error(kAwait, error));
    co_return !error && keep_alive && !cut_at;
  }

  Task<> Wait(std::chrono::steady_clock::duration time) {
    error_code ignored;
    timer_.expires_after(time);
    co_await timer_.async_wait(asio::redirect_error(kAwait, ignored));
  }

  Socket socket_;
  Timer timer_;
  Handler& handler_;
  beast::flat_buffer buffer_;
  std::string head_;
};

Task<> Serve(Socket socket, Handler& handler) {
  Session session(std::move(socket), handler);
  co_await session.Run();
}

}  // namespace

struct Server::Listener {
  Listener(asio::io_context& io, const asio::ip::tcp::endpoint& endpoint, Handler& handler)
      : acceptor(io, endpoint, /*reuse_addr=*/true), handler(handler) {}

  static Task<> Accept(std::shared_ptr<Listener> self) {
    while (self->acceptor.is_open()) {
      error_code error;
      Socket socket = co_await self->acceptor.async_accept(asio::redirect_error(kAwait, error));
      if (error) continue;
      socket.set_option(asio::ip::tcp::no_delay(true), error);
      const Executor executor = self->acceptor.get_executor();
      asio::co_spawn(executor, Serve(std::move(socket), self->handler), asio::detached);
    }
  }

  Acceptor acceptor;
  Handler& handler;
};

Server::Server(asio::io_context& io, const std::string& address, uint16_t port, Handler& handler)
    : listener_(
          std::make_shared<Listener>(io, asio::ip::tcp::endpoint(asio::ip::make_address(address), port), handler)) {
  asio::co_spawn(io.get_executor(), Listener::Accept(listener_), asio::detached);
}

Server::~Server() { Stop(); }

uint16_t Server::port() const { return listener_->acceptor.local_endpoint().port(); }

void Server::Stop() {
  error_code ignored;
  listener_->acceptor.close(ignored);
}

}  // namespace causeway::sandbox::http
