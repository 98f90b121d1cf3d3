#include "common/http/socket_set.h"

#include <sys/epoll.h>

#include <array>
#include <utility>

namespace causeway::http {

SocketSet::SocketSet(boost::asio::io_context& context, Ready ready)
    : epoll_(context, epoll_create1(EPOLL_CLOEXEC)), ready_(std::move(ready)) {
  Wait();
}

void SocketSet::Keep(int fd) { At(fd).kept = true; }

void SocketSet::Forget(int fd) {
  Socket& socket = At(fd);
  Register(fd, socket, 0);
  socket = Socket();
}

void SocketSet::Want(int fd, uint32_t events) {
  Socket& socket = At(fd);
  socket.wanted = events;
  const bool idle_but_kept = events == 0 && socket.kept;
  const bool covered = events != 0 && (events & ~socket.registered) == 0;
  // What is registered beyond that is taken back when it happens: mostly it doesn't before it is wanted again.
  if (!idle_but_kept && !covered) Register(fd, socket, events);
}

SocketSet::Socket& SocketSet::At(int fd) {
  if (sockets_.size() <= static_cast<size_t>(fd)) sockets_.resize(fd + 1);
  return sockets_[fd];
}

void SocketSet::Register(int fd, Socket& socket, uint32_t events) {
  if (socket.registered == events) return;
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  const int operation = events == 0 ? EPOLL_CTL_DEL : socket.registered == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  epoll_ctl(epoll_.native_handle(), operation, fd, &event);
  socket.registered = events;
}

void SocketSet::Wait() {
  epoll_.async_wait(boost::asio::posix::stream_descriptor::wait_read, [this](const boost::system::error_code& error) {
    if (error) return;  // The set is gone.
    Dispatch();
    Wait();
  });
}

void SocketSet::Dispatch() {
  std::array<epoll_event, 128> events;
  const int count = epoll_wait(epoll_.native_handle(), events.data(), events.size(), 0);
  for (int i = 0; i < count; ++i) {
    const int fd = events[i].data.fd;
    const uint32_t happened = events[i].events;
    const Socket& socket = At(fd);
    const bool unwanted = (happened & (EPOLLIN | EPOLLOUT) & ~socket.wanted) != 0;
    if (unwanted || socket.wanted == 0) Register(fd, At(fd), socket.wanted);
    // May change sockets_, and close or open sockets of events that are still to be looked at; those are at worst told
    // of something that isn't so, which a non-blocking read finds out.
    if (socket.wanted != 0) ready_(fd, happened);
  }
}

}  // namespace causeway::http
