#include "services/sandbox/faults/patience.h"

#include <algorithm>

#include "services/sandbox/base/sealed_token.h"
#include "services/sandbox/base/text.h"

namespace causeway::sandbox {
namespace {

// What a client had sent before it could read the answer isn't early.
constexpr int64_t kUnderWayMs = 200;
constexpr size_t kManyWaits = 10'000;
constexpr size_t kExamples = 10;

uint64_t ClientOf(System system, const http::Request& request) {
  return StableHash(Cat(static_cast<int>(system), " ", request.Header("Authorization")));
}

uint64_t RequestOf(System system, const http::Request& request) {
  return StableHash(Cat(static_cast<int>(system), " ", request.Header("Authorization"), " ", request.method, " ",
                        request.target, " ", request.body));
}

}  // namespace

void Patience::Asked(System system, const http::Request& request) {
  if (waits_.empty() || request.Header("Authorization").empty() || !IsEarly(ClientOf(system, request))) return;
  Early& early = early_[system];
  ++early.requests;
  early.repeated += IsEarly(RequestOf(system, request)) ? 1 : 0;
  if (examples_.size() < kExamples)
    examples_.push_back(Cat(request.method, " ", request.path(), " at ", clock_.NowMillis()));
}

void Patience::Answered(System system, const http::Request& request, const http::Response& response) {
  if ((response.status < 300 && response.status != 204) || request.Header("Authorization").empty()) return;
  for (const auto& [name, value] : response.headers) {
    const auto seconds = http::EqualsIgnoreCase(name, "Retry-After") ? ParseNumber(value) : std::nullopt;
    if (!seconds || *seconds <= 0) continue;
    Tell(ClientOf(system, request), *seconds);
    Tell(RequestOf(system, request), *seconds);
  }
}

void Patience::Tell(uint64_t whom, int64_t seconds) {
  const int64_t now = clock_.NowMillis();
  if (waits_.size() >= kManyWaits) absl::erase_if(waits_, [now](const auto& wait) { return wait.second.until_ms <= now; });
  Wait& wait = waits_[whom];
  if (wait.until_ms <= now) wait.from_ms = now + kUnderWayMs;
  wait.until_ms = std::max(wait.until_ms, now + seconds * 1000);
}

bool Patience::IsEarly(uint64_t who) {
  const auto found = waits_.find(who);
  if (found == waits_.end()) return false;
  const int64_t now = clock_.NowMillis();
  if (now < found->second.until_ms) return now >= found->second.from_ms;
  waits_.erase(found);
  return false;
}

void Patience::Reset() {
  waits_.clear();
  early_.clear();
  examples_.clear();
}

}  // namespace causeway::sandbox
