// CPU of the client's thread for each small request (800-byte POST, 500-byte answer, loopback, kept connections), by
// how many are under way at once.
#include <benchmark/benchmark.h>
#include <time.h>

#include <boost/asio.hpp>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/async/scope.h"
#include "common/http/curl_client.h"

namespace causeway::http {
namespace {

using boost::asio::ip::tcp;

constexpr size_t kRequestBytes = 800;
const std::string kAnswer = absl::StrCat(
    "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n", std::string(500, 'x'));

// Answers whatever ends with a body of kRequestBytes.
class Server {
 public:
  Server() : acceptor_(context_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)) {
    Accept();
    thread_ = std::thread([this] { context_.run(); });
  }
  ~Server() {
    context_.stop();
    thread_.join();
  }
  std::string url() const { return absl::StrCat("http://127.0.0.1:", acceptor_.local_endpoint().port(), "/profile"); }

 private:
  struct Session : std::enable_shared_from_this<Session> {
    explicit Session(tcp::socket s) : socket(std::move(s)) {}
    void Read() {
      socket.async_read_some(boost::asio::buffer(buffer), [self = shared_from_this()](auto error, size_t bytes) {
        if (error) return;
        self->request.append(self->buffer, bytes);
        self->Answer();
      });
    }
    void Answer() {
      const size_t head = request.find("\r\n\r\n");
      if (head == std::string::npos || request.size() < head + 4 + kRequestBytes) return Read();
      request.clear();
      boost::asio::async_write(socket, boost::asio::buffer(kAnswer), [self = shared_from_this()](auto error, size_t) {
        if (!error) self->Read();
      });
    }
    tcp::socket socket;
    char buffer[4096];
    std::string request;
  };

  void Accept() {
    acceptor_.async_accept([this](auto error, tcp::socket socket) {
      if (error) return;
      socket.set_option(tcp::no_delay(true));
      std::make_shared<Session>(std::move(socket))->Read();
      Accept();
    });
  }

  boost::asio::io_context context_{1};
  tcp::acceptor acceptor_;
  std::thread thread_;
};

Request SmallPost(const std::string& url) {
  Request request;
  request.method = "POST";
  request.url = url;
  request.headers = {{"Authorization", "Bearer " + std::string(200, 't')},
                     {"X-Api-Key", "0123456789abcdef"},
                     {"Content-Type", "application/json"}};
  request.body = std::string(kRequestBytes, 'b');
  return request;
}

async::Task<void> SendMany(CurlClient& client, const std::string& url, int64_t& left, int64_t& failed) {
  while (left-- > 0) {
    Request request = SmallPost(url);
    auto response = co_await client.Send(std::move(request));
    if (!response.ok() || response->status != 201) ++failed;
  }
}

async::Task<void> SendAll(async::IoLoop& loop, CurlClient& client, std::string url, int64_t concurrency,
                          int64_t requests, int64_t& failed) {
  async::Scope scope(loop);
  for (int64_t i = 0; i < concurrency; ++i) scope.Spawn(SendMany(client, url, requests, failed));
  co_await scope.Join();
  loop.Stop();
}

double ThreadCpuSeconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

void SmallRequests(benchmark::State& state) {
  Server server;
  constexpr int64_t kRequests = 50'000;
  int64_t failed = 0;
  double cpu = 0;
  for (auto _ : state) {
    async::IoLoop loop;
    CurlClient client(loop);
    async::Scope scope(loop);
    const double before = ThreadCpuSeconds();
    scope.Spawn(SendAll(loop, client, server.url(), state.range(0), kRequests, failed));
    loop.Run();
    cpu += ThreadCpuSeconds() - before;
  }
  if (failed > 0) state.SkipWithError("requests failed");
  state.counters["cpu_us_per_request"] = cpu * 1e6 / (state.iterations() * kRequests);
  state.counters["requests_per_s"] = benchmark::Counter(state.iterations() * kRequests, benchmark::Counter::kIsRate);
}
BENCHMARK(SmallRequests)->Arg(1)->Arg(8)->Arg(50)->Arg(200)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace causeway::http

BENCHMARK_MAIN();
