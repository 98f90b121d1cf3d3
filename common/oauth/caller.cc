#include "common/oauth/caller.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace causeway::oauth {

Caller::Caller(async::Loop& loop, http::Client& http, TokenCache& tokens, limits::Limiter& limiter, Observer observer)
    : loop_(loop), http_(http), tokens_(tokens), limiter_(limiter), observer_(std::move(observer)) {}

async::Task<absl::StatusOr<http::Response>> Caller::Call(http::Request request, CallContext& context,
                                                         ThrottlingIn throttling_in) {
  request.headers.emplace_back("Authorization", "");
  bool retried = false;  // With a token that was asked for because the one before was refused.
  while (true) {
    limits::Permit permit = co_await limiter_.Acquire();
    const absl::StatusOr<TokenCache::Held> token = co_await tokens_.Get();
    if (!token.ok()) {
      limiter_.PauseFor(errors::Describe(token.status()).retry_after.value_or(absl::ZeroDuration()));
      co_return token.status();
    }
    if (context.before_send) {
      const absl::Status admitted = co_await context.before_send();
      if (!admitted.ok()) co_return admitted;
    }
    // Meanwhile another request may have been told to wait, which holds for all; or the token's life may be over.
    if (limiter_.paused() || !tokens_.Usable(*token)) continue;
    request.headers.back().second = absl::StrCat("Bearer ", **token);
    http::Request attempt = request;
    absl::StatusOr<http::Response> response =
        co_await Send(std::move(attempt), context, std::move(permit), retried, throttling_in);
    if (retried || !response.ok() || response->status != 401) co_return response;
    // One that was the newest no more says nothing of the account: the newest hasn't been tried.
    retried = tokens_.Refused(*token);
  }
}

async::Task<absl::StatusOr<http::Response>> Caller::Send(http::Request request, CallContext& context, limits::Permit permit,
                                                         bool retried, const ThrottlingIn& throttling_in) {
  const std::string method = request.method;
  const async::Instant began = loop_.Now();
  bool held_back = false;
  if (context.last_check) {
    request.last_check = [&] {
      absl::Status allowed = context.last_check();
      held_back = !allowed.ok();
      return allowed;
    };
  }
  absl::StatusOr<http::Response> response = co_await http_.Send(std::move(request));
  if (held_back) co_return response;  // Nothing was sent.
  ++context.calls;
  const int status = response.ok() ? response->status : 0;
  const absl::Duration throttled_before = limiter_.time_throttled();
  Tell(std::move(permit), response, throttling_in);
  if (observer_) observer_({method, status, loop_.Now() - began, retried, limiter_.time_throttled() - throttled_before});
  co_return response;
}

// What the answer says of the load. A 500 says nothing: Campaign answers a refused value with it.
void Caller::Tell(limits::Permit permit, const absl::StatusOr<http::Response>& response,
                  const ThrottlingIn& throttling_in) {
  if (!response.ok()) {
    if (absl::IsDeadlineExceeded(response.status())) permit.TimedOut();
    return;
  }
  const int status = response->status;
  const std::optional<absl::Duration> retry_after =
      http::ParseRetryAfter(response->header("retry-after"), loop_.WallTime());
  if (status == 429 || (status == 503 && retry_after)) {
    permit.Throttled(retry_after);
  } else if (status >= 502 && status <= 504) {
    permit.TimedOut();
  } else if (const std::optional<Throttling> within = throttling_in && status < 300 ? throttling_in(*response) : std::nullopt) {
    permit.Throttled(within->retry_after);
  } else {
    permit.Succeeded();
  }
}

}  // namespace causeway::oauth
