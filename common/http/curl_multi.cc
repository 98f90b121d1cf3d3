#include "common/http/curl_multi.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace causeway::http {
namespace {

// A connection that has been idle for longer isn't trusted with a request: servers close idle connections, and a
// request that crosses with that is in doubt.
constexpr long kMaxIdleSeconds = 20;
constexpr size_t kMaxSpareHandles = 64;

void InitialiseCurl() {
  static const CURLcode initialised = [] {
    // Told not to touch signals, curl leaves it to the program that OpenSSL's writes to a closed socket don't end it.
    signal(SIGPIPE, SIG_IGN);
    return curl_global_init(CURL_GLOBAL_DEFAULT);
  }();
  (void)initialised;
}

uint32_t EpollEvents(int curl_poll) {
  switch (curl_poll) {
    case CURL_POLL_IN:
      return EPOLLIN;
    case CURL_POLL_OUT:
      return EPOLLOUT;
    case CURL_POLL_INOUT:
      return EPOLLIN | EPOLLOUT;
    default:
      return 0;
  }
}

int CurlEvents(uint32_t epoll_events) {
  int events = 0;
  if ((epoll_events & EPOLLIN) != 0) events |= CURL_CSELECT_IN;
  if ((epoll_events & EPOLLOUT) != 0) events |= CURL_CSELECT_OUT;
  if ((epoll_events & (EPOLLERR | EPOLLHUP)) != 0) events |= CURL_CSELECT_ERR;
  return events;
}

curl_socket_t OpenSocket(void* sockets, curlsocktype, curl_sockaddr* address) {
  const int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (fd < 0) return CURL_SOCKET_BAD;
  static_cast<SocketSet*>(sockets)->Keep(fd);
  return fd;
}

int CloseSocket(void* sockets, curl_socket_t fd) {
  static_cast<SocketSet*>(sockets)->Forget(fd);
  return close(fd);
}

}  // namespace

CurlMulti::CurlMulti(async::IoLoop& loop, const CurlOptions& options)
    : loop_(loop),
      options_(options),
      sockets_(loop.context(), [this](int fd, uint32_t events) { Act(fd, CurlEvents(events)); }),
      handle_((InitialiseCurl(), curl_multi_init())) {
  curl_socket_callback on_socket = [](CURL*, curl_socket_t fd, int what, void* self, void*) {
    static_cast<CurlMulti*>(self)->sockets_.Want(fd, EpollEvents(what));
    return 0;
  };
  curl_multi_timer_callback on_timer = [](CURLM*, long milliseconds, void* self) {
    static_cast<CurlMulti*>(self)->SetTimer(milliseconds);
    return 0;
  };
  curl_multi_setopt(handle_, CURLMOPT_SOCKETFUNCTION, on_socket);
  curl_multi_setopt(handle_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(handle_, CURLMOPT_TIMERFUNCTION, on_timer);
  curl_multi_setopt(handle_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(handle_, CURLMOPT_MAXCONNECTS, static_cast<long>(options_.max_idle_connections));
}

CurlMulti::~CurlMulti() {
  *alive_ = false;
  for (CURL* easy : spare_) curl_easy_cleanup(easy);
  curl_multi_cleanup(handle_);
  // Last: until here curl sets it.
  if (timer_ != 0) loop_.Cancel(timer_);
}

CURL* CurlMulti::TakeEasy() {
  if (spare_.empty()) return NewEasy();
  CURL* easy = spare_.back();
  spare_.pop_back();
  return easy;
}

void CurlMulti::GiveBack(CURL* easy) {
  if (spare_.size() < kMaxSpareHandles) {
    spare_.push_back(easy);
  } else {
    curl_easy_cleanup(easy);
  }
}

CURL* CurlMulti::NewEasy() {
  CURL* easy = curl_easy_init();
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  // "..", as a record's id, must not lead to the collection.
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  // All encodings that curl knows.
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(absl::ToInt64Milliseconds(options_.connect_timeout)));
  curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, kMaxIdleSeconds);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &OpenSocket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &sockets_);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &CloseSocket);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, &sockets_);
  // An empty one keeps curl from using the environment's.
  curl_easy_setopt(easy, CURLOPT_PROXY, options_.proxy.c_str());
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options_.ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  }
  return easy;
}

bool CurlMulti::Start(CURL* easy) { return curl_multi_add_handle(handle_, easy) == CURLM_OK; }
void CurlMulti::Remove(CURL* easy) { curl_multi_remove_handle(handle_, easy); }

void CurlMulti::SetTimer(long milliseconds) {
  if (milliseconds < 0) return;  // Acting once too often is cheaper than cancelling.
  if (milliseconds == 0) {
    if (std::exchange(turn_posted_, true)) return;
    loop_.Post([this, alive = alive_] {
      if (!*alive) return;
      turn_posted_ = false;
      Act(CURL_SOCKET_TIMEOUT, 0);
    });
    return;
  }
  const async::Instant due = loop_.Now() + absl::Milliseconds(milliseconds);
  if (timer_ != 0) {
    if (timer_due_ <= due) return;  // When it fires, curl says how long there is still to wait.
    loop_.Cancel(timer_);
  }
  timer_due_ = due;
  timer_ = loop_.At(due, [this] {
    timer_ = 0;
    Act(CURL_SOCKET_TIMEOUT, 0);
  });
}

void CurlMulti::Act(curl_socket_t fd, int events) {
  int running = 0;
  curl_multi_socket_action(handle_, fd, events, &running);
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(handle_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    Listener* listener = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &listener);
    listener->OnDone(message->data.result);
  }
}

}  // namespace causeway::http
