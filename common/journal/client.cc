#include "common/journal/client.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/campaign/token.h"
#include "common/errors/error.h"
#include "common/errors/excerpt.h"
#include "common/url/url.h"

namespace causeway::journal {
namespace {

constexpr char kSubject[] = "journal";
// Its answers hold at most 1.5 MB (spec/campaign.md); room for events larger than usual.
constexpr size_t kMaxAnswerBytes = 16 << 20;

std::string WithQuery(const std::string& url, absl::string_view query) {
  return absl::StrCat(url, absl::StrContains(url, '?') ? "&" : "?", query);
}

errors::Code CodeOf(int status) {
  switch (status) {
    case 401:
      return errors::kJournalCredentials;
    case 403:
      return errors::kJournalPermission;
    case 408:
      return errors::kJournalUnavailable;
    case 410:
      return errors::kJournalGap;
    case 429:
      return errors::kJournalThrottled;
    default:
      break;
  }
  if (status >= 500) return errors::kJournalUnavailable;
  // Neither an error nor a page: something stands between.
  return status < 400 ? errors::kJournalAnswer : errors::kJournalRequest;
}

absl::Status ErrorOf(const http::Response& response, absl::Time now) {
  const std::string message = absl::StrCat("The journal answered with status ", response.status, ".");
  errors::Detail detail = errors::NewDetail(CodeOf(response.status), message, kSubject);
  detail.excerpt = errors::Excerpt(response.body);
  detail.retry_after = http::ParseRetryAfter(response.header("retry-after"), now);
  return errors::Make(std::move(detail));
}

absl::Status NoAnswer(const absl::Status& why) {
  return errors::Make(errors::kJournalUnreachable, absl::StrCat("The journal didn't answer: ", why.message(), "."),
                      kSubject);
}

}  // namespace

struct JournalClient::Core {
  Core(async::Loop& loop, async::Random& random, http::Client& http, ClientOptions given)
      : loop(loop),
        http(http),
        options(std::move(given)),
        tokens(loop, random, [this] { return FetchToken(); }),
        limiter(loop, {.max = 1}),
        caller(loop, http, tokens, limiter, options.observer) {}

  async::Task<absl::StatusOr<oauth::Token>> FetchToken() {
    absl::StatusOr<oauth::TokenRequest> request = campaign::ImsToken(options.identity, loop.WallTime());
    if (!request.ok()) co_return request.status();
    request->proven = tokens.proven();
    co_return co_await oauth::RequestToken(loop, http, *std::move(request));
  }

  http::Request Request(std::string url) const {
    http::Request request;
    request.url = std::move(url);
    request.headers = {{"Accept", "application/json"},
                       {"Content-Type", "application/json"},
                       {"Cache-Control", "no-cache"},
                       {"X-Api-Key", campaign::ClientIdOf(options.identity)},
                       {"x-ims-org-id", options.organization_id}};
    request.deadline = options.request_timeout;
    request.max_response_bytes = kMaxAnswerBytes;
    return request;
  }

  // The page's next link, made absolute and known to lead to the journal's own host.
  absl::StatusOr<std::string> NextLink(const http::Response& response) const {
    std::string next;
    // Each link may have a line of its own, in any order (RFC 8288).
    for (const auto& [name, value] : response.headers) {
      if (name == "link" && next.empty()) next = NextLinkOf(value);
    }
    if (next.empty()) {
      return errors::Make(errors::kJournalAnswer, "The journal's answer has no link to the next page.", kSubject);
    }
    absl::StatusOr<std::string> origin = url::OriginOf(options.journal_url);
    if (!origin.ok()) return InvalidUrl();
    std::string link = Resolve(*origin, next);
    if (!url::SameOrigin(link, options.journal_url)) return ForeignLink();
    return link;
  }

  static absl::Status InvalidUrl() {
    return errors::Make(errors::kJournalRequest, "The journal's URL can't be used.", "journal_url");
  }
  static absl::Status ForeignLink() {
    return errors::Make(errors::kJournalForeignLink,
                        "A next link of the journal points to another host; it was not followed.", kSubject);
  }

  async::Loop& loop;
  http::Client& http;
  const ClientOptions options;
  oauth::TokenCache tokens;
  limits::Limiter limiter;
  oauth::Caller caller;
};

JournalClient::JournalClient(async::Loop& loop, async::Random& random, http::Client& http, ClientOptions options)
    : core_(std::make_unique<Core>(loop, random, http, std::move(options))) {}
JournalClient::~JournalClient() = default;

std::string JournalClient::FromOldest() const { return core_->options.journal_url; }
std::string JournalClient::FromLatest() const { return WithQuery(core_->options.journal_url, "latest=true"); }

std::string JournalClient::FromTime(absl::Time time) const {
  const absl::Duration back = absl::Ceil(core_->loop.WallTime() - time, absl::Seconds(1));
  const int64_t ago = std::max<int64_t>(absl::ToInt64Seconds(back), 0);
  return WithQuery(core_->options.journal_url, absl::StrFormat("seek=-PT%dS", ago));
}

async::Task<absl::StatusOr<Page>> JournalClient::Read(std::string link) {
  if (!url::OriginOf(core_->options.journal_url).ok()) co_return Core::InvalidUrl();
  if (!url::SameOrigin(link, core_->options.journal_url)) co_return Core::ForeignLink();
  http::Request request = core_->Request(link);
  oauth::CallContext context;
  absl::StatusOr<http::Response> response = co_await core_->caller.Call(std::move(request), context);
  if (!response.ok() && errors::HasDetail(response.status())) co_return response.status();
  if (!response.ok()) co_return NoAnswer(response.status());
  if (response->status != 200 && response->status != 204) co_return ErrorOf(*response, core_->loop.WallTime());

  Page page;
  page.caught_up = response->status == 204;
  page.retry_after = http::ParseRetryAfter(response->header("retry-after"), core_->loop.WallTime());
  absl::StatusOr<std::string> next = core_->NextLink(*response);
  if (!next.ok()) co_return next.status();
  page.next_link = *std::move(next);
  if (page.caught_up) co_return page;
  absl::StatusOr<std::vector<Entry>> entries = ReadEntries(response->body);
  if (!entries.ok()) co_return entries.status();
  page.entries = *std::move(entries);
  page.caught_up = page.entries.empty();
  // Followed, it would give the same events for ever.
  if (!page.caught_up && page.next_link == link) {
    co_return errors::Make(errors::kJournalAnswer, "A page's link to the next one leads to itself.", kSubject);
  }
  co_return page;
}

}  // namespace causeway::journal
