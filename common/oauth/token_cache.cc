#include "common/oauth/token_cache.h"

#include <algorithm>
#include <utility>

#include "common/errors/error.h"
#include "common/limits/retry_policy.h"

namespace causeway::oauth {
namespace {

// A token is renewed when between 80 % and 90 % of its life have passed.
constexpr double kEarliestRenewal = 0.8;
constexpr double kRenewalSpread = 0.1;
// After a failed renewal, as long as the old token is still good.
constexpr absl::Duration kNextTry = absl::Seconds(10);

double Chance(async::Random& random) {
  return static_cast<double>(random() >> 11) / static_cast<double>(uint64_t{1} << 53);
}

}  // namespace

// Says that a renewal is under way, until it ends or is destroyed on its way.
class TokenCache::Renewing {
 public:
  explicit Renewing(TokenCache& cache) : cache_(cache) { cache_.renewing_ = true; }
  Renewing(const Renewing&) = delete;
  Renewing& operator=(const Renewing&) = delete;
  ~Renewing() {
    cache_.renewing_ = false;
    cache_.renewed_.Notify();
  }

 private:
  TokenCache& cache_;
};

TokenCache::TokenCache(async::Loop& loop, async::Random& random, Fetch fetch)
    : loop_(loop), random_(random), fetch_(std::move(fetch)), renewed_(loop) {}

bool TokenCache::Usable() const { return token_ && loop_.Now() < expires_at_; }

async::Task<absl::StatusOr<TokenCache::Held>> TokenCache::Get() {
  while (!Usable() && renewing_) {
    const int64_t before = finished_;
    co_await renewed_.Wait();
    if (!Usable() && finished_ != before && !last_error_.ok()) co_return last_error_;
  }
  if (!Usable() && loop_.Now() < ask_from_) co_return StillWaiting();
  if (!renewing_ && (!Usable() || loop_.Now() >= renew_at_)) co_await Renew();
  if (!Usable()) co_return last_error_;
  co_return token_;
}

async::Task<void> TokenCache::Renew() {
  const Renewing renewing(*this);
  ++fetches_;
  absl::StatusOr<Token> token = co_await fetch_();
  ++finished_;
  last_error_ = token.status();
  if (token.ok()) {
    Keep(*std::move(token));
  } else {
    const absl::Duration asked = errors::Describe(last_error_).retry_after.value_or(absl::ZeroDuration());
    ask_from_ = loop_.Now() + std::min(asked, limits::RetryPolicy{}.max_retry_after);
    renew_at_ = std::max(ask_from_, loop_.Now() + kNextTry);
  }
}

absl::Status TokenCache::StillWaiting() const {
  errors::Detail detail = errors::Describe(last_error_);
  detail.retry_after = ask_from_ - loop_.Now();
  return errors::Make(std::move(detail));
}

void TokenCache::Keep(Token token) {
  proven_ = true;
  token_ = std::make_shared<const std::string>(std::move(token.value));
  expires_at_ = loop_.Now() + token.lifetime;
  renew_at_ = loop_.Now() + token.lifetime * (kEarliestRenewal + kRenewalSpread * Chance(random_));
}

bool TokenCache::Refused(const Held& token) {
  if (token != token_) return false;
  token_ = nullptr;
  return true;
}

}  // namespace causeway::oauth
