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

// Its positions begin so.
std::string_view PrefixOf(std::string_view journal) { return journal == kJournalPath ? "event:" : "second:"; }

// A position is that of the last event read; 0: before all.
std::string PositionOf(std::string_view journal, int64_t number) { return Seal(Cat(PrefixOf(journal), number)); }

std::optional<int64_t> NumberOf(std::string_view journal, std::string_view position) {
  const std::optional<std::string> payload = Unseal(position);
  if (!payload || !payload->starts_with(PrefixOf(journal))) return std::nullopt;
  return ParseNumber(std::string_view(*payload).substr(PrefixOf(journal).size()));
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
std::vector<std::pair<std::string, std::string>> Links(const std::string& host, std::string_view journal, int64_t last, int64_t limit) {
  const std::string url = Cat(host.empty() ? "" : "http://", host, journal);
  const std::string query = Cat("?since=", http::Escape(PositionOf(journal, last)));
  return {{"Link", Cat("<", url, "/validate", query, R"(>; rel="validate")")},
          {"Link", Cat("<", url, query, "&limit=", limit, R"(>; rel="next")")}};
}

// What is ignored would be taken for answered: other parameters, several that say where to begin, one of them twice.
std::optional<http::Response> CheckQuery(const http::Pairs& query) {
  int begins = 0, limits = 0;
  for (const auto& [name, value] : query) {
    begins += name == "since" || name == "seek" || name == "latest";
    limits += name == "limit";
    if (name == "latest" && value != "true") return Refuse(400, "bad_request", "latest must be true.");
  }
  if (static_cast<size_t>(begins + limits) != query.size())
    return Refuse(400, "bad_request", "The parameters are limit, and one of since, seek and latest.");
  if (begins > 1 || limits > 1) return Refuse(400, "bad_request", "Only one of since, seek and latest may be given, and one limit.");
  return std::nullopt;
}

}  // namespace

bool JournalApi::Serves(std::string_view path) { return path.starts_with("/events/"); }

http::Response JournalApi::Answer(const http::Request& request) {
  log_.DropBefore(clock_.NowMillis() - settings_.retention_ms);
  if (request.path() == kRegistrationsPath) return Registrations(request);
  const std::string_view journal = request.path();
  if (journal != kJournalPath && journal != kSecondJournalPath) return Refuse(404, "not_found", "There is no such journal.");
  if (std::optional<http::Response> refusal = CheckClient(request)) return *std::move(refusal);
  const std::optional<http::Pairs> query = http::ParsePairs(request.query());
  if (!query) return Refuse(400, "bad_request", "The query can't be read.");
  if (std::optional<http::Response> refusal = CheckQuery(*query)) return *std::move(refusal);
  int64_t limit = kDefaultLimit;
  if (const std::string* text = http::Find(*query, "limit")) {
    const std::optional<int64_t> number = ParseNumber(*text);
    if (!number || *number < 1) return Refuse(400, "bad_request", "limit must be a positive number.");
    limit = std::min(*number, kDefaultLimit * 10);
  }
  if (const std::string* since = http::Find(*query, "since")) {
    const std::optional<int64_t> last = NumberOf(journal, *since);
    if (!last || *last >= log_.end()) return Refuse(400, "bad_request", "The position is not one of this journal.");
    if (*last + 1 < log_.first()) return Refuse(410, "gone", "The position has expired.");
    return Page(journal, *last + 1, limit);
  }
  if (const std::string* seek = http::Find(*query, "seek")) {
    const std::optional<int64_t> ago = ParseSeek(*seek);
    if (!ago) return Refuse(400, "bad_request", "seek must be a negative ISO 8601 duration such as -PT2H.");
    int64_t from = log_.first();
    while (from < log_.end() && log_.At(from).time_ms < clock_.NowMillis() - *ago) ++from;
    return Page(journal, from, limit);
  }
  return Page(journal, http::Find(*query, "latest") != nullptr ? log_.end() : log_.first(), limit);
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
  const auto registration = [&](std::string_view name, std::string_view journal) {
    return Cat(R"({"name":)", JsonString(name), R"(,"registration_id":)", JsonString(journal.substr(journal.rfind('/') + 1)),
               R"(,"events_url":)", JsonString(Cat("http://", host, journal)), "}");
  };
  return {200,
          {},
          kJson,
          Cat(R"({"_embedded":{"registrations":[)", registration("Campaign events", kJournalPath), ",",
              registration("Campaign events, once more", kSecondJournalPath), "]}}")};
}

// At most `limit` events from number `from` on, and no more than fit.
http::Response JournalApi::Page(std::string_view journal, int64_t from, int64_t limit) const {
  if (from == log_.end()) {
    http::Response nothing{204, Links(settings_.host, journal, from - 1, limit), "", ""};
    nothing.headers.emplace_back("Retry-After", Cat(settings_.retry_after_seconds));
    return nothing;
  }
  std::string body = R"({"events":[)";
  int64_t number = from;
  for (; number < log_.end() && number < from + limit; ++number) {
    const KeptEvent& event = log_.At(number);
    if (number > from && body.size() + event.json.size() + 200 > kMaxBody) break;
    Append(body, number > from ? "," : "", R"({"position":)", JsonString(PositionOf(journal, number)), R"(,"event":)",
           event.json, "}");
  }
  Append(body, R"(],"_page":{"last":)", JsonString(PositionOf(journal, number - 1)), R"(,"count":)", number - from, "}}");
  return {200, Links(settings_.host, journal, number - 1, limit), kJson, std::move(body)};
}

}  // namespace causeway::sandbox::events
