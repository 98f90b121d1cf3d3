#include "services/ingress/campaign_destination.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/campaign/error_table.h"
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

v1::IndexEntry Entry(std::string kept, const v1::QueuedRecord& record, const mapping::MappedRecord& mapped) {
  v1::IndexEntry entry;
  entry.set_destination_key(std::move(kept));
  entry.set_version(record.version());
  entry.set_update_hash(std::string(mapped.update_hash().bytes()));
  entry.set_insert_hash(std::string(mapped.insert_hash().bytes()));
  entry.set_pass(record.pass());
  return entry;
}

// What we make bears our form of the key. Of what was queued for another target nothing is known.
std::vector<std::string> FormsToLookFor(const engine::Write& write, const std::string& key) {
  if (write.queued_elsewhere) return FormsOf(key);
  return {key};
}

// Campaign found the record by its key a moment ago, and doesn't know it now: somebody deletes it, or a copy of its database lags.
absl::Status GoneAgain(const std::string& resource) {
  return errors::Make(errors::kCampaignAnswer,
                      absl::StrCat("Campaign finds a record of ", resource, " by its key, and doesn't know the PKey that it gives."), resource);
}

bool IsMapped(const std::vector<campaign::Field>& fields, const std::string& target) {
  const std::string outer = target.substr(0, target.find('/'));
  return std::any_of(fields.begin(), fields.end(), [&](const campaign::Field& field) {
    return field.name == target || field.name == outer || absl::StartsWith(field.name, outer + "/");
  });
}

}  // namespace

CampaignDestination::CampaignDestination(std::shared_ptr<Connections> connections, std::shared_ptr<MappedTables> tables)
    : connections_(std::move(connections)), tables_(std::move(tables)) {}

async::Task<absl::Status> CampaignDestination::Prepare() { return tables_->Load(); }

bool CampaignDestination::MayBeOutage(const absl::Status& error) const { return errors::Is(error, errors::kCampaignUri); }

uint64_t CampaignDestination::Address(const std::string& table) const { return tables_->Address(table); }
uint64_t CampaignDestination::Kin(const std::string& table) const { return tables_->Kin(table); }

// By its key, not by its PKey: what Campaign answers to one of another instance isn't documented.
async::Task<absl::StatusOr<bool>> CampaignDestination::Holds(const std::string& table, const std::string& source_id,
                                                             const std::string& destination_key) {
  MappedTable& mapped = *tables_->Find(table);
  campaign::Resource resource = mapped.resource;
  std::string key_field = mapped.mapping->target_key();
  campaign::KeyFilter filter = FilterOf(key_field);
  DestinationKey known = DestinationKey::Parse(destination_key, source_id);
  oauth::CallContext context;
  auto found = co_await connections_->campaign().FindByKey(std::move(resource), std::move(filter), std::move(key_field),
                                                           std::move(known.key), context);
  if (!found.ok()) co_return found.status();
  co_return std::any_of(found->begin(), found->end(), [&](const campaign::Entity& entity) { return entity.pkey == known.pkey; });
}

bool CampaignDestination::Deletes(const std::string& table) const {
  const MappedTable* mapped = tables_->Find(table);
  return mapped != nullptr && mapped->mapping->deletes() != v1::TableMapping::DELETES_IGNORE;
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
    if (entity.key.empty()) continue;
    std::string ours = NormalKey(entity.key);
    std::string kept = DestinationKey{std::move(entity.pkey), std::move(entity.key)}.Keep(ours);
    page.rows.push_back({std::move(ours), std::move(kept)});
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
      write.skip_reason = engine::skip::kNotMapped;
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
    const bool may_be_its_own = campaign::MayBeTheRecords(write.status) || errors::Is(write.status, errors::kCampaignAnswer);
    if (may_be_its_own) write.if_it_lasts = &errors::kCampaignKeepsFailing;
  }
}

