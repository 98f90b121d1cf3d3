// Caller: sends a client's requests as its rules want: admitted by the limiter, with a token, once more with a new
// token after a 401, counted. What an answer means is the client's business.
//
// Life: construct; Call; outlives its Calls. Loop's thread only.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "common/async/loop.h"
#include "common/async/task.h"
#include "common/http/client.h"
#include "common/limits/limiter.h"
#include "common/oauth/observer.h"
#include "common/oauth/token_cache.h"

namespace causeway::oauth {

// What a request shares with the one who asked for it.
struct CallContext {
  // Awaited right before each request is sent (when it is admitted and has its token); an error is returned instead of
  // sending. Empty: nothing to ask. For whoever may only write while a right holds (design.md "Zombies").
  std::function<async::Task<absl::Status>()> before_send;
  // Asked again when the connection stands and the first byte is about to leave (http::Request::last_check). Empty: nothing to ask.
  std::function<absl::Status()> last_check;
  // Incremented with every request that was sent: engine calls.
  int calls = 0;
};

// How long a part of an answer asks to wait. A batch that is answered 200 may hold parts that weren't let through.
struct Throttling {
  std::optional<absl::Duration> retry_after;
};
// What in a successful answer asks to wait the longest; nullopt: nothing.
using ThrottlingIn = std::function<std::optional<Throttling>(const http::Response&)>;

class Caller {
 public:
  // Everything outlives the Caller. The observer is not told of requests for tokens.
  Caller(async::Loop& loop, http::Client& http, TokenCache& tokens, limits::Limiter& limiter, Observer observer);

  // Adds `Authorization`. Errors: those of TokenCache, of before_send and of last_check (all carry a code), and
  // http::Client's plain ones. Where those who give tokens ask to wait, nothing is sent until then. `throttling_in` may be empty.
  async::Task<absl::StatusOr<http::Response>> Call(http::Request request, CallContext& context,
                                                   ThrottlingIn throttling_in = {});

 private:
  async::Task<absl::StatusOr<http::Response>> Send(http::Request request, CallContext& context, limits::Permit permit,
                                                   bool retried, const ThrottlingIn& throttling_in);
  void Tell(limits::Permit permit, const absl::StatusOr<http::Response>& response, const ThrottlingIn& throttling_in);

  async::Loop& loop_;
  http::Client& http_;
  TokenCache& tokens_;
  limits::Limiter& limiter_;
  Observer observer_;
};

}  // namespace causeway::oauth
