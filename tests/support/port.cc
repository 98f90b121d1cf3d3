#include "tests/support/port.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <mutex>
#include <set>

#include "absl/random/random.h"

namespace causeway::test_support {
namespace {

bool CanListen(int port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool bound = bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  close(listener);
  return bound;
}

}  // namespace

int FreePort() {
  constexpr int kFirst = 20000;
  constexpr int kEnd = 32768;  // Linux takes outgoing connections' ports from here on.
  static std::mutex mutex;
  static std::set<int> handed_out;
  const std::lock_guard lock(mutex);
  absl::BitGen chance;
  while (true) {
    const int port = absl::Uniform(chance, kFirst, kEnd);
    if (!handed_out.contains(port) && CanListen(port)) {
      handed_out.insert(port);
      return port;
    }
  }
}

}  // namespace causeway::test_support
