#include "tests/simulation/model/journal_model.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/simulation/model/campaign_model.h"
#include "tests/simulation/model/url.h"

namespace causeway::simulation {
namespace {

constexpr int64_t kMostOfAPage = 25;

http::Headers NextLink(int64_t position) {
  return {{"content-type", "application/json"},
          {"link", absl::StrCat("<", kJournalUrl, "?since=", position, ">; rel=\"next\"")}};
}

}  // namespace

http::Response JournalModel::Handle(const Delivery& delivery) {
  if (absl::StartsWith(delivery.request.url, kImsOrigin)) return tokens_.Issue();
  if (!tokens_.Accept(delivery.request)) return {401, {}, R"({"error":"unauthorized"})"};
  const Url url = ParseUrl(delivery.request.url);
  const auto since = url.query.find("since");
  if (since == url.query.end()) return Page(url.query.contains("latest") ? end() : dropped_);
  followed_ = true;
  int64_t position = 0;
  if (!absl::SimpleAtoi(since->second, &position) || position > end()) return {400, {}, R"({"error":"position"})"};
  return Page(position);
}

http::Response JournalModel::Page(int64_t since) {
  if (since < dropped_) return {410, {}, R"({"error":"the position has expired"})"};
  Dice& dice = simulation_.dice();
  const int64_t count = std::min(end() - since, 1 + static_cast<int64_t>(dice.Below(kMostOfAPage)));
  http::Response response{count > 0 ? 200 : 204, NextLink(since + count), ""};
  if (count == 0) {
    if (dice.Chance(0.5)) response.headers.emplace_back("retry-after", absl::StrCat(dice.Below(3)));
    return response;
  }
  for (int64_t position = since + 1; position <= since + count; ++position) {
    absl::StrAppend(&response.body, response.body.empty() ? R"({"events":[)" : ",", R"({"position":")", position,
                    R"(","event":)", events_[position - 1 - dropped_], "}");
  }
  response.body += "]}";
  return response;
}

http::Response JournalModel::Refuse(int status) { return {status, {}, R"({"error":"not now"})"}; }

size_t JournalModel::DropOldest(size_t count) {
  count = std::min(count, events_.size());
  events_.erase(events_.begin(), events_.begin() + static_cast<int64_t>(count));
  dropped_ += static_cast<int64_t>(count);
  return count;
}

}  // namespace causeway::simulation
