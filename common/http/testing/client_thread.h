// ClientThread: a CurlClient on a loop of its own, asked from a test's thread.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <utility>

#include "common/async/io_loop.h"
#include "common/async/scope.h"
#include "common/http/curl_client.h"

namespace causeway::http {

class ClientThread {
 public:
  using Answer = absl::StatusOr<Response>;

  explicit ClientThread(const CurlOptions& options = {})
      : client_(std::make_unique<CurlClient>(loop_, options)), thread_([this] { loop_.Run(); }) {}
  ~ClientThread() {
    Run([this] {
      scope_->Clear();
      client_ = nullptr;
    });
    loop_.Stop();
    thread_.join();
  }

  std::future<Answer> Start(Request request) {
    auto answer = std::make_shared<std::promise<Answer>>();
    loop_.Post([this, request, answer] { scope_->Spawn(Await(*client_, request, answer)); });
    return answer->get_future();
  }

  Answer Send(Request request) { return Start(std::move(request)).get(); }

  Answer Get(const std::string& url) {
    Request request;
    request.url = url;
    return Send(std::move(request));
  }

  Answer Post(const std::string& url, const std::string& body) {
    Request request;
    request.method = "POST";
    request.url = url;
    request.body = body;
    return Send(std::move(request));
  }

  // Destroys whatever waits for an answer.
  void CancelAll() {
    Run([this] { scope_->Clear(); });
  }

 private:
  static async::Task<void> Await(CurlClient& client, Request request, std::shared_ptr<std::promise<Answer>> answer) {
    Answer result = co_await client.Send(std::move(request));
    answer->set_value(std::move(result));
  }

  void Run(std::function<void()> work) {
    std::promise<void> done;
    loop_.Post([&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }

  async::IoLoop loop_;
  std::unique_ptr<CurlClient> client_;
  std::unique_ptr<async::Scope> scope_ = std::make_unique<async::Scope>(loop_);
  std::thread thread_;
};

}  // namespace causeway::http