async::Task<absl::Status> CampaignDestination::Upsert(MappedTable& table, engine::Write& write, oauth::CallContext& context) {
  const v1::QueuedRecord& record = *write.record;
  auto mapped = table.mapper.Map(record.row());
  if (!mapped.ok()) co_return mapped.status();
  if (!write.known.has_value()) {
    if (!write.uncertain) co_return co_await Create(table, *mapped, write, context);
    std::vector<std::string> forms = FormsToLookFor(write, mapped->key());
    co_return co_await LookUpAndWrite(table, *mapped, std::move(forms), write, context);
  }
  const v1::IndexEntry& known = *write.known;
  // I7: the first time that we write it, and in a replay, with the fields that updates leave alone.
  const bool whole = known.version() == 0 || known.pass() < record.replay_pass();
  const bool same = !whole && mapped->update_hash() == std::string_view(known.update_hash());
  // An attempt without an answer, or a dead owner, may have written another version since; not an older one.
  if (same && (!write.uncertain || !engine::IsNewer(record, known))) {
    write.outcome = engine::Outcome::kUnchanged;
    write.entry = Entry(known.destination_key(), record, *mapped);
    co_return absl::OkStatus();
  }
  std::string body = whole ? mapped->ReplayBody() : mapped->UpdateBody();
  DestinationKey key = DestinationKey::Parse(known.destination_key(), mapped->key());
  std::vector<std::string> form = {key.key};
  absl::Status updated = co_await Update(table, *mapped, std::move(key), std::move(body), write, context);
  if (!errors::Is(updated, errors::kCampaignNotFound)) co_return updated;

  // Whatever becomes of this attempt: what is known of the key isn't true.
  write.uncertain = true;
  co_return co_await LookUpAndWrite(table, *mapped, std::move(form), write, context);
}

async::Task<absl::Status> CampaignDestination::LookUpAndWrite(MappedTable& table, const mapping::MappedRecord& record,
                                                              std::vector<std::string> forms, engine::Write& write,
                                                              oauth::CallContext& context) {
  auto found = co_await LookUp(table, std::move(forms), context);
  if (!found.ok()) co_return found.status();
  if (found->pkey.empty()) co_return co_await Create(table, record, write, context);
  co_return co_await Adopt(table, record, *std::move(found), write, context);
}

// Whoever made it had this record before: all of its fields are ours.
async::Task<absl::Status> CampaignDestination::Adopt(MappedTable& table, const mapping::MappedRecord& record, DestinationKey key,
                                                     engine::Write& write, oauth::CallContext& context) {
  std::string whole = record.ReplayBody();
  absl::Status updated = co_await Update(table, record, std::move(key), std::move(whole), write, context);
  if (!errors::Is(updated, errors::kCampaignNotFound)) co_return updated;
  write.uncertain = true;
  co_return GoneAgain(table.resource.name);
}

async::Task<absl::Status> CampaignDestination::Create(MappedTable& table, const mapping::MappedRecord& record,
                                                      engine::Write& write, oauth::CallContext& context) {
  campaign::Resource resource = table.resource;
  std::string body = record.CreateBody();
  auto pkey = co_await connections_->campaign().Create(std::move(resource), std::move(body), context);
  if (pkey.ok()) {
    write.outcome = engine::Outcome::kCreated;
    write.entry = Entry(*std::move(pkey), *write.record, record);
    co_return absl::OkStatus();
  }
  absl::Status refused = pkey.status();
  if (!errors::Is(refused, errors::kCampaignExists)) co_return co_await Confirm(table, std::move(refused), context);

  // Somebody made one with this key since the keys were listed; or the field that must be unique is another one.
  std::vector<std::string> forms = FormsOf(record.key());
  auto found = co_await LookUp(table, std::move(forms), context);
  if (!found.ok()) co_return found.status();
  if (found->pkey.empty()) co_return refused;
  write.overcome = &errors::kCampaignExists;
  co_return co_await Adopt(table, record, *std::move(found), write, context);
}

async::Task<absl::Status> CampaignDestination::Update(MappedTable& table, const mapping::MappedRecord& record, DestinationKey key,
                                                      std::string body, engine::Write& write, oauth::CallContext& context) {
  std::string kept = key.Keep(record.key());
  write.outcome = engine::Outcome::kUnchanged;
  if (body != "{}") {
    campaign::Resource resource = table.resource;
    absl::Status updated =
        co_await connections_->campaign().Update(std::move(resource), std::move(key.pkey), std::move(body), context);
    if (!updated.ok()) co_return co_await Confirm(table, std::move(updated), context);
    write.outcome = engine::Outcome::kUpdated;
  }
  write.entry = Entry(std::move(kept), *write.record, record);
  co_return absl::OkStatus();
}

