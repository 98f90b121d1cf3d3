// ScriptedClient: an http::Client for unit tests that answers what the test scripted and keeps what it was asked.
//
//   ScriptedClient http(loop);
//   http.Answer("/token", 200, R"({"access_token":"t","expires_in":3600})");
//   http.Answer("/contacts", 429, "", {{"retry-after", "7"}});
//   http.Always("/contacts", 200, R"({"value":[]})");
//
// A request takes the first unused answer whose text occurs in "METHOD url"; an unscripted request fails the test. Answers come after
// `latency` of the loop's time.
#pragma once

#include <list>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/async/sleep.h"
#include "common/http/client.h"
#include "gtest/gtest.h"

namespace causeway::http {

class ScriptedClient final : public Client {
 public:
  explicit ScriptedClient(async::Loop& loop) : loop_(loop) {}

  void Answer(std::string part, int status, std::string body, Headers headers = {}) {
    script_.push_back({std::move(part), Response{status, std::move(headers), std::move(body)}, false});
  }
  // Used whenever nothing that was scripted before it is left.
  void Always(std::string part, int status, std::string body, Headers headers = {}) {
    script_.push_back({std::move(part), Response{status, std::move(headers), std::move(body)}, true});
  }
  void Fail(std::string part, absl::Status error) { script_.push_back({std::move(part), std::move(error), false}); }

  void set_latency(absl::Duration latency) { latency_ = latency; }

  const std::vector<Request>& requests() const { return requests_; }
  // Those whose "METHOD url" holds `part`.
  std::vector<Request> RequestsOf(const std::string& part) const {
    std::vector<Request> found;
    for (const Request& request : requests_) {
      if (absl::StrContains(Line(request), part)) found.push_back(request);
    }
    return found;
  }
  int in_flight() const { return in_flight_; }
  int max_in_flight() const { return max_in_flight_; }
  // Scripted answers that nobody has asked for.
  size_t unused() const {
    size_t count = 0;
    for (const Step& step : script_) count += !step.always;
    return count;
  }

  async::Task<absl::StatusOr<Response>> Send(Request request) override {
    if (request.last_check) {
      const absl::Status allowed = request.last_check();
      if (!allowed.ok()) co_return allowed;
    }
    const InFlight counted(*this);
    requests_.push_back(request);
    absl::StatusOr<Response> answer = Take(request);
    co_await async::SleepFor(loop_, latency_);
    co_return answer;
  }

 private:
  struct Step {
    std::string part;
    absl::StatusOr<Response> answer;
    bool always;
  };
  struct InFlight {
    explicit InFlight(ScriptedClient& client) : client(client) {
      client.max_in_flight_ = std::max(client.max_in_flight_, ++client.in_flight_);
    }
    ~InFlight() { --client.in_flight_; }
    ScriptedClient& client;
  };

  static std::string Line(const Request& request) { return absl::StrCat(request.method, " ", request.url); }

  absl::StatusOr<Response> Take(const Request& request) {
    const std::string line = Line(request);
    for (auto step = script_.begin(); step != script_.end(); ++step) {
      if (!absl::StrContains(line, step->part)) continue;
      absl::StatusOr<Response> answer = step->answer;
      if (!step->always) script_.erase(step);
      return answer;
    }
    ADD_FAILURE() << "unscripted request: " << line;
    return absl::UnavailableError("unscripted");
  }

  async::Loop& loop_;
  absl::Duration latency_ = absl::Milliseconds(5);
  std::list<Step> script_;
  std::vector<Request> requests_;
  int in_flight_ = 0;
  int max_in_flight_ = 0;
};

// The value of a request's header, by its name as it was set; empty when there is none.
inline std::string HeaderOf(const Request& request, const std::string& name) {
  for (const auto& [header, value] : request.headers) {
    if (header == name) return value;
  }
  return "";
}

}  // namespace causeway::http
