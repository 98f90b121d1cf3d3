#include "tests/simulation/plain_connectors.h"

#include <algorithm>
#include <boost/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "tests/simulation/model/campaign_model.h"
#include "tests/simulation/model/dataverse_model.h"

namespace causeway::simulation {
namespace {

namespace json = boost::json;

constexpr absl::Duration kDeadline = absl::Seconds(10);

// A system behind a token.
class Rest {
 public:
  Rest(engine::World& world, std::string token_url, const errors::Code& away, const errors::Code& answer)
      : world_(world), token_url_(std::move(token_url)), away_(away), answer_(answer) {}

  struct Answer {
    int status = 0;
    json::object body;
  };

  // An answer with a status that says what became of the request; everything else is an error.
  // `right`: asked for right before the request is sent.
  async::Task<absl::StatusOr<Answer>> Call(std::string method, std::string url, std::string body, std::string prefer,
                                           engine::DispatchRight* right = nullptr) {
    if (token_.empty()) {
      absl::StatusOr<Answer> issued = co_await Exchange("POST", token_url_, "", "");
      if (!issued.ok()) co_return issued.status();
      const json::value* token = issued->body.if_contains("access_token");
      if (token == nullptr) co_return errors::Make(answer_, "An answer without a token.");
      token_ = std::string(token->as_string());
    }
    if (right != nullptr) {
      absl::Status may = co_await right->Obtain();
      if (!may.ok()) co_return may;
    }
    absl::StatusOr<Answer> answer =
        co_await Exchange(std::move(method), std::move(url), std::move(body), std::move(prefer));
    if (answer.ok() && answer->status == 401) {
      token_.clear();
      co_return errors::Make(answer_, "The token was refused.");
    }
    co_return answer;
  }

 private:
  async::Task<absl::StatusOr<Answer>> Exchange(std::string method, std::string url, std::string body,
                                               std::string prefer) {
    http::Request request;
    request.method = std::move(method);
    request.url = std::move(url);
    request.body = std::move(body);
    request.deadline = kDeadline;
    if (!token_.empty()) request.headers.emplace_back("Authorization", absl::StrCat("Bearer ", token_));
    if (!prefer.empty()) request.headers.emplace_back("Prefer", std::move(prefer));
    absl::StatusOr<http::Response> response = co_await world_.http.Send(std::move(request));
    errors::Detail detail = errors::NewDetail(away_, "The system can't be reached.");
    if (!response.ok()) {
      detail.maybe_done = !absl::IsUnavailable(response.status());
      co_return errors::Make(std::move(detail));
    }
    Answer answer{response->status, {}};
    if (response->status == 429 || response->status == 503) {
      detail.retry_after = http::ParseRetryAfter(response->header("retry-after"), world_.loop.WallTime());
      co_return errors::Make(std::move(detail));
    }
    boost::system::error_code error;
    const json::value value = json::parse(response->body, error);
    const bool empty = response->body.empty() && response->status / 100 == 2;
    if (response->status == 502 || response->status == 504 || (!empty && (error || !value.is_object()))) {
      detail = errors::NewDetail(answer_, "That is not an answer.");
      detail.maybe_done = true;
      co_return errors::Make(std::move(detail));
    }
    if (!empty) answer.body = value.as_object();
    co_return answer;
  }

  engine::World& world_;
  const std::string token_url_;
  const errors::Code& away_;
  const errors::Code& answer_;
  std::string token_;
};

class PlainSource final : public engine::Source {
 public:
  PlainSource(engine::World& world, const v1::Definition& definition)
      : definition_(definition),
        rest_(world, absl::StrCat(kEntraOrigin, "/tenant/oauth2/v2.0/token"), errors::kDynamicsUnreachable,
              errors::kDynamicsAnswer) {}

  async::Task<absl::Status> Prepare() override { co_return absl::OkStatus(); }

  std::vector<std::string> Tables() const override {
    std::vector<std::string> tables;
    for (const v1::TableMapping& mapping : definition_.table_mappings()) tables.push_back(mapping.source_table());
    return tables;
  }

  std::string Fingerprint(const std::string& table) const override { return Columns(table); }

