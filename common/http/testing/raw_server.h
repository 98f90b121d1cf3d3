// RawServer: an HTTP server for unit tests that behaves as badly as a test wants: it is given what to do with each
// connection, and deals in bytes.
//
//   RawServer server([](RawServer::Connection& connection) {
//     while (connection.Read()) connection.Write(OkAnswer("hello"));
//   });
//   Fetch(server.url("/x"));
//
// A thread a connection; a connection ends when its handler returns. The destructor ends them all.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace causeway::http {

class RawServer {
 public:
  // What bytes go over: a socket, or TLS on one.
  class Stream {
   public:
    virtual ~Stream() = default;
    // 0 or less: closed.
    virtual int Read(char* buffer, int size) = 0;
    virtual int Write(const char* data, int size) = 0;
  };
  // Makes the stream on an accepted socket; nullptr when the client doesn't like it. The socket stays the server's.
  using MakeStream = std::function<std::unique_ptr<Stream>(int fd)>;

  class Connection {
   public:
    Connection(int number, std::unique_ptr<Stream> stream) : number_(number), stream_(std::move(stream)) {}

    // The next request, its body included; nullopt when the client has closed.
    std::optional<std::string> Read();
    // False when the client has closed.
    bool Write(const std::string& bytes);
    int number() const { return number_; }  // 0, 1 … in the order of accepting.

   private:
    const int number_;
    std::unique_ptr<Stream> stream_;
    std::string buffer_;
  };
  using Handler = std::function<void(Connection&)>;

  explicit RawServer(Handler handler);
  RawServer(MakeStream make_stream, Handler handler);
  ~RawServer();

  int port() const { return port_; }
  std::string url(const std::string& path) const;
  int connections() const { return connections_; }  // Accepted until now.
  int closed() const { return closed_; }            // Of these, by this side.

 private:
  void Accept();
  void Serve(int number, int fd);

  const MakeStream make_stream_;
  const Handler handler_;
  int listener_;
  int port_;
  std::atomic<int> connections_ = 0;
  std::atomic<int> closed_ = 0;
  std::mutex mutex_;
  std::vector<int> sockets_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

// "HTTP/1.1 200 OK" with that body and its length.
std::string OkAnswer(const std::string& body, const std::string& more_headers = "");

}  // namespace causeway::http
