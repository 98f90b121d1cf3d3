#include "common/campaign/client.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/campaign/entity_answer.h"
#include "common/campaign/error_table.h"
#include "common/campaign/metadata_answer.h"
#include "common/campaign/token.h"
#include "common/errors/error.h"
#include "common/url/url.h"

namespace causeway::campaign {
namespace {

constexpr char kProfiles[] = "profileAndServicesExt";
constexpr char kOthers[] = "customResources";
constexpr int kMaxConcurrency = 1000;
// A server that sends nothing but empty pages would keep a reader busy for ever.
constexpr int kMaxEmptyPages = 100;

absl::Status ForeignLink(const Resource& resource) {
  return errors::Make(errors::kCampaignForeignLink,
                      absl::StrCat("A next link of ", resource.name, " points to another host; it was not followed."),
                      resource.name);
}

}  // namespace

struct CampaignClient::Core {
  Core(async::Loop& loop, async::Random& random, http::Client& http, ClientOptions given)
      : loop(loop),
        http(http),
        options(std::move(given)),
        base(absl::StrCat(url::WithoutTrailingSlash(options.base_url), "/", url::Escape(options.tenant), "/campaign/")),
        tokens(loop, random, [this] { return FetchToken(); }),
        limiter(loop, {.max = std::clamp(options.max_concurrency, 1, kMaxConcurrency)}),
        caller(loop, http, tokens, limiter, options.observer) {}

  async::Task<absl::StatusOr<oauth::Token>> FetchToken() {
    absl::StatusOr<oauth::TokenRequest> request = ImsToken(options, loop.WallTime());
    if (!request.ok()) co_return request.status();
    request->proven = tokens.proven();
    co_return co_await oauth::RequestToken(loop, http, *std::move(request));
  }

  http::Request Request(const char* method, std::string url, std::string body = "") const {
    http::Request request;
    request.method = method;
    request.url = std::move(url);
    request.headers = {{"Accept", "application/json"},
                       {"Content-Type", "application/json"},
                       {"Cache-Control", "no-cache"},
                       {"X-Api-Key", ClientIdOf(options)}};
    request.body = std::move(body);
    request.deadline = options.request_timeout;
    return request;
  }
  std::string UrlOf(const Resource& resource) const {
    return absl::StrCat(base, url::Escape(resource.endpoint), "/", url::Escape(resource.name));
  }
  std::string UrlOf(const Resource& resource, const std::string& pkey) const {
    return absl::StrCat(UrlOf(resource), "/", url::EscapeSegment(pkey));
  }

  // A successful answer, or what went wrong.
  async::Task<absl::StatusOr<http::Response>> Ask(http::Request request, Asked asked, oauth::CallContext& context) {
    asked.answered = answered;
    absl::StatusOr<http::Response> response = co_await caller.Call(std::move(request), context);
    if (!response.ok() && errors::HasDetail(response.status())) co_return response.status();
    if (!response.ok()) co_return NoAnswer(response.status(), asked);
    if (response->status < 200 || response->status > 299) co_return ErrorOf(*response, asked, loop.WallTime());
    answered = true;
    co_return response;
  }

  async::Task<absl::StatusOr<EntityPage>> AskPage(std::string url, std::string resource, std::string key_field,
                                                  oauth::CallContext& context) {
    const Asked asked{Operation::kList, std::move(resource)};
    http::Request request = Request("GET", std::move(url));
    absl::StatusOr<http::Response> response = co_await Ask(std::move(request), asked, context);
    if (!response.ok()) co_return response.status();
    std::optional<EntityPage> page = reader.ReadPage(response->body, key_field);
    if (!page) co_return UnreadableAnswer("a page of records", response->body, asked);
    co_return *std::move(page);
  }

  async::Task<absl::StatusOr<ResourceDescription>> DescribeAt(Resource resource);
  async::Task<absl::StatusOr<EntityPage>> ListPage(const Resource& resource, const std::string& key_field,
                                                   std::string link);