  async::Task<absl::StatusOr<engine::Page>> Read(const std::string& table, const std::string& position) override {
    std::string url = position;
    if (url.empty()) url = absl::StrCat(kDataverseOrigin, "/api/data/v9.2/", table, "s?$select=", Columns(table));
    std::string prefer = absl::StrCat("odata.maxpagesize=", definition_.settings().page_size(), ",odata.track-changes");
    absl::StatusOr<Rest::Answer> answer = co_await rest_.Call("GET", std::move(url), "", std::move(prefer));
    if (!answer.ok()) co_return answer.status();
    engine::Page page;
    if (answer->status == 410 || answer->status == 400) {
      page.start_over = true;
      page.note = "The delta link has expired.";
      co_return page;
    }
    const json::value* rows = answer->body.if_contains("value");
    const json::value* next = answer->body.if_contains("@odata.nextLink");
    const json::value* delta = answer->body.if_contains("@odata.deltaLink");
    if (rows == nullptr || (next == nullptr && delta == nullptr))
      co_return errors::Make(errors::kDynamicsAnswer, "No page.");
    for (const json::value& row : rows->as_array()) page.records.push_back(RecordOf(table, row.as_object()));
    page.caught_up = next == nullptr;
    page.next_position = std::string((next != nullptr ? next : delta)->as_string());
    co_return page;
  }

 private:
  std::string Columns(const std::string& table) const {
    std::string columns;
    for (const v1::TableMapping& mapping : definition_.table_mappings()) {
      if (mapping.source_table() != table) continue;
      for (const v1::FieldMapping& field : mapping.fields()) {
        absl::StrAppend(&columns, columns.empty() ? "" : ",", field.source_column());
      }
    }
    return columns;
  }

  static engine::SourceRecord RecordOf(const std::string& table, const json::object& row) {
    if (row.contains("reason")) return {v1::QueuedRecord::KIND_DELETE, std::string(row.at("id").as_string()), 0, ""};
    int64_t version = 0;
    const std::string etag(row.at("@odata.etag").as_string());  // W/"123"
    (void)absl::SimpleAtoi(etag.substr(3, etag.size() - 4), &version);
    return {v1::QueuedRecord::KIND_UPSERT, std::string(row.at(table + "id").as_string()), version,
            json::serialize(row)};
  }

  const v1::Definition& definition_;
  Rest rest_;
};

class PlainDestination final : public engine::Destination {
 public:
  PlainDestination(engine::World& world, const v1::Definition& definition)
      : definition_(definition),
        rest_(world, absl::StrCat(kImsOrigin, "/ims/token/v3"), errors::kCampaignUnreachable, errors::kCampaignAnswer) {
  }

  async::Task<absl::Status> Prepare() override { co_return absl::OkStatus(); }
  int concurrency() const override { return 4; }
  absl::Duration request_deadline() const override { return kDeadline; }

  async::Task<absl::StatusOr<engine::ExistingPage>> ListExisting(const std::string& table,
                                                                 const std::string& from) override {
    std::string url = from.empty() ? absl::StrCat(ResourceUrl(table), "?_lineCount=5") : from;
    absl::StatusOr<Rest::Answer> answer = co_await rest_.Call("GET", std::move(url), "", "");
    if (!answer.ok()) co_return answer.status();
    const json::value* rows = answer->body.if_contains("content");
    if (rows == nullptr) co_return errors::Make(errors::kCampaignAnswer, "No list.");
    engine::ExistingPage page;
    for (const json::value& row : rows->as_array()) {
      const std::string key(row.at(kKeyField).as_string());
      if (!key.empty()) page.rows.push_back({key, std::string(row.at("PKey").as_string())});
    }
    if (const json::value* next = answer->body.if_contains("next"))
      page.next = std::string(next->at("href").as_string());
    co_return page;
  }

  async::Task<void> WriteAll(std::span<engine::Write> writes, engine::DispatchRight& right) override {
    for (engine::Write& write : writes) write.status = co_await WriteOne(write, right);
  }

 private:
  std::string ResourceUrl(const std::string& table) const {
    for (const v1::TableMapping& mapping : definition_.table_mappings()) {
      if (mapping.source_table() == table) {
        return absl::StrCat(kCampaignOrigin, "/", kCampaignTenant, "/campaign/profileAndServicesExt/",
                            mapping.target_resource());
      }
    }
    return "";
  }

