// SocketSet: waits for many sockets behind one descriptor of the loop. An epoll set of its own, since a kept connection
// then goes from one request to the next without a system call, where a descriptor of Asio's for each socket takes
// three.
//
// Level-triggered: `ready` is called again and again while what is wanted of a socket holds. Loop's thread only;
// `ready` must not destroy the set.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <functional>
#include <vector>

namespace causeway::http {

class SocketSet {
 public:
  // Events are epoll's: EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP.
  using Ready = std::function<void(int fd, uint32_t events)>;

  SocketSet(boost::asio::io_context& context, Ready ready);
  SocketSet(const SocketSet&) = delete;
  SocketSet& operator=(const SocketSet&) = delete;

  // A kept socket's registration survives Want(fd, 0); whoever says Keep must say Forget before closing it.
  void Keep(int fd);
  void Forget(int fd);
  void Want(int fd, uint32_t events);

 private:
  struct Socket {
    uint32_t wanted = 0;
    uint32_t registered = 0;  // 0: not in the epoll set.
    bool kept = false;
  };

  Socket& At(int fd);
  void Register(int fd, Socket& socket, uint32_t events);
  void Wait();
  void Dispatch();

  boost::asio::posix::stream_descriptor epoll_;
  Ready ready_;
  std::vector<Socket> sockets_;  // By descriptor.
};

}  // namespace causeway::http
