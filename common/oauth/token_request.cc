#include "common/oauth/token_request.h"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/errors/error.h"
#include "common/errors/excerpt.h"
#include "common/json/path.h"

namespace causeway::oauth {
namespace {

constexpr size_t kMaxAnswer = 1 << 20;
// A shorter life would make a request for a token of every other one; no life is no token.
constexpr absl::Duration kShortestLifetime = absl::Seconds(1);
constexpr absl::Duration kLongestLifetime = absl::Hours(24 * 30);
// How long a throttled endpoint is left alone that doesn't say.
constexpr absl::Duration kPause = absl::Seconds(10);
constexpr size_t kMaxWords = 300;

// What an endpoint says of a refusal (RFC 6749 section 5.2).
struct Refusal {
  std::string error;  // Such as invalid_client; empty: it is no answer of a token endpoint.
  std::string words;  // AADSTS7000215: Invalid client secret provided. …
};

std::string WithoutSecret(const std::string& text, const TokenRequest& request) {
  return request.secret.empty() ? text : absl::StrReplaceAll(text, {{request.secret, "…"}});
}

Refusal RefusalIn(const boost::json::value& answer, const TokenRequest& request) {
  const boost::json::value* error = json::At(answer, {"error"});
  if (error == nullptr || !error->is_string()) return {};
  std::string words = WithoutSecret(json::TextAt(answer, {"error_description"}), request);
  // Entra's words end with what its support asks for, in lines of their own or behind the sentence.
  words.resize(std::min({words.size(), words.find('\n'), words.find('\r'), words.find(" Trace ID:")}));
  return {errors::Excerpt(WithoutSecret(json::TextAt(answer, {"error"}), request), 100),
          errors::Excerpt(words, kMaxWords)};
}

// Whether it is the client's secret or id that was refused. Entra says unauthorized_client of a client that it doesn't
// know in the tenant, and Adobe of one without the product: another secret helps neither.
bool IsAboutCredentials(const Refusal& refusal) {
  return refusal.error == "invalid_client" || refusal.error == "invalid_grant" || refusal.error == "invalid_token";
}

// Whether it passes by itself.
bool IsTransient(const Refusal& refusal) {
  return refusal.error == "temporarily_unavailable" || refusal.error == "server_error";
}

// A line break in a token would add a header of its own to every request.
bool UsableAsHeader(const std::string& token) {
  return !token.empty() &&
         std::all_of(token.begin(), token.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f; });
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

absl::Status Fail(const errors::Code& code, absl::string_view what, const TokenRequest& request,
                  std::optional<absl::Duration> retry_after) {
  errors::Detail detail = errors::NewDetail(code, absl::StrCat(request.system, " ", what), request.system);
  detail.retry_after = retry_after;
  return errors::Make(std::move(detail));
}

// Of a success.
absl::StatusOr<Token> ReadToken(const boost::json::value& answer, const TokenRequest& request) {
  const auto fail = [&](absl::string_view what) { return Fail(request.codes.answer, what, request, std::nullopt); };
  const boost::json::value* value = json::At(answer, {"access_token"});
  std::string token = value != nullptr && value->is_string() ? json::TextAt(answer, {"access_token"}) : "";
  if (!UsableAsHeader(token)) return fail("answered a request for a token with something that holds no token.");
  const absl::Duration lifetime = request.expires_in_unit * json::NumberAt(answer, {"expires_in"}).value_or(0);
  if (lifetime < kShortestLifetime) return fail("sent a token that says no life or has expired already.");
  return Token{std::move(token), std::min(lifetime, kLongestLifetime)};
}

absl::Status ErrorOf(int status, const Refusal& refusal, const TokenRequest& request) {
  const auto fail = [&](const errors::Code& code, absl::string_view what) {
    return Fail(code, what, request, std::nullopt);
  };
  if (refusal.error.empty() && (status == 404 || status == 405) && !request.proven) {
    return fail(request.codes.request, absl::StrCat("has no token endpoint at ", request.url, " (status ", status, ")."));
  }
  if (refusal.error.empty()) {
    return fail(request.codes.answer,
                absl::StrCat("answered a request for a token with status ", status, " and nothing that says why."));
  }
  const std::string why = absl::StrCat("(", refusal.error, ")", refusal.words.empty() ? "." : ": ", refusal.words);
  if (IsTransient(refusal)) return fail(request.codes.unavailable, absl::StrCat("can't make a token at present ", why));
  if (IsAboutCredentials(refusal)) return fail(request.codes.credentials, absl::StrCat("refused the credentials ", why));
  const std::string scope = request.scope.empty() ? "" : absl::StrCat(" for ", request.scope);
  return fail(request.codes.request, absl::StrCat("refused to make a token", scope, " ", why));
}

}  // namespace

absl::StatusOr<Token> ReadTokenAnswer(const http::Response& response, const TokenRequest& request, absl::Time now) {
  const std::optional<absl::Duration> retry_after = http::ParseRetryAfter(response.header("retry-after"), now);
  if (response.status == 429) {
    return Fail(request.codes.throttled, "asks to wait before another token is asked for.", request,
                retry_after.value_or(kPause));
  }
  if (response.status >= 500) {
    const std::string what = absl::StrCat("answered a request for a token with status ", response.status, ".");
    return Fail(request.codes.unavailable, what, request, retry_after);
  }
  const boost::json::value answer = json::Parse(response.body);
  if (response.status == 200) return ReadToken(answer, request);
  return ErrorOf(response.status, RefusalIn(answer, request), request);
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
