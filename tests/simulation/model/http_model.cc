#include "tests/simulation/model/http_model.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/async/sleep.h"
#include "tests/simulation/reply.h"

namespace causeway::simulation {
namespace {

absl::string_view OriginOf(absl::string_view url) {
  const size_t host = url.find("://");
  if (host == absl::string_view::npos) return {};
  return url.substr(0, url.find('/', host + 3));
}

constexpr char kHttpDate[] = "%a, %d %b %Y %H:%M:%S GMT";

std::string HttpDate(absl::Time time) { return absl::FormatTime(kHttpDate, time, absl::UTCTimeZone()); }

std::string Summary(const http::Response& response) {
  return absl::StrCat(response.status, " ", response.body.substr(0, 200));
}

class ModelClient final : public http::Client {
 public:
  ModelClient(HttpModel& model, Process& process) : model_(model), process_(process), loop_(process.loop()) {}

  async::Task<absl::StatusOr<http::Response>> Send(http::Request request) override {
    const bool hangs = model_.Hangs();
    const async::Instant deadline = loop_.Now() + request.deadline;
    const absl::Duration slept = process_.slept();
    Reply<HttpModel::Answer> reply(loop_, hangs ? absl::InfiniteDuration() : deadline);
    if (hangs) co_await reply.Wait();
    const std::string origin(OriginOf(request.url));
    model_.CheckPause(process_.party(), origin, request);
    const absl::Duration connects = model_.TimeToConnect(request.deadline);
    if (connects > absl::ZeroDuration()) co_await async::SleepFor(loop_, connects);
    // curl's clock stands still while the machine sleeps.
    const absl::Duration left = deadline + (process_.slept() - slept) - loop_.Now();
    if (left <= absl::ZeroDuration()) co_return absl::UnavailableError("no connection in time");
    request.deadline = left;
    if (request.last_check) {
      const absl::Status allowed = request.last_check();
      if (!allowed.ok()) co_return allowed;
    }
    HttpModel::AnswerTo on_answer = [sender = reply.sender()](HttpModel::Answer answer) {
      sender.Set(std::move(answer));
    };
    model_.Dispatch(process_.party(), std::move(request), std::move(on_answer));
    std::optional<HttpModel::Answer> answer = co_await reply.Wait();
    if (!answer.has_value()) co_return absl::DeadlineExceededError("no answer in time");
    if (answer->ok()) model_.NotePause(process_, origin, **answer);
    co_return *std::move(answer);
  }

