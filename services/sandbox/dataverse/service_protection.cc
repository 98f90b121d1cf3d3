#include "services/sandbox/dataverse/service_protection.h"

#include <algorithm>

#include "services/sandbox/base/text.h"

namespace causeway::sandbox::dataverse {
namespace {

// Of concurrent requests: when one of them will have ended isn't known.
constexpr int64_t kConcurrencyWaitSeconds = 1;

}  // namespace

ServiceProtection::Admission ServiceProtection::Admit() {
  const std::optional<Limit> exceeded = settings_.enabled ? Exceeded() : std::nullopt;
  ++Now().requests;
  ++requests_;
  if (exceeded) {
    http::Response refusal = LimitExceeded(*exceeded, settings_).ToResponse();
    refusal.headers.emplace_back("Retry-After", Cat(SecondsToWait(*exceeded)));
    AddHeaders(refusal);
    return {std::move(refusal), nullptr};
  }
  ++in_flight_;
  const int64_t started = clock_.NowMillis();
  return {std::nullopt, std::shared_ptr<void>(nullptr, [this, started](void*) { Finish(started); })};
}

void ServiceProtection::Finish(int64_t started_ms) {
  const int64_t took = std::max<int64_t>(clock_.NowMillis() - started_ms, 0);
  Now().execution_ms += took;
  execution_ms_ += took;
  --in_flight_;
}

void ServiceProtection::AddHeaders(http::Response& response) {
  Now();
  const auto left = [](int64_t limit, int64_t used) { return Cat(std::max<int64_t>(limit - used, 0)); };
  response.headers.emplace_back("x-ms-ratelimit-burst-remaining-xrm-requests", left(settings_.requests, requests_));
  const int64_t milliseconds = std::max<int64_t>(settings_.execution_ms - execution_ms_, 0);
  response.headers.emplace_back("x-ms-ratelimit-time-remaining-xrm-requests",
                                Cat(milliseconds / 1000, ".", milliseconds % 1000 / 100));
}

void ServiceProtection::Reset() {
  slices_.clear();
  requests_ = execution_ms_ = 0;
}

ServiceProtection::Slice& ServiceProtection::Now() {
  const int64_t second = clock_.NowMillis() / 1000;
  while (!slices_.empty() && slices_.front().second <= second - settings_.window_seconds) {
    requests_ -= slices_.front().requests;
    execution_ms_ -= slices_.front().execution_ms;
    slices_.pop_front();
  }
  if (slices_.empty() || slices_.back().second < second) slices_.push_back({second, 0, 0});
  return slices_.back();
}

std::optional<Limit> ServiceProtection::Exceeded() {
  Now();
  if (in_flight_ >= settings_.concurrent) return Limit::kConcurrency;
  if (requests_ >= settings_.requests) return Limit::kRequests;
  if (execution_ms_ >= settings_.execution_ms) return Limit::kExecutionTime;
  return std::nullopt;
}

int64_t ServiceProtection::SecondsToWait(Limit limit) const {
  if (limit == Limit::kConcurrency) return kConcurrencyWaitSeconds;
  const bool counts_requests = limit == Limit::kRequests;
  int64_t over = counts_requests ? requests_ - settings_.requests : execution_ms_ - settings_.execution_ms;
  for (const Slice& slice : slices_) {
    over -= counts_requests ? slice.requests : slice.execution_ms;
    if (over < 0) return slice.second + settings_.window_seconds - slices_.back().second;
  }
  return settings_.window_seconds;
}

}  // namespace causeway::sandbox::dataverse
