#include "common/dataverse/client.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/dataverse/batch.h"
#include "common/dataverse/error_answer.h"
#include "common/dataverse/metadata_answer.h"
#include "common/dataverse/requests.h"
#include "common/dataverse/row_page.h"
#include "common/errors/error.h"
#include "common/oauth/token_request.h"
#include "common/url/url.h"

namespace causeway::dataverse {
namespace {

constexpr int kNoContent = 204;
// A server that sends nothing but empty pages would keep a reader busy for ever.
constexpr int kMaxEmptyPages = 100;
constexpr int kMaxConcurrency = 52;

oauth::TokenRequest EntraToken(const ClientOptions& options) {
  oauth::TokenRequest request;
  const std::string scope = url::WithoutTrailingSlash(options.org_url) + "/.default";
  request.url = absl::StrCat(url::WithoutTrailingSlash(options.authority), "/", url::Escape(options.tenant),
                             "/oauth2/v2.0/token");
  request.form = url::EncodePairs({{"grant_type", "client_credentials"},
                                   {"client_id", options.client_id},
                                   {"client_secret", options.client_secret},
                                   {"scope", scope}});
  request.scope = scope;
  request.secret = options.client_secret;
  request.deadline = options.request_timeout;
  request.system = "Entra ID";
  request.observer = options.token_observer;
  request.codes = {errors::kDynamicsCredentials, errors::kDynamicsToken, errors::kDynamicsUnreachable, errors::kDynamicsThrottled,
                   errors::kDynamicsUnavailable, errors::kDynamicsAnswer};
  return request;
}

// What the part of a batch's answer says that asks to wait the longest.
std::optional<oauth::Throttling> ThrottlingIn(const http::Response& whole, absl::Time now) {
  std::optional<oauth::Throttling> longest;
  for (const http::Response& part : ReadBatchAnswer(whole).value_or(std::vector<http::Response>())) {
    const std::optional<absl::Duration> retry_after = http::ParseRetryAfter(part.header("retry-after"), now);
    if (part.status != 429 && !(part.status == 503 && retry_after)) continue;
    if (!longest || retry_after > longest->retry_after) longest = {retry_after};
  }
  return longest;
}

absl::Status ForeignLink(const RowQuery& query) {
  return errors::Make(errors::kDynamicsForeignLink,
                      absl::StrCat("A next link of ", query.table, " points to another host; it was not followed."),
                      query.table);
}

}  // namespace

struct DataverseClient::Core {
  Core(async::Loop& loop, async::Random& random, http::Client& http, ClientOptions options)
      : loop(loop),
        random(random),
        requests(options.org_url, options.request_timeout),
        tokens(loop, random,
               [this, &loop, &http, request = EntraToken(options)]() mutable {
                 request.proven = tokens.proven();
                 return oauth::RequestToken(loop, http, request);
               }),
        limiter(loop, {.max = std::clamp(options.max_concurrency, 1, kMaxConcurrency)}),
        caller(loop, http, tokens, limiter, std::move(options.observer)) {}

  // A successful answer, or what went wrong.
  async::Task<absl::StatusOr<http::Response>> Ask(http::Request request, Asked asked, oauth::CallContext& context,
                                                  oauth::ThrottlingIn throttling_in = {}) {
    absl::StatusOr<http::Response> response =
        co_await caller.Call(std::move(request), context, std::move(throttling_in));
    if (!response.ok() && errors::HasDetail(response.status())) co_return response.status();
    if (!response.ok()) co_return NoAnswer(response.status(), asked);
    if (response->status < 200 || response->status > 299) co_return ErrorOf(*response, asked, loop.WallTime());
    co_return response;
  }

  // The body of a successful answer, read by `read`; `what` is what it should hold.
  template <typename T>
  async::Task<absl::StatusOr<T>> AskMetadata(http::Request request, std::string table, absl::string_view what,
                                             std::optional<T> (*read)(absl::string_view)) {
    const Asked asked{Operation::kMetadata, std::move(table)};
    oauth::CallContext context;
    const absl::StatusOr<http::Response> response = co_await Ask(std::move(request), asked, context);
    if (!response.ok()) co_return response.status();
    std::optional<T> answer = read(response->body);
    if (!answer) co_return UnreadableAnswer(what, response->body, asked);
    co_return *std::move(answer);
  }

  bool MayFollow(const std::string& link) const { return link.empty() || url::SameOrigin(link, requests.org_url()); }
  async::Task<absl::StatusOr<RowPage>> ReadPage(const RowQuery& query, const std::string& link);