 private:
  HttpModel& model_;
  Process& process_;
  ProcessLoop& loop_;
};

}  // namespace

struct HttpModel::Exchange {
  http::Request request;
  int from;
  Instant sent;
  Host host;
  Fate fate;
  AnswerTo answer;
};

int HttpModel::Serve(std::string origin, HttpServer& server) {
  const int party = network_.AddParty(origin);
  hosts_.emplace(std::move(origin), Host{&server, party, absl::ZeroDuration()});
  return party;
}

std::unique_ptr<http::Client> HttpModel::Connect(Process& process) {
  ForgetPauses(process.party());
  return std::make_unique<ModelClient>(*this, process);
}

HttpModel::Fate HttpModel::DrawFate(const HttpServer& server, const http::Request& request) {
  if (faults_.Strikes(Fault::kThrottle)) return Fate::kThrottled;
  if (faults_.Strikes(Fault::kUnavailable)) return Fate::kUnavailable;
  if (faults_.Strikes(Fault::kHtmlPage)) return Fate::kHtmlPage;
  if (faults_.Strikes(Fault::kFailedAfterwards)) return Fate::kFailedAfterwards;
  if (faults_.Strikes(Fault::kCutBody)) return Fate::kCutBody;
  if (server.Repeatable(request) && faults_.Strikes(Fault::kDuplicate)) return Fate::kDuplicated;
  if (faults_.Strikes(Fault::kLostRequest)) return Fate::kLostRequest;
  if (faults_.Strikes(Fault::kLostAnswer)) return Fate::kLostAnswer;
  if (faults_.Strikes(Fault::kLateRequest)) return Fate::kLate;
  if (faults_.Strikes(Fault::kVeryLateRequest)) return Fate::kVeryLate;
  return Fate::kHandled;
}

absl::Duration HttpModel::TimeToConnect(absl::Duration deadline) {
  if (!faults_.Strikes(Fault::kSlowConnection)) return absl::ZeroDuration();
  return faults_.dice(Fault::kSlowConnection).LogBetween(absl::Milliseconds(5), deadline);
}

// A date means nothing to a process whose calendar is off.
void HttpModel::NotePause(Process& process, const std::string& origin, const http::Response& response) {
  if (response.status != 429 && response.status != 503) return;
  const auto named = [](const auto& header) { return header.first == "retry-after"; };
  const auto header = std::find_if(response.headers.begin(), response.headers.end(), named);
  if (header == response.headers.end()) return;
  const std::string& value = header->second;
  std::string error;
  int seconds = 0;
  absl::Time date;
  Instant until;
  if (absl::SimpleAtoi(value, &seconds)) {
    until = simulation_.Now() + absl::Seconds(seconds);
  } else if (process.clock_offset() == absl::ZeroDuration() && absl::ParseTime(kHttpDate, value, &date, &error)) {
    until = simulation_.Now() + (date - simulation_.TrueTime());
  } else {
    return;
  }
  Instant& told = told_to_wait_[process.party()][origin];
  told = std::max(told, until);
}

void HttpModel::CheckPause(int party, const std::string& origin, const http::Request& request) {
  if (!on_too_early_ || faults_.rate(Fault::kRetryAfterEnforced) == 0) return;
  const auto told = told_to_wait_.find(party);
  if (told == told_to_wait_.end()) return;
  const auto until = told->second.find(origin);
  if (until != told->second.end() && simulation_.Now() < until->second) on_too_early_(request);
}

// When it will be carried out; nullopt: never.
std::optional<absl::Duration> HttpModel::DrawLanding(const Exchange& exchange) {
  if (!network_.Reaches(exchange.from, exchange.host.party) || exchange.fate == Fate::kLostRequest) return std::nullopt;
  const absl::Duration deadline = exchange.request.deadline;
  if (exchange.fate == Fate::kLate) {
    return faults_.dice(Fault::kLateRequest).LogBetween(std::min(deadline, absl::Milliseconds(10)), deadline);
  }
  if (exchange.fate == Fate::kVeryLate) {
    return deadline + faults_.dice(Fault::kVeryLateRequest).Between(absl::ZeroDuration(), exchange.host.margin);
  }
  const absl::Duration way = network_.Latency();
  if (way > deadline) return std::nullopt;
  return way;
}

void HttpModel::Dispatch(int from, http::Request request, AnswerTo answer) {
  const auto host = hosts_.find(OriginOf(request.url));
  if (host == hosts_.end()) return answer(absl::UnavailableError("the name can't be resolved"));
  const Instant now = simulation_.Now();
  const Fate fate = DrawFate(*host->second.server, request);
  auto exchange =
      std::make_shared<Exchange>(Exchange{std::move(request), from, now, host->second, fate, std::move(answer)});
  const std::optional<absl::Duration> lands_after = DrawLanding(*exchange);
  if (on_send_) {
    const bool unhandled = fate == Fate::kThrottled || fate == Fate::kUnavailable || fate == Fate::kHtmlPage;
    on_send_({exchange->request, from, now},
             lands_after.has_value() && !unhandled ? std::optional<Instant>(now + *lands_after) : std::nullopt);
  }
  Dice& dice = simulation_.dice();
  if (!network_.Reaches(from, exchange->host.party)) {
    if (simulation_.tracing()) Say(*exchange, "cut off");
    // Refused by somebody on the way, or swallowed until the deadline.
    if (dice.Chance(0.5)) return;
    simulation_.After(network_.Latency(),
                      [exchange] { exchange->answer(absl::UnavailableError("connection refused")); });
    return;
  }
  if (fate == Fate::kLostRequest) {
    if (simulation_.tracing()) Say(*exchange, "lost");
    return BreakConnection(exchange);
  }
  if (!lands_after.has_value()) return;
  if (fate == Fate::kLate || fate == Fate::kVeryLate) {
    if (simulation_.tracing())
      Say(*exchange, absl::StrCat("the connection breaks, it lands after ", absl::FormatDuration(*lands_after)));
    BreakConnection(exchange);
  }
  simulation_.After(*lands_after, [this, exchange] { Land(exchange); });
}

// A process notices a broken connection soon, or not before its deadline.
void HttpModel::BreakConnection(const std::shared_ptr<Exchange>& exchange) {
  if (simulation_.dice().Chance(0.5)) return;
  simulation_.After(simulation_.dice().LogBetween(absl::Milliseconds(1), absl::Seconds(1)),
                    [exchange] { exchange->answer(absl::UnknownError("the connection broke")); });
}

http::Response HttpModel::Refusal(HttpServer& server, int status) {
  Dice& dice = simulation_.dice();
  http::Response response = server.Refuse(status);
  if (!dice.Chance(0.7)) return response;
  const absl::Duration wait = absl::Seconds(dice.Below(4));
  const bool as_date = dice.Chance(0.3);
  response.headers.emplace_back("retry-after", as_date ? HttpDate(simulation_.TrueTime() + wait)
                                                       : absl::StrCat(absl::ToInt64Seconds(wait)));
  return response;
}

// In front of an answer that the process doesn't get as it is.
absl::string_view HttpModel::NameOf(Fate fate) {
  switch (fate) {
    case Fate::kFailedAfterwards:
      return "5xx instead of ";
    case Fate::kCutBody:
      return "cut: ";
    case Fate::kDuplicated:
      return "for the second time: ";
    case Fate::kLostAnswer:
      return "lost: ";
    case Fate::kLate:
    case Fate::kVeryLate:
      return "heard by nobody: ";
    default:
      return "";
  }
}

void HttpModel::Say(const Exchange& exchange, absl::string_view outcome) const {
  simulation_.Trace(absl::StrCat(network_.name(exchange.from), ": ", exchange.request.method, " ",
                                 exchange.request.url, " ", exchange.request.body, " -> ", outcome));
}

void HttpModel::Land(const std::shared_ptr<Exchange>& exchange) {
  if (!network_.Reaches(exchange->from, exchange->host.party)) {
    if (simulation_.tracing()) Say(*exchange, "cut off on its way");
    return;
  }
  HttpServer& server = *exchange->host.server;
  Dice& dice = simulation_.dice();
  if (exchange->fate == Fate::kThrottled) return SendUnhandled(exchange, Refusal(server, 429));
  if (exchange->fate == Fate::kUnavailable) {
    return SendUnhandled(exchange, Refusal(server, dice.Chance(0.5) ? 503 : 502));
  }
  if (exchange->fate == Fate::kHtmlPage) {
    return SendUnhandled(
        exchange,
        http::Response{dice.Chance(0.5) ? 200 : 502, {{"content-type", "text/html"}}, "<html>gateway</html>"});
  }
  if (exchange->fate == Fate::kDuplicated) (void)server.Handle({exchange->request, exchange->from, exchange->sent});
  http::Response response = server.Handle({exchange->request, exchange->from, exchange->sent});
  if (simulation_.tracing()) Say(*exchange, absl::StrCat(NameOf(exchange->fate), Summary(response)));
  switch (exchange->fate) {
    case Fate::kLostAnswer:
      return BreakConnection(exchange);
    case Fate::kFailedAfterwards:
      return SendBack(exchange, server.Refuse(dice.Chance(0.5) ? 502 : 504));
    case Fate::kCutBody:
      if (dice.Chance(0.5)) return SendBack(exchange, absl::UnknownError("the answer was cut"));
      response.body.resize(dice.Below(response.body.size() + 1));
      return SendBack(exchange, std::move(response));
    default:
      return SendBack(exchange, std::move(response));
  }
}

void HttpModel::SendUnhandled(const std::shared_ptr<Exchange>& exchange, http::Response response) {
  if (simulation_.tracing()) Say(*exchange, absl::StrCat("not handled: ", Summary(response)));
  SendBack(exchange, std::move(response));
}

void HttpModel::SendBack(const std::shared_ptr<Exchange>& exchange, Answer answer) {
  const absl::Duration takes =
      simulation_.dice().LogBetween(absl::Microseconds(300), absl::Milliseconds(40)) + network_.Latency();
  simulation_.After(takes, [this, exchange, answer = std::move(answer)] {
    if (network_.Reaches(exchange->host.party, exchange->from)) Deliver(*exchange, answer);
  });
}

void HttpModel::Deliver(const Exchange& exchange, const Answer& answer) {
  const bool as_given = exchange.fate == Fate::kHandled || exchange.fate == Fate::kDuplicated;
  const bool in_time = simulation_.Now() < exchange.sent + exchange.request.deadline;
  if (on_answer_ && as_given && in_time && answer.ok()) on_answer_(exchange.request, *answer);
  exchange.answer(answer);
}

}  // namespace causeway::simulation
