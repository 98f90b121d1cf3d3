#include "common/oauth/token_request.h"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace causeway::oauth {
namespace {

constexpr size_t kMaxAnswer = 1 << 20;
// A shorter life would make a request for a token of every other one; no life is no token.
constexpr absl::Duration kShortestLifetime = absl::Seconds(1);
constexpr absl::Duration kLongestLifetime = absl::Hours(24 * 30);

std::string Text(const boost::json::string& text) { return std::string(text.data(), text.size()); }

// What OAuth's error field says, such as invalid_client; Entra's description begins with the AADSTS code, which is kept
// too. Neither holds a secret.
std::string ErrorOf(const boost::json::value& answer) {
  const auto* object = answer.if_object();
  if (object == nullptr) return "";
  const auto* error = object->if_contains("error");
  if (error == nullptr || !error->is_string()) return "";
  const std::string text = Text(error->as_string()).substr(0, 100);
  const auto* description = object->if_contains("error_description");
  if (description == nullptr || !description->is_string()) return text;
  const std::string words = Text(description->as_string());
  if (!absl::StartsWith(words, "AADSTS")) return text;
  return absl::StrCat(text, ", ", words.substr(0, std::min<size_t>(words.find(':'), 20)));
}

// A line break in a token would add a header of its own to every request.
bool UsableAsHeader(const boost::json::string& token) {
  return !token.empty() &&
         std::all_of(token.begin(), token.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

// A number, or one in quotes as some proxies make of it.
std::optional<double> NumberOf(const boost::json::value* value) {
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) return value->to_number<double>();
  double number = 0;
  if (value->is_string() && absl::SimpleAtod(Text(value->as_string()), &number)) return number;
  return std::nullopt;
}

void Tell(const Observer& observer, const absl::StatusOr<http::Response>& response, absl::Duration duration,
          absl::Time now) {
  if (!observer) return;
  CallReport report{.method = "POST", .status = response.ok() ? response->status : 0, .duration = duration};
  if (report.status == 429 || report.status == 503) {
    const auto retry_after = http::ParseRetryAfter(response->header("retry-after"), now);
    report.throttled = retry_after.value_or(absl::ZeroDuration());
  }
  observer(report);
}

}  // namespace

absl::StatusOr<Token> ReadTokenAnswer(const http::Response& response, const TokenRequest& request, absl::Time now) {
  const TokenCodes& codes = request.codes;
  const auto fail = [&](const errors::Code& code, absl::string_view what) {
    errors::Detail detail = errors::NewDetail(code, absl::StrCat(request.system, " ", what), request.system);
    detail.retry_after = http::ParseRetryAfter(response.header("retry-after"), now);
    return errors::Make(std::move(detail));
  };
  if (response.status == 429) return fail(codes.throttled, "asks to wait before another token is asked for.");
  if (response.status >= 500)
    return fail(codes.unavailable, absl::StrCat("answered a request for a token with status ", response.status, "."));

  boost::system::error_code error;
  const boost::json::value answer = boost::json::parse(response.body, error);
  if (response.status == 200) {
    const auto* object = error ? nullptr : answer.if_object();
    const auto* value = object == nullptr ? nullptr : object->if_contains("access_token");
    if (value == nullptr || !value->is_string() || !UsableAsHeader(value->as_string()))
      return fail(codes.answer, "answered a request for a token with something that holds no token.");
    const std::optional<double> expires_in = NumberOf(object->if_contains("expires_in"));
    const absl::Duration lifetime = request.expires_in_unit * expires_in.value_or(0);
    if (lifetime < kShortestLifetime)
      return fail(codes.answer, "sent a token that says no life or has expired already.");
    return Token{Text(value->as_string()), std::min(lifetime, kLongestLifetime)};
  }
  const std::string reason = error ? "" : ErrorOf(answer);
  if (absl::StartsWith(reason, "temporarily_unavailable"))
    return fail(codes.unavailable, absl::StrCat("can't make a token at present (", reason, ")."));
  if (reason.empty())
    return fail(codes.answer, absl::StrCat("answered a request for a token with status ", response.status,
                                           " and nothing that says why."));
  return fail(codes.credentials, absl::StrCat("refused the credentials (", reason, ")."));
}

async::Task<absl::StatusOr<Token>> RequestToken(async::Loop& loop, http::Client& http, TokenRequest request) {
  http::Request post;
  post.method = "POST";
  post.url = request.url;
  post.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  post.body = request.form;
  post.deadline = request.deadline;
  post.max_response_bytes = kMaxAnswer;
  const async::Instant began = loop.Now();
  const absl::StatusOr<http::Response> response = co_await http.Send(std::move(post));
  Tell(request.observer, response, loop.Now() - began, loop.WallTime());
  if (!response.ok()) {
    const bool too_long = absl::IsResourceExhausted(response.status());
    const std::string what = absl::StrCat("No token from ", request.system, ": ", response.status().message(),
                                          too_long ? "." : " (not reached).");
    co_return errors::Make(too_long ? request.codes.answer : request.codes.unreachable, what, request.system);
  }
  co_return ReadTokenAnswer(*response, request, loop.WallTime());
}

}  // namespace causeway::oauth
