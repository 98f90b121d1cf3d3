#include "services/ingress/campaign_destination.h"

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/engine/record_order.h"
#include "common/errors/error.h"
#include "common/url/url.h"

namespace causeway::ingress {
namespace {

constexpr int kListLines = 5000;

campaign::KeyFilter FilterOf(const std::string& key_field) {
  std::string name = key_field;
  name[0] = absl::ascii_toupper(name[0]);
  return {absl::StrCat("by", name), absl::StrCat(key_field, "_parameter")};
}

v1::IndexEntry Entry(std::string pkey, const v1::QueuedRecord& record, const mapping::MappedRecord& mapped) {
  v1::IndexEntry entry;
  entry.set_destination_key(std::move(pkey));
  entry.set_version(record.version());
  entry.set_update_hash(std::string(mapped.update_hash().bytes()));
  entry.set_insert_hash(std::string(mapped.insert_hash().bytes()));
  entry.set_pass(record.pass());
  return entry;
}

}  // namespace

CampaignDestination::CampaignDestination(std::shared_ptr<Connections> connections, std::shared_ptr<MappedTables> tables)
    : connections_(std::move(connections)), tables_(std::move(tables)) {}

async::Task<absl::Status> CampaignDestination::Prepare() { return tables_->Load(); }

uint64_t CampaignDestination::Target(const std::string& table) const {
  const MappedTable* mapped = tables_->Find(table);
  return mapped == nullptr ? 0 : mapped->target;
}

bool CampaignDestination::Deletes(const std::string& table) const {
  const MappedTable* mapped = tables_->Find(table);
  return mapped != nullptr && mapped->mapping->deletes() != v1::TableMapping::DELETES_IGNORE;
}

const errors::Code* CampaignDestination::GiveUpCode(const absl::Status& error) const {
  return errors::Is(error, errors::kCampaignUnavailable) ? &errors::kCampaignKeepsFailing : nullptr;
}

int CampaignDestination::concurrency() const { return connections_->campaign().limiter().limit(); }
bool CampaignDestination::paused() const { return connections_->campaign().limiter().paused(); }
absl::Duration CampaignDestination::request_deadline() const { return connections_->campaign_timeout(); }

// I14: entities without a key are none of ours.
async::Task<absl::StatusOr<engine::ExistingPage>> CampaignDestination::ListExisting(const std::string& table,
                                                                                    const std::string& from) {
  MappedTable& mapped = *tables_->Find(table);
  campaign::Resource resource = mapped.resource;
  std::string key_field = mapped.mapping->target_key();
  // A link of another address is of no use: the listing begins anew, and what it lists twice is adopted once.
  std::string link = url::SameOrigin(from, connections_->campaign_url()) ? from : std::string();
  auto listed = co_await connections_->campaign().List(std::move(resource), std::move(key_field), kListLines, std::move(link));
  if (!listed.ok()) co_return listed.status();
  engine::ExistingPage page;
  for (campaign::Entity& entity : listed->entities) {
    if (!entity.key.empty()) page.rows.push_back({std::move(entity.key), std::move(entity.pkey)});
  }
  page.next = std::move(listed->next_link);
  co_return page;
}

async::Task<void> CampaignDestination::WriteAll(std::span<engine::Write> writes, engine::DispatchRight& right) {
  for (engine::Write& write : writes) {
    const v1::QueuedRecord& record = *write.record;
    MappedTable* table = tables_->Find(record.table());
    if (table == nullptr) {
      // Queued under a mapping that was deleted since: what is queued of it goes nowhere.
      write.outcome = engine::Outcome::kSkipped;
      continue;
    }
    oauth::CallContext context;
    context.before_send = [&right] { return right.Obtain(); };
    context.last_check = [&right] { return right.Check(); };
    // GCC 12 carries out both awaits of a conditional expression.
    if (record.kind() == v1::QueuedRecord::KIND_DELETE) {
      write.status = co_await Delete(*table, write, context);
    } else {
      write.status = co_await Upsert(*table, write, context);
    }
    write.calls = context.calls;
  }
}

async::Task<absl::Status> CampaignDestination::Upsert(MappedTable& table, engine::Write& write, oauth::CallContext& context) {
  const v1::QueuedRecord& record = *write.record;
  auto mapped = table.mapper.Map(record.row());
  if (!mapped.ok()) co_return mapped.status();
  if (!write.known.has_value()) {
    if (!write.uncertain) co_return co_await Create(table, *mapped, write, context);
    auto found = co_await LookUp(table, mapped->key(), context);
    if (!found.ok()) co_return found.status();
    if (found->empty()) co_return co_await Create(table, *mapped, write, context);
    // Whoever created it had this record before: all of its fields are ours.
    std::string replay = mapped->ReplayBody();
    co_return co_await Update(table, *mapped, *std::move(found), std::move(replay), write, context);
  }
  const v1::IndexEntry& known = *write.known;
  // I7: the first time that we write it, and in a replay, with the fields that updates leave alone.
  const bool whole = known.version() == 0 || known.pass() < record.replay_pass();
  std::string body = whole ? mapped->ReplayBody() : mapped->UpdateBody();
  const bool same = !whole && mapped->update_hash() == std::string_view(known.update_hash());
  // An attempt without an answer, or a dead owner, may have written another version since; not an older one.
  const bool unchanged = same && (!write.uncertain || !engine::IsNewer(record, known));
  if (unchanged || body == "{}") {
    write.outcome = engine::Outcome::kUnchanged;
    write.entry = Entry(known.destination_key(), record, *mapped);
    co_return absl::OkStatus();
  }
  std::string pkey = known.destination_key();
  absl::Status updated = co_await Update(table, *mapped, std::move(pkey), std::move(body), write, context);
  if (!errors::Is(updated, errors::kCampaignNotFound)) co_return updated;

  // Whatever becomes of this attempt: what is known of the key isn't true.
  write.uncertain = true;
  auto found = co_await LookUp(table, mapped->key(), context);
  if (!found.ok()) co_return found.status();
  if (found->empty()) co_return co_await Create(table, *mapped, write, context);
  std::string replay = mapped->ReplayBody();
  co_return co_await Update(table, *mapped, *std::move(found), std::move(replay), write, context);
}

async::Task<absl::Status> CampaignDestination::Create(MappedTable& table, const mapping::MappedRecord& record,
                                                      engine::Write& write, oauth::CallContext& context) {
  campaign::Resource resource = table.resource;
  std::string body = record.CreateBody();
  auto pkey = co_await connections_->campaign().Create(std::move(resource), std::move(body), context);
  if (!pkey.ok()) co_return pkey.status();
  write.outcome = engine::Outcome::kCreated;
  write.entry = Entry(*std::move(pkey), *write.record, record);
  co_return absl::OkStatus();
}

async::Task<absl::Status> CampaignDestination::Update(MappedTable& table, const mapping::MappedRecord& record, std::string pkey,
                                                      std::string body, engine::Write& write, oauth::CallContext& context) {
  campaign::Resource resource = table.resource;
  std::string written_to = pkey;
  absl::Status updated = co_await connections_->campaign().Update(std::move(resource), std::move(pkey), std::move(body), context);
  if (!updated.ok()) co_return updated;
  write.outcome = engine::Outcome::kUpdated;
  write.entry = Entry(std::move(written_to), *write.record, record);
  co_return absl::OkStatus();
}

async::Task<absl::Status> CampaignDestination::Delete(MappedTable& table, engine::Write& write, oauth::CallContext& context) {
  if (table.mapping->deletes() == v1::TableMapping::DELETES_IGNORE) {
    write.outcome = engine::Outcome::kSkipped;  // I10
    co_return absl::OkStatus();
  }
  std::string pkey;
  if (write.known.has_value()) pkey = write.known->destination_key();
  for (bool look_up = !write.known.has_value() && write.uncertain;; look_up = true) {
    if (look_up) {
      std::string key = write.record->source_id();
      auto found = co_await LookUp(table, std::move(key), context);
      if (!found.ok()) co_return found.status();
      pkey = *std::move(found);
    }
    write.entry = std::nullopt;
    if (pkey.empty()) {
      // Deleted before it was ever written, or gone already.
      write.outcome = write.known.has_value() ? engine::Outcome::kDeleted : engine::Outcome::kSkipped;
      co_return absl::OkStatus();
    }
    campaign::Resource resource = table.resource;
    absl::Status deleted = co_await connections_->campaign().Delete(std::move(resource), std::move(pkey), context);
    pkey.clear();
    const bool gone = errors::Is(deleted, errors::kCampaignNotFound);
    if (gone && write.uncertain && !look_up) continue;
    if (!deleted.ok() && !gone) co_return deleted;
    write.outcome = engine::Outcome::kDeleted;
    co_return absl::OkStatus();
  }
}

async::Task<absl::StatusOr<std::string>> CampaignDestination::LookUp(MappedTable& table, std::string key,
                                                                     oauth::CallContext& context) {
  campaign::Resource resource = table.resource;
  std::string key_field = table.mapping->target_key();
  campaign::KeyFilter filter = FilterOf(key_field);
  auto found = co_await connections_->campaign().FindByKey(std::move(resource), std::move(filter), std::move(key_field), std::move(key), context);
  if (!found.ok()) co_return found.status();
  co_return found->empty() ? std::string() : std::move(found->front().pkey);
}

}  // namespace causeway::ingress