  async::Loop& loop;
  async::Random& random;
  Requests requests;
  oauth::TokenCache tokens;
  limits::Limiter limiter;
  oauth::Caller caller;
};

DataverseClient::DataverseClient(async::Loop& loop, async::Random& random, http::Client& http, ClientOptions options)
    : core_(std::make_unique<Core>(loop, random, http, std::move(options))) {}
DataverseClient::~DataverseClient() = default;

const limits::Limiter& DataverseClient::limiter() const { return core_->limiter; }

async::Task<absl::StatusOr<std::vector<Table>>> DataverseClient::ListTables() {
  return core_->AskMetadata(core_->requests.Tables(), "all tables", "a list of tables", ReadTables);
}

async::Task<absl::StatusOr<Table>> DataverseClient::DescribeTable(std::string logical_name) {
  return core_->AskMetadata(core_->requests.Table(logical_name), logical_name, "a table's definition", ReadTable);
}

async::Task<absl::StatusOr<std::vector<Column>>> DataverseClient::ListColumns(std::string logical_name) {
  http::Request request = core_->requests.Columns(logical_name);
  absl::StatusOr<std::vector<Column>> columns =
      co_await core_->AskMetadata(std::move(request), logical_name, "a list of columns", ReadColumns);
  if (!columns.ok()) co_return columns;
  const auto is_date_time = [](const Column& column) { return column.type == "DateTime"; };
  if (std::none_of(columns->begin(), columns->end(), is_date_time)) co_return columns;

  http::Request date_times = core_->requests.DateTimeColumns(logical_name);
  absl::StatusOr<absl::flat_hash_map<std::string, std::string>> behaviors =
      co_await core_->AskMetadata(std::move(date_times), logical_name, "a list of columns", ReadDateTimeBehaviors);
  if (!behaviors.ok()) co_return behaviors.status();
  for (Column& column : *columns) {
    if (is_date_time(column)) column.date_time_behavior = (*behaviors)[column.logical_name];
  }
  co_return columns;
}

async::Task<absl::StatusOr<std::vector<Privilege>>> DataverseClient::ListPrivileges(std::string logical_name) {
  http::Request request = core_->requests.TablePrivileges(logical_name);
  return core_->AskMetadata(std::move(request), std::move(logical_name), "a table's privileges", ReadTablePrivileges);
}

async::Task<absl::StatusOr<absl::flat_hash_set<std::string>>> DataverseClient::OwnPrivileges() {
  absl::StatusOr<std::string> user =
      co_await core_->AskMetadata(core_->requests.WhoAmI(), "systemuser", "the user's id", ReadUserId);
  if (!user.ok()) co_return user.status();
  http::Request request = core_->requests.UserPrivileges(*user);
  co_return co_await core_->AskMetadata(std::move(request), "systemuser", "a user's privileges", ReadUserPrivileges);
}

async::Task<absl::StatusOr<std::string>> DataverseClient::ReadDepth(std::string logical_name) {
  absl::StatusOr<std::vector<Privilege>> privileges = co_await ListPrivileges(logical_name);
  if (!privileges.ok()) co_return privileges.status();
  const auto read = std::find_if(privileges->begin(), privileges->end(), [](const Privilege& one) { return one.type == "Read"; });
  if (read == privileges->end() || read->name.empty()) co_return std::string();
  absl::StatusOr<std::string> user =
      co_await core_->AskMetadata(core_->requests.WhoAmI(), "systemuser", "the user's id", ReadUserId);
  if (!user.ok()) co_return user.status();
  http::Request request = core_->requests.UserPrivilege(*user, read->name);
  co_return co_await core_->AskMetadata(std::move(request), std::move(logical_name), "a privilege's depth", ReadGreatestDepth);
}

async::Task<absl::StatusOr<std::string>> DataverseClient::UserTimeZone() {
  absl::StatusOr<std::string> user =
      co_await core_->AskMetadata(core_->requests.WhoAmI(), "systemuser", "the user's id", ReadUserId);
  if (!user.ok()) co_return user.status();
  http::Request settings = core_->requests.UserSettings(*user);
  absl::StatusOr<int64_t> code =
      co_await core_->AskMetadata(std::move(settings), "usersettings", "a time zone's number", ReadTimeZoneCode);
  if (!code.ok()) co_return code.status();
  http::Request definition = core_->requests.TimeZoneDefinition(*code);
  co_return co_await core_->AskMetadata(std::move(definition), "timezonedefinition", "a time zone's name", ReadTimeZoneName);
}

async::Task<absl::StatusOr<std::vector<Option>>> DataverseClient::ListOptions(std::string logical_name, Column column) {
  if (!HasOptions(column)) co_return std::vector<Option>();
  http::Request request = core_->requests.Options(logical_name, column);
  co_return co_await core_->AskMetadata(std::move(request), logical_name, "a list of options", ReadOptions);
}

async::Task<absl::StatusOr<int64_t>> DataverseClient::CountRows(std::string logical_name) {
  return core_->AskMetadata(core_->requests.RowCount(logical_name), logical_name, "a row count", ReadRowCount);
}

async::Task<absl::StatusOr<RowPage>> DataverseClient::Core::ReadPage(const RowQuery& query, const std::string& link) {
  if (!MayFollow(link)) co_return ForeignLink(query);
  const Asked asked{link.empty() ? Operation::kReadRows : Operation::kFollowLink, query.table};
  oauth::CallContext context;
  http::Request request = requests.Rows(query, link);
  absl::StatusOr<http::Response> response = co_await Ask(std::move(request), asked, context);
  if (!response.ok()) co_return response.status();
  absl::StatusOr<RowPage> page = ReadRowPage(std::move(response->body), query);
  if (!page.ok()) co_return page;
  if (!MayFollow(page->next_link) || !MayFollow(page->delta_link)) co_return ForeignLink(query);
  if (!link.empty() && page->next_link == link)
    co_return UnreadableAnswer("an end: a page's next link is its own", "", asked);
  co_return page;
}

bool DataverseClient::LeadsHere(const std::string& link) const { return core_->MayFollow(link); }
const std::string& DataverseClient::org_url() const { return core_->requests.org_url(); }

async::Task<absl::StatusOr<RowPage>> DataverseClient::Read(RowQuery query, std::string link) {
  for (int empty_pages = 0; empty_pages < kMaxEmptyPages; ++empty_pages) {
    absl::StatusOr<RowPage> page = co_await core_->ReadPage(query, link);
    if (!page.ok() || page->next_link.empty() || !page->rows.empty() || !page->unusable.empty()) co_return page;
    link = std::move(page->next_link);
  }
  co_return UnreadableAnswer("an end: its pages are empty and always lead to another", "",
                             {Operation::kFollowLink, query.table});
}

async::Task<absl::StatusOr<Row>> DataverseClient::ReadRow(RowQuery query, std::string id) {
  const Asked asked{Operation::kReadRow, query.table};
  oauth::CallContext context;
  http::Request request = core_->requests.Row(query, id);
  absl::StatusOr<http::Response> response = co_await core_->Ask(std::move(request), asked, context);
  if (!response.ok()) co_return response.status();
  co_return ReadSingleRow(std::move(response->body), query);
}

async::Task<absl::StatusOr<std::string>> DataverseClient::Write(RowWrite write, oauth::CallContext& context) {
  const Asked asked{Operation::kWrite, write.entity_set};
  http::Request request = core_->requests.Write(write);
  const absl::StatusOr<http::Response> response = co_await core_->Ask(std::move(request), asked, context);
  if (!response.ok()) co_return response.status();
  // Nothing else says that it was Dynamics 365 that carried it out: a gateway's page may come with 200.
  if (response->status != kNoContent) co_return UnreadableAnswer("the answer to a write (204)", response->body, asked);
  if (write.kind != RowWrite::Kind::kCreate) co_return write.id;
  const std::string_view entity_id = response->header("odata-entityid");
  std::string id = IdIn({entity_id.data(), entity_id.size()});
  if (id.empty()) co_return UnreadableAnswer("the id of the row that was made", response->body, asked);
  co_return id;
}

async::Task<absl::StatusOr<std::vector<absl::Status>>> DataverseClient::WriteBatch(std::vector<RowWrite> writes,
                                                                                   oauth::CallContext& context) {
  if (writes.empty()) co_return std::vector<absl::Status>();
  const Asked asked{Operation::kWrite, writes.front().entity_set};
  const std::string boundary = absl::StrCat("batch_", absl::Hex(core_->random(), absl::kZeroPad16));
  http::Request request = core_->requests.Batch(BatchBody(writes, core_->requests, boundary), boundary);
  oauth::ThrottlingIn throttling_in = [this](const http::Response& whole) {
    return ThrottlingIn(whole, core_->loop.WallTime());
  };
  const absl::StatusOr<http::Response> response =
      co_await core_->Ask(std::move(request), asked, context, std::move(throttling_in));
  if (!response.ok()) co_return response.status();
  const std::optional<std::vector<http::Response>> answers = ReadBatchAnswer(*response);
  if (!answers || answers->size() != writes.size())
    co_return UnreadableAnswer("an answer to each write of a batch", response->body, asked);
  std::vector<absl::Status> statuses;
  for (size_t i = 0; i < writes.size(); ++i) {
    const http::Response& answer = (*answers)[i];
    const bool written = answer.status >= 200 && answer.status <= 299;
    const Asked part{Operation::kWrite, writes[i].entity_set};
    statuses.push_back(written ? absl::OkStatus() : ErrorOf(answer, part, core_->loop.WallTime()));
  }
  co_return statuses;
}

async::Task<absl::StatusOr<std::vector<std::string>>> DataverseClient::CreateMultiple(Table table,
                                                                                      std::vector<std::string> rows,
                                                                                      oauth::CallContext& context) {
  if (rows.empty()) co_return std::vector<std::string>();
  const Asked asked{Operation::kWrite, table.logical_name};
  http::Request request = core_->requests.CreateMultiple(table, TargetsBody(table.logical_name, rows));
  const absl::StatusOr<http::Response> response = co_await core_->Ask(std::move(request), asked, context);
  if (!response.ok()) co_return response.status();
  std::optional<std::vector<std::string>> ids = ReadIds(response->body, rows.size());
  if (!ids) co_return UnreadableAnswer("the ids of the rows that were made", response->body, asked);
  co_return *std::move(ids);
}

}  // namespace causeway::dataverse