  async::Task<absl::Status> WriteOne(engine::Write& write, engine::DispatchRight& right) {
    const v1::QueuedRecord& record = *write.record;
    const std::string resource = ResourceUrl(record.table());
    std::string pkey = write.known.has_value() ? write.known->destination_key() : "";
    if (write.known.has_value() && record.version() > 0 && write.known->version() > record.version()) {
      write.entry = write.known;
      write.entry->set_pass(std::max(write.known->pass(), record.pass()));
      co_return absl::OkStatus();
    }
    if (!write.known.has_value() && write.uncertain) {
      std::string url = absl::StrCat(resource, "/byExternalId?externalId_parameter=", record.source_id());
      absl::StatusOr<Rest::Answer> found = co_await rest_.Call("GET", std::move(url), "", "");
      if (!found.ok()) co_return found.status();
      const json::value* rows = found->body.if_contains("content");
      if (rows == nullptr) co_return errors::Make(errors::kCampaignAnswer, "No list.");
      if (!rows->as_array().empty()) pkey = std::string(rows->as_array()[0].at("PKey").as_string());
    }
    const std::string row_url = absl::StrCat(resource, "/", pkey);
    if (record.kind() == v1::QueuedRecord::KIND_DELETE) co_return co_await Delete(write, pkey, row_url, right);
    co_return co_await Upsert(write, pkey, pkey.empty() ? resource : row_url, right);
  }

  async::Task<absl::Status> Delete(engine::Write& write, std::string pkey, std::string url,
                                   engine::DispatchRight& right) {
    if (pkey.empty()) co_return absl::OkStatus();
    absl::StatusOr<Rest::Answer> deleted = co_await rest_.Call("DELETE", std::move(url), "", "", &right);
    if (!deleted.ok()) co_return deleted.status();
    if (deleted->status == 404 && write.known.has_value() && write.uncertain) {
      // What is known of it is older than an attempt without an answer, which may have made it anew.
      write.known.reset();
      co_return co_await WriteOne(write, right);
    }
    write.outcome = engine::Outcome::kDeleted;
    co_return absl::OkStatus();
  }

  async::Task<absl::Status> Upsert(engine::Write& write, std::string pkey, std::string url,
                                   engine::DispatchRight& right) {
    const v1::QueuedRecord& record = *write.record;
    const json::object row = json::parse(record.row()).as_object();
    json::object fields;
    for (const v1::TableMapping& mapping : definition_.table_mappings()) {
      if (mapping.source_table() != record.table()) continue;
      for (const v1::FieldMapping& field : mapping.fields()) {
        if (const json::value* value = row.if_contains(field.source_column())) fields[field.target_field()] = *value;
      }
    }
    const std::string text = json::serialize(fields);
    v1::IndexEntry entry;
    entry.set_version(record.version());
    entry.set_update_hash(text);
    entry.set_pass(record.pass());
    if (write.known.has_value() && !write.uncertain && write.known->update_hash() == text) {
      entry.set_destination_key(pkey);
      write.entry = entry;
      write.outcome = engine::Outcome::kUnchanged;
      co_return absl::OkStatus();
    }
    absl::StatusOr<Rest::Answer> answer =
        co_await rest_.Call(pkey.empty() ? "POST" : "PATCH", std::move(url), text, "", &right);
    if (!answer.ok()) co_return answer.status();
    if (answer->status == 500) co_return errors::Make(errors::kCampaignRefused, "Campaign refuses the value.");
    if (answer->status == 404) {
      // Deleted by hand, or by an attempt that said nothing: made anew when its turn comes again.
      write.known.reset();
      write.uncertain = true;
      co_return co_await WriteOne(write, right);
    }
    const json::value* made = answer->body.if_contains("PKey");
    if (made == nullptr) {
      errors::Detail cut = errors::NewDetail(errors::kCampaignAnswer, "No PKey.");
      cut.maybe_done = true;
      co_return errors::Make(std::move(cut));
    }
    entry.set_destination_key(std::string(made->as_string()));
    write.entry = entry;
    write.outcome = pkey.empty() ? engine::Outcome::kCreated : engine::Outcome::kUpdated;
    co_return absl::OkStatus();
  }

  const v1::Definition& definition_;
  Rest rest_;
};

}  // namespace

engine::Ends PlainConnectors::Make(engine::World& world, const v1::Definition& definition) {
  return {std::make_unique<PlainSource>(world, definition), std::make_unique<PlainDestination>(world, definition)};
}

}  // namespace causeway::simulation
