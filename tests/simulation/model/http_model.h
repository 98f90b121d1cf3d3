// HttpModel: the outside systems' servers and every way in which a request to one can go wrong.
//
// Life: construct; Serve each host; hand Connect's Client to each process (a new one each life). A request that was
// sent lands within its deadline and the host's landing margin or never, whatever became of its sender: alive, paused, or
// dead.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "common/http/client.h"
#include "tests/simulation/fault.h"
#include "tests/simulation/network.h"
#include "tests/simulation/process.h"
#include "tests/simulation/simulation.h"

namespace causeway::simulation {

// A request that has landed.
struct Delivery {
  const http::Request& request;
  int from;  // The process's party.
  Instant sent;
};

// An outside system. It answers at once: the model adds the time that it takes.
class HttpServer {
 public:
  virtual ~HttpServer() = default;
  virtual http::Response Handle(const Delivery& delivery) = 0;
  // The error page of that status in the system's own form.
  virtual http::Response Refuse(int status) = 0;
  // Whether a client can survive that the request is handled twice.
  virtual bool Repeatable(const http::Request&) const { return true; }
};

class HttpModel {
 public:
  using Answer = absl::StatusOr<http::Response>;
  using AnswerTo = std::function<void(Answer)>;

  HttpModel(Simulation& simulation, Network& network, Faults& faults)
      : simulation_(simulation), network_(network), faults_(faults) {}

  // `origin`: scheme and host, such as https://contoso.example; the server outlives the model. Returns the system's
  // party.
  int Serve(std::string origin, HttpServer& server);
  std::unique_ptr<http::Client> Connect(Process& process);

  // Another name of a host that is served already.
  void Alias(const std::string& origin, const std::string& alias) { hosts_.emplace(alias, hosts_.at(origin)); }
  // How long after a request's deadline the host may still carry it out; by default it doesn't.
  void SetLandingMargin(const std::string& origin, absl::Duration margin) { hosts_.at(origin).margin = margin; }

  // Called with every request at the moment it is sent, before anything can happen to it. `lands`: when it will be carried
  // out if nothing more happens to it; nullopt: never.
  using OnSendFunction = std::function<void(const Delivery&, std::optional<Instant> lands)>;
  void OnSend(OnSendFunction observer) { on_send_ = std::move(observer); }
  // Called when a client asks again before the time that it was told to wait (Retry-After) is over.
  void OnTooEarly(std::function<void(const http::Request&)> observer) { on_too_early_ = std::move(observer); }

  // Called with every answer that its sender gets in time, just as the system gave it.
  void OnAnswer(std::function<void(const http::Request&, const http::Response&)> observer) {
    on_answer_ = std::move(observer);
  }

  // For the client: whether this call hangs.
  bool Hangs() { return faults_.Strikes(Fault::kHang); }
  // For the client: how long this call takes to get its request under way (names, connections, TLS).
  absl::Duration TimeToConnect(absl::Duration deadline);
  // For the client: what its process was told to wait (Retry-After), and whether it comes back before that.
  void NotePause(Process& process, const std::string& origin, const http::Response& response);
  void CheckPause(int party, const std::string& origin, const http::Request& request);
  // A run begins in the process: it knows nothing of what an earlier one was told.
  void ForgetPauses(int party) { told_to_wait_.erase(party); }
  // For the client: lets the request happen. `answer` is called at most once. `deadline`: what is left of the request's.
  void Dispatch(int from, http::Request request, AnswerTo answer);

 private:
  struct Host {
    HttpServer* server;
    int party;
    absl::Duration margin;
  };
  struct Exchange;
  enum class Fate {
    kHandled,
    kThrottled,
    kUnavailable,
    kHtmlPage,
    kFailedAfterwards,
    kCutBody,
    kDuplicated,
    kLostRequest,
    kLostAnswer,
    kLate,
    kVeryLate,
  };

  Fate DrawFate(const HttpServer& server, const http::Request& request);
  std::optional<absl::Duration> DrawLanding(const Exchange& exchange);
  void Land(const std::shared_ptr<Exchange>& exchange);
  void SendUnhandled(const std::shared_ptr<Exchange>& exchange, http::Response response);
  void Deliver(const Exchange& exchange, const Answer& answer);
  void SendBack(const std::shared_ptr<Exchange>& exchange, Answer answer);
  void BreakConnection(const std::shared_ptr<Exchange>& exchange);
  // An answer of that status which may say when to come again.
  http::Response Refusal(HttpServer& server, int status);
  static absl::string_view NameOf(Fate fate);
  // Traces what became of it. Ask tracing() first.
  void Say(const Exchange& exchange, absl::string_view outcome) const;

  Simulation& simulation_;
  Network& network_;
  Faults& faults_;
  std::map<std::string, Host, std::less<>> hosts_;
  // By party and origin.
  std::map<int, std::map<std::string, Instant>> told_to_wait_;
  OnSendFunction on_send_;
  std::function<void(const http::Request&)> on_too_early_;
  std::function<void(const http::Request&, const http::Response&)> on_answer_;
};

}  // namespace causeway::simulation
