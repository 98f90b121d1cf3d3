// TokenCache: an access token that is there when it is needed and is asked for as seldom as possible.
//
// A token is renewed before it expires, at a time that differs from replica to replica; while the old one is still good
// the others go on with it. One request for a token is under way at a time: who needs its result waits for it, and
// shares its error. An endpoint that asks to wait (Detail::retry_after of the error) isn't asked before: until then the
// error stands, with what is left of the wait.
//
// Life: construct; Get as often as one likes; outlives its Gets. Loop's thread only. A Get that is destroyed while it
// renews leaves the renewal to the next.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/async/loop.h"
#include "common/async/notifier.h"
#include "common/async/task.h"

namespace causeway::oauth {

struct Token {
  std::string value;
  absl::Duration lifetime;
};

class TokenCache {
 public:
  // Asks the token endpoint; errors carry a code (errors::Make).
  using Fetch = std::function<async::Task<absl::StatusOr<Token>>()>;
  // Shared, so that a request that is under way keeps what it was sent with. Compared by identity.
  using Held = std::shared_ptr<const std::string>;

  TokenCache(async::Loop& loop, async::Random& random, Fetch fetch);
  TokenCache(const TokenCache&) = delete;
  TokenCache& operator=(const TokenCache&) = delete;

  async::Task<absl::StatusOr<Held>> Get();

  // A request with this token was answered 401: the next Get renews it. False: somebody has done so already.
  bool Refused(const Held& token);
  // Whether it has been given a token, ever.
  bool proven() const { return proven_; }
  // Whether a request may still be sent with it.
  bool Usable(const Held& token) const { return token == token_ && Usable(); }

  // Requests made to the token endpoint.
  int fetches() const { return fetches_; }

 private:
  class Renewing;

  bool Usable() const;
  async::Task<void> Renew();
  void Keep(Token token);
  // The last error, with how long it is still to be heeded.
  absl::Status StillWaiting() const;

  async::Loop& loop_;
  async::Random& random_;
  Fetch fetch_;
  Held token_;
  async::Instant renew_at_ = -absl::InfiniteDuration();
  async::Instant expires_at_ = -absl::InfiniteDuration();
  // The endpoint asked not to be asked before.
  async::Instant ask_from_ = -absl::InfiniteDuration();
  bool proven_ = false;
  bool renewing_ = false;
  async::Notifier renewed_;
  // How the last finished renewal failed, and which one it was: those who waited for it share the error.
  absl::Status last_error_;
  int64_t finished_ = 0;
  int fetches_ = 0;
};

}  // namespace causeway::oauth