// A text said that a field or the resource is gone, which would end the run. Texts may quote what a person is called; the metadata decide.
async::Task<absl::Status> CampaignDestination::Confirm(MappedTable& table, absl::Status refused, oauth::CallContext& context) {
  const bool said_gone = errors::Is(refused, errors::kCampaignFieldGone) || errors::Is(refused, errors::kCampaignResourceGone);
  if (!said_gone) co_return refused;
  std::string name = table.resource.name;
  ++context.calls;
  auto described = co_await connections_->campaign().Describe(std::move(name));
  if (!described.ok()) co_return described.status();
  for (const v1::FieldMapping& field : table.mapping->fields()) {
    if (IsMapped(described->fields, field.target_field())) continue;
    co_return errors::Make(errors::kCampaignFieldGone,
                           absl::StrCat("The resource ", table.resource.name, " lacks the field ", field.target_field(), ", which is written."),
                           field.target_field());
  }
  errors::Detail detail = errors::NewDetail(
      errors::kCampaignRefused,
      absl::StrCat("Campaign refused a value for ", table.resource.name, "; what it says of a missing field isn't so."), table.resource.name);
  detail.excerpt = errors::Describe(refused).excerpt;
  co_return errors::Make(std::move(detail));
}

async::Task<absl::Status> CampaignDestination::Delete(MappedTable& table, engine::Write& write, oauth::CallContext& context) {
  write.outcome = engine::Outcome::kSkipped;
  if (table.mapping->deletes() == v1::TableMapping::DELETES_IGNORE) {  // I10
    write.skip_reason = engine::skip::kDeletesIgnored;
    co_return absl::OkStatus();
  }
  const bool known = write.known.has_value();
  // Deleted before it was ever written.
  if (!known && !write.uncertain) co_return absl::OkStatus();

  const std::string& key = write.record->source_id();
  std::vector<std::string> forms = FormsToLookFor(write, key);
  if (known) {
    DestinationKey kept = DestinationKey::Parse(write.known->destination_key(), key);
    forms = {kept.key};
    absl::Status deleted = co_await DeleteEntity(table, std::move(kept.pkey), context);
    if (deleted.ok()) write.outcome = engine::Outcome::kDeleted;
    if (!errors::Is(deleted, errors::kCampaignNotFound)) co_return deleted;
    // The PKey isn't there; the person may be, under another one: an instance that was migrated gives new PKeys.
    write.uncertain = true;
  }
  auto found = co_await LookUp(table, std::move(forms), context);
  if (!found.ok()) co_return found.status();
  if (!found->pkey.empty()) {
    absl::Status deleted = co_await DeleteEntity(table, std::move(found->pkey), context);
    if (!deleted.ok() && !errors::Is(deleted, errors::kCampaignNotFound)) co_return deleted;
  }
  if (known || !found->key.empty()) write.outcome = engine::Outcome::kDeleted;
  co_return absl::OkStatus();
}

async::Task<absl::Status> CampaignDestination::DeleteEntity(MappedTable& table, std::string pkey, oauth::CallContext& context) {
  campaign::Resource resource = table.resource;
  co_return co_await connections_->campaign().Delete(std::move(resource), std::move(pkey), context);
}

async::Task<absl::StatusOr<DestinationKey>> CampaignDestination::LookUp(MappedTable& table, std::vector<std::string> forms,
                                                                        oauth::CallContext& context) {
  for (const std::string& form : forms) {
    campaign::Resource resource = table.resource;
    std::string key_field = table.mapping->target_key();
    campaign::KeyFilter filter = FilterOf(key_field);
    std::string key = form;
    auto found = co_await connections_->campaign().FindByKey(std::move(resource), std::move(filter), std::move(key_field),
                                                             std::move(key), context);
    if (!found.ok()) co_return found.status();
    if (!found->empty()) co_return DestinationKey{std::move(found->front().pkey), std::move(found->front().key)};
  }
  co_return DestinationKey();
}

}  // namespace causeway::ingress