  async::Loop& loop;
  http::Client& http;
  const ClientOptions options;
  const std::string base;  // {base_url}/{tenant}/campaign/
  oauth::TokenCache tokens;
  limits::Limiter limiter;
  oauth::Caller caller;
  EntityReader reader;
  bool answered = false;  // Asked::answered.
};

CampaignClient::CampaignClient(async::Loop& loop, async::Random& random, http::Client& http, ClientOptions options)
    : core_(std::make_unique<Core>(loop, random, http, std::move(options))) {}
CampaignClient::~CampaignClient() = default;

const limits::Limiter& CampaignClient::limiter() const { return core_->limiter; }

async::Task<absl::StatusOr<std::vector<std::string>>> CampaignClient::ListResources() {
  const Asked asked{Operation::kList, kProfiles};
  oauth::CallContext context;
  http::Request request = core_->Request("GET", absl::StrCat(core_->base, kProfiles, "/"));
  const absl::StatusOr<http::Response> response = co_await core_->Ask(std::move(request), asked, context);
  if (!response.ok()) co_return response.status();
  std::optional<std::vector<std::string>> names = ReadResourceNames(response->body);
  if (!names) co_return UnreadableAnswer("a list of resources", response->body, asked);
  co_return *std::move(names);
}

async::Task<absl::StatusOr<ResourceDescription>> CampaignClient::Core::DescribeAt(Resource resource) {
  const Asked asked{Operation::kDescribe, resource.name};
  oauth::CallContext context;
  http::Request request =
      Request("GET", absl::StrCat(base, resource.endpoint, "/resourceType/", url::Escape(resource.name)));
  const absl::StatusOr<http::Response> response = co_await Ask(std::move(request), asked, context);
  if (!response.ok()) co_return response.status();
  std::optional<std::vector<Field>> fields = ReadFields(response->body);
  if (!fields) co_return UnreadableAnswer("a resource's fields", response->body, asked);
  co_return ResourceDescription{resource, *std::move(fields)};
}

async::Task<absl::StatusOr<ResourceDescription>> CampaignClient::Describe(std::string resource) {
  Resource linked{kProfiles, resource};
  absl::StatusOr<ResourceDescription> description = co_await core_->DescribeAt(std::move(linked));
  const bool may_be_elsewhere = absl::StartsWith(resource, "cus");
  if (!may_be_elsewhere || !errors::Is(description.status(), errors::kCampaignResourceGone)) co_return description;
  Resource other{kOthers, resource};
  co_return co_await core_->DescribeAt(std::move(other));
}

async::Task<absl::StatusOr<EntityPage>> CampaignClient::Core::ListPage(const Resource& resource,
                                                                       const std::string& key_field, std::string link) {
  if (!url::SameOrigin(link, base)) co_return ForeignLink(resource);
  oauth::CallContext context;
  absl::StatusOr<EntityPage> page = co_await AskPage(link, resource.name, key_field, context);
  if (!page.ok() || page->next_link.empty()) co_return page;
  if (!url::SameOrigin(page->next_link, base)) co_return ForeignLink(resource);
  if (page->next_link == link)
    co_return UnreadableAnswer("an end: a page's next link is its own", "", {Operation::kList, resource.name});
  co_return page;
}

async::Task<absl::StatusOr<EntityPage>> CampaignClient::List(Resource resource, std::string key_field, int line_count,
                                                             std::string link) {
  if (link.empty())
    link = absl::StrCat(core_->UrlOf(resource), "?_lineCount=", std::max(line_count, 1), "&_forcePagination=true");
  for (int empty_pages = 0; empty_pages < kMaxEmptyPages; ++empty_pages) {
    absl::StatusOr<EntityPage> page = co_await core_->ListPage(resource, key_field, link);
    if (!page.ok() || page->next_link.empty() || !page->entities.empty()) co_return page;
    link = std::move(page->next_link);
  }
  co_return UnreadableAnswer("an end: its pages are empty and always lead to another", "",
                             {Operation::kList, resource.name});
}

async::Task<absl::StatusOr<std::vector<Entity>>> CampaignClient::FindByKey(Resource resource, KeyFilter filter,
                                                                           std::string key_field, std::string key,
                                                                           oauth::CallContext& context) {
  std::string url = absl::StrCat(core_->UrlOf(resource), "/", url::Escape(filter.name), "?",
                                 url::Escape(filter.parameter), "=", url::Escape(key));
  absl::StatusOr<EntityPage> page = co_await core_->AskPage(std::move(url), resource.name, key_field, context);
  if (!page.ok()) co_return page.status();
  // A filter that doesn't filter would have a stranger's record overwritten.
  const auto has_key = [&](const Entity& entity) { return absl::EqualsIgnoreCase(entity.key, key); };
  if (!std::all_of(page->entities.begin(), page->entities.end(), has_key)) {
    co_return errors::Make(
        errors::kCampaignRequest,
        absl::StrCat("The filter ", filter.name, " of ", resource.name, " finds records with other keys."),
        resource.name);
  }
  co_return std::move(page->entities);
}

async::Task<absl::StatusOr<Entity>> CampaignClient::Get(Resource resource, std::string pkey, std::string key_field,
                                                        oauth::CallContext& context) {
  const Asked asked{Operation::kGetEntity, resource.name};
  http::Request request = core_->Request("GET", core_->UrlOf(resource, pkey));
  absl::StatusOr<http::Response> response = co_await core_->Ask(std::move(request), asked, context);
  if (!response.ok()) co_return response.status();
  std::optional<Entity> entity = core_->reader.ReadEntity(response->body, key_field);
  if (!entity) co_return UnreadableAnswer("a record", response->body, asked);
  co_return *std::move(entity);
}

async::Task<absl::StatusOr<std::string>> CampaignClient::Create(Resource resource, std::string body,
                                                                oauth::CallContext& context) {
  const Asked asked{Operation::kCreate, resource.name};
  http::Request request = core_->Request("POST", core_->UrlOf(resource), std::move(body));
  absl::StatusOr<http::Response> response = co_await core_->Ask(std::move(request), asked, context);
  if (!response.ok()) co_return response.status();
  std::optional<std::string> pkey = core_->reader.ReadPKey(response->body);
  if (!pkey) co_return UnreadableAnswer("the PKey of the record that was made", response->body, asked);
  co_return *std::move(pkey);
}

async::Task<absl::Status> CampaignClient::Update(Resource resource, std::string pkey, std::string body,
                                                 oauth::CallContext& context) {
  const Asked asked{Operation::kWriteEntity, resource.name};
  http::Request request = core_->Request("PATCH", core_->UrlOf(resource, pkey), std::move(body));
  absl::StatusOr<http::Response> response = co_await core_->Ask(std::move(request), asked, context);
  if (!response.ok()) co_return response.status();
  const bool confirmed = response->status == 204 || core_->reader.ReadPKey(response->body) == pkey;
  if (!confirmed) co_return UnreadableAnswer("the PKey of the record that was updated", response->body, asked);
  co_return absl::OkStatus();
}

async::Task<absl::Status> CampaignClient::Delete(Resource resource, std::string pkey, oauth::CallContext& context) {
  const Asked asked{Operation::kWriteEntity, resource.name};
  http::Request request = core_->Request("DELETE", core_->UrlOf(resource, pkey));
  const absl::StatusOr<http::Response> response = co_await core_->Ask(std::move(request), asked, context);
  if (!response.ok()) co_return response.status();
  // A page of something in between would be a success too.
  const bool confirmed = response->body.empty() || response->body.front() == '{';
  if (!confirmed) co_return UnreadableAnswer("a confirmation that a record was deleted", response->body, asked);
  co_return absl::OkStatus();
}

}  // namespace causeway::campaign
