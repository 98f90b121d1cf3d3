#include "common/http/testing/raw_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace causeway::http {
namespace {

class PlainStream final : public RawServer::Stream {
 public:
  explicit PlainStream(int fd) : fd_(fd) {}
  int Read(char* buffer, int size) override { return static_cast<int>(recv(fd_, buffer, size, 0)); }
  int Write(const char* data, int size) override { return static_cast<int>(send(fd_, data, size, MSG_NOSIGNAL)); }

 private:
  const int fd_;
};

size_t ContentLength(const std::string& head) {
  const char* found = strcasestr(head.c_str(), "\r\nContent-Length:");
  return found == nullptr ? 0 : std::strtoul(found + sizeof("\r\nContent-Length:") - 1, nullptr, 10);
}

}  // namespace

std::optional<std::string> RawServer::Connection::Read() {
  for (;;) {
    if (const size_t end = buffer_.find("\r\n\r\n"); end != std::string::npos) {
      const size_t size = end + 4 + ContentLength(buffer_.substr(0, end + 4));
      if (buffer_.size() >= size) {
        std::string request = buffer_.substr(0, size);
        buffer_.erase(0, size);
        return request;
      }
    }
    char bytes[16384];
    const int count = stream_->Read(bytes, sizeof(bytes));
    if (count <= 0) return std::nullopt;
    buffer_.append(bytes, count);
  }
}

bool RawServer::Connection::Write(const std::string& bytes) {
  for (size_t written = 0; written < bytes.size();) {
    const int count = stream_->Write(bytes.data() + written, static_cast<int>(bytes.size() - written));
    if (count <= 0) return false;
    written += count;
  }
  return true;
}

RawServer::RawServer(Handler handler)
    : RawServer([](int fd) { return std::make_unique<PlainStream>(fd); }, std::move(handler)) {}

RawServer::RawServer(MakeStream make_stream, Handler handler)
    : make_stream_(std::move(make_stream)), handler_(std::move(handler)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener_, 1024) != 0) std::abort();
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

RawServer::~RawServer() {
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (int fd : sockets_) shutdown(fd, SHUT_RDWR);
  }
  for (std::thread& thread : threads_) thread.join();
  close(listener_);
}

std::string RawServer::url(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(port_) + path; }

void RawServer::Accept() {
  for (;;) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    const std::lock_guard lock(mutex_);
    sockets_.push_back(fd);
    threads_.emplace_back([this, number = connections_++, fd] { Serve(number, fd); });
  }
}

void RawServer::Serve(int number, int fd) {
  if (auto stream = make_stream_(fd)) {
    Connection connection(number, std::move(stream));
    handler_(connection);
  }
  const std::lock_guard lock(mutex_);
  sockets_.erase(std::find(sockets_.begin(), sockets_.end(), fd));
  close(fd);
  ++closed_;
}

std::string OkAnswer(const std::string& body, const std::string& more_headers) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more_headers + "\r\n" + body;
}

}  // namespace causeway::http
