#include "services/sandbox/events/journal_api.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/sealed_token.h"
#include "services/sandbox/base/text.h"

namespace causeway::sandbox::events {
namespace {

constexpr size_t kMaxBody = 1'500'000;
constexpr int64_t kDefaultLimit = 1000;
constexpr char kJson[] = "application/json";

http::Response Refuse(int status, std::string_view code, std::string_view message) {
  return {status, {}, kJson, Cat(R"({"reason":)", JsonString(code), R"(,"message":)", JsonString(message), "}")};
}

// A position is that of the last event read; 0: before all.
std::string PositionOf(int64_t number) { return Seal(Cat("event:", number)); }

std::optional<int64_t> NumberOf(std::string_view position) {
  const std::optional<std::string> payload = Unseal(position);
  if (!payload || !payload->starts_with("event:")) return std::nullopt;
  return ParseNumber(std::string_view(*payload).substr(6));
}

// -PT2H, -PT90M, -PT45S and combinations, in milliseconds.
std::optional<int64_t> ParseSeek(std::string_view text) {
  if (!text.starts_with("-PT") || text.size() == 3) return std::nullopt;
  text.remove_prefix(3);
  int64_t total = 0;
  while (!text.empty()) {
    const size_t digits = text.find_first_not_of("0123456789");
    if (digits == 0 || digits == std::string_view::npos) return std::nullopt;
    const std::optional<int64_t> number = ParseNumber(text.substr(0, digits));
    const char unit = text[digits];
    if (!number || (unit != 'H' && unit != 'M' && unit != 'S')) return std::nullopt;
    total += *number * (unit == 'H' ? 3'600'000 : unit == 'M' ? 60'000 : 1000);
    text.remove_prefix(digits + 1);
  }
  return total;
}

// Two lines, as Adobe sends them: where to go on, and where to ask about the position.
std::vector<std::pair<std::string, std::string>> Links(const std::string& host, int64_t last, int64_t limit) {
  const std::string journal = Cat(host.empty() ? "" : "http://", host, kJournalPath);
  const std::string query = Cat("?since=", http::Escape(PositionOf(last)));
  return {{"Link", Cat("<", journal, "/validate", query, R"(>; rel="validate")")},
          {"Link", Cat("<", journal, query, "&limit=", limit, R"(>; rel="next")")}};
}

}  // namespace

bool JournalApi::Serves(std::string_view path) { return path.starts_with("/events/"); }

http::Response JournalApi::Answer(const http::Request& request) {
  log_.DropBefore(clock_.NowMillis() - settings_.retention_ms);
  if (request.path() == kRegistrationsPath) return Registrations(request);
  if (request.path() != kJournalPath) return Refuse(404, "not_found", "There is no such journal.");
  if (std::optional<http::Response> refusal = CheckClient(request)) return *std::move(refusal);
  const std::optional<http::Pairs> query = http::ParsePairs(request.query());
  if (!query) return Refuse(400, "bad_request", "The query can't be read.");
  int64_t limit = kDefaultLimit;
  if (const std::string* text = http::Find(*query, "limit")) {
    const std::optional<int64_t> number = ParseNumber(*text);
    if (!number || *number < 1) return Refuse(400, "bad_request", "limit must be a positive number.");
    limit = std::min(*number, kDefaultLimit * 10);
  }
  if (const std::string* since = http::Find(*query, "since")) {
    const std::optional<int64_t> last = NumberOf(*since);
    if (!last || *last >= log_.end()) return Refuse(400, "bad_request", "The position is not one of this journal.");
    if (*last + 1 < log_.first()) return Refuse(410, "gone", "The position has expired.");
    return Page(*last + 1, limit);
  }
  if (const std::string* seek = http::Find(*query, "seek")) {
    const std::optional<int64_t> ago = ParseSeek(*seek);
    if (!ago) return Refuse(400, "bad_request", "seek must be a negative ISO 8601 duration such as -PT2H.");
    int64_t from = log_.first();
    while (from < log_.end() && log_.At(from).time_ms < clock_.NowMillis() - *ago) ++from;
    return Page(from, limit);
  }
  const std::string* latest = http::Find(*query, "latest");
  return Page(latest != nullptr && *latest == "true" ? log_.end() : log_.first(), limit);
}

std::optional<http::Response> JournalApi::CheckClient(const http::Request& request) const {
  if (request.method != "GET") return Refuse(405, "method_not_allowed", "A journal can only be read.");
  if (!ims_.tokens().IsAuthorized(request.Header("Authorization")))
    return Refuse(401, "401013", "Oauth token is not valid");
  if (request.Header("X-Api-Key") != ims_.settings().client_id) return Refuse(403, "403003", "Api Key is invalid");
  if (request.Header("x-ims-org-id") != ims_.settings().organization_id)
    return Refuse(403, "403020", "The organization does not own this journal.");
  return std::nullopt;
}

// Which journals the integration has.
http::Response JournalApi::Registrations(const http::Request& request) const {
  if (std::optional<http::Response> refusal = CheckClient(request)) return *std::move(refusal);
  const std::string host(settings_.host.empty() ? request.host() : std::string_view(settings_.host));
  return {200,
          {},
          kJson,
          Cat(R"({"_embedded":{"registrations":[{"name":"Campaign events","registration_id":"3f0c1a52",)",
              R"("events_url":)", JsonString(Cat("http://", host, kJournalPath)), "}]}}")};
}

// At most `limit` events from number `from` on, and no more than fit.
http::Response JournalApi::Page(int64_t from, int64_t limit) const {
  if (from == log_.end()) {
    http::Response nothing{204, Links(settings_.host, from - 1, limit), "", ""};
    nothing.headers.emplace_back("Retry-After", Cat(settings_.retry_after_seconds));
    return nothing;
  }
  std::string body = R"({"events":[)";
  int64_t number = from;
  for (; number < log_.end() && number < from + limit; ++number) {
    const KeptEvent& event = log_.At(number);
    if (number > from && body.size() + event.json.size() + 200 > kMaxBody) break;
    Append(body, number > from ? "," : "", R"({"position":)", JsonString(PositionOf(number)), R"(,"event":)",
           event.json, "}");
  }
  Append(body, R"(],"_page":{"last":)", JsonString(PositionOf(number - 1)), R"(,"count":)", number - from, "}}");
  return {200, Links(settings_.host, number - 1, limit), kJson, std::move(body)};
}

}  // namespace causeway::sandbox::events
