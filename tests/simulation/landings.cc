#include "tests/simulation/landings.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/backlog/record.h"

namespace causeway::simulation {
namespace {

// After the next run has begun, the last one's right to send is over: the right lasts three seconds from a look at which run
// may write, which doesn't see what is committed before its marker is there.
constexpr absl::Duration kOldRunIsOver = absl::Seconds(10);

std::string Named(const std::string& place, const std::string& key) { return absl::StrCat(place, "/", key); }

std::string KeyOf(const CampaignWrite& write) {
  return write.kind == CampaignWrite::Kind::kDelete ? write.before.key : write.after.key;
}

}  // namespace

std::string Landings::Sent(const Delivery& delivery, std::optional<Instant> lands) {
  const CampaignModel::Aim aim = world_.campaign.AimOf(delivery.request);
  if (aim.key.empty()) return "";
  const Instant now = world_.simulation.Now();
  Instant& on_way = on_way_[Named(aim.place, aim.key)];
  if (now < on_way) return absl::StrCat("row ", aim.key, " is written while an earlier request for it is still on its way");
  on_way = lands.value_or(on_way);
  if (delivery.request.method != "POST") return "";
  for (const CampaignRow* row : world_.campaign.FindByKey(aim.place, aim.key)) {
    if (!row->by_hand) return absl::StrCat("a second create is sent for row ", aim.key, ", which is there");
  }
  return "";
}

void Landings::Reset(const std::string& index) {
  reset_at_ = world_.simulation.Now();
  known_before_.clear();
  for (int32_t partition = 0; partition < world_.plan.partitions; ++partition) {
    const KafkaLog* const log = world_.kafka.Log(index, partition);
    if (log == nullptr) return;
    log->ForEachCommitted([this](const backlog::Message& message) {
      if (message.value.has_value()) known_before_.insert(message.key);
      else known_before_.erase(message.key);
    });
  }
}

std::string Landings::Landed(const CampaignWrite& write) {
  const std::string key = KeyOf(write);
  ++writes_[key];
  if (key.empty()) return "a record without a key was written";
  if (world_.TableOf(key).HistoryOf(key).empty()) return absl::StrCat("somebody else's record ", key, " was touched");
  if (!absl::EndsWith(write.place, absl::StrCat("/", world_.PairOf(key).resource))) return absl::StrCat("row ", key, " is written to ", write.place);
  return write.kind == CampaignWrite::Kind::kDelete ? Deleted(write) : Upserted(write);
}

bool Landings::Plausible(const std::string& place, const TablePair& pair, std::optional<int> mapping, Instant sent) const {
  if (world_.faults.rate(Fault::kOldRunsEnd) == 0) return true;
  for (auto pin = runs_.pins().rbegin(); pin != runs_.pins().rend(); ++pin) {
    const PinnedRuns::Pin& run = pin->second;
    const auto mapped = run.tables.find(pair.table);
    const bool writes_so = mapped != run.tables.end() &&
                           (mapping.has_value() ? mapped->second.mapping == *mapping : !mapped->second.ignores_deletions);
    if (writes_so && CampaignModel::PlaceOf(run.tenant, pair.resource) == place) return true;
    if (run.since + kOldRunIsOver < sent) return false;
  }
  return false;
}

std::string Landings::Upserted(const CampaignWrite& write) {
  const std::string& key = write.after.key;
  const bool idle = write.kind == CampaignWrite::Kind::kUpdate && write.after.fields == write.before.fields;
  idle_updates_ += idle ? 1 : 0;
  const std::optional<int> number = MappingShape::NumberIn(write.sent);
  if (!number.has_value()) return absl::StrCat("row ", key, " is written without its mapping's mark");
  if (!Plausible(write.place, world_.PairOf(key), *number, write.sent_at))
    return absl::StrCat("row ", key, " is written as mapping ", *number, " has it, which no run has that may write");
  Last& last = last_[Named(write.place, key)];
  if (*number < last.mapping)
    return absl::StrCat("row ", key, " is written by mapping ", *number, " after mapping ", last.mapping);
  const MappingShape shape(*number, world_.plan.names_repeat);
  const RowHistory& history = world_.TableOf(key).HistoryOf(key);
  const auto says = [&](const RowState& state) { return !state.deleted && shape.Says(write.sent, state); };
  const auto state = std::find_if(history.begin() + static_cast<int64_t>(last.state), history.end(), says);
  if (state == history.end()) {
    if (std::none_of(history.begin(), history.end(), says))
      return absl::StrCat("row ", key, " is written as a mixture of states, or as it never was");
    return absl::StrCat("an older state landed after a newer one: row ", key);
  }
  last = {static_cast<size_t>(state - history.begin()), *number, world_.simulation.Now()};
  const size_t rows = world_.campaign.FindByKey(write.place, key).size();
  return rows > 1 ? absl::StrCat("Campaign holds ", rows, " rows of key ", key) : "";
}

std::string Landings::Deleted(const CampaignWrite& write) {
  const std::string& key = write.before.key;
  if (!Plausible(write.place, world_.PairOf(key), std::nullopt, write.sent_at))
    return absl::StrCat("row ", key, " was deleted, though no run that may write applies deletions there");
  Last& last = last_[Named(write.place, key)];
  const RowHistory& history = world_.TableOf(key).HistoryOf(key);
  const auto gone = std::find_if(history.begin() + static_cast<int64_t>(last.state), history.end(),
                                 [](const RowState& state) { return state.deleted; });
  if (gone == history.end()) {
    if (world_.brake.Allows()) return "";
    return absl::StrCat("row ", key, " was deleted; it is not gone from the source");
  }
  last.state = static_cast<size_t>(gone - history.begin());
  last.at = world_.simulation.Now();
  return "";
}

std::string Landings::Difference() const {
  for (const TablePair& pair : PairsOf(world_.plan.tables)) {
    if (std::string difference = DifferenceOf(pair); !difference.empty()) return difference;
  }
  return "";
}

std::string Landings::DifferenceOf(const TablePair& pair) const {
  const PinnedRuns::Pin* run = runs_.latest_mapped(pair.table);
  if (run == nullptr) return absl::StrCat("no run has a mapping of ", pair.table);
  const PinnedRuns::Table& table = run->tables.at(pair.table);
  const std::string place = CampaignModel::PlaceOf(run->tenant, pair.resource);
  const MappingShape shape(table.mapping, world_.plan.names_repeat);
  for (const auto& [id, row] : world_.dataverse.table(pair.table).rows()) {
    if (row.refusable) continue;
    if (std::string difference = DifferenceOf(row, place, shape); !difference.empty()) return difference;
  }
  return table.ignores_deletions ? "" : LeftOver(pair, place);
}

std::string Landings::DifferenceOf(const DataverseRow& row, const std::string& place, const MappingShape& shape) const {
  const std::vector<const CampaignRow*> found = world_.campaign.FindByKey(place, row.id);
  if (found.size() != 1) return absl::StrCat("Campaign holds ", found.size(), " rows of ", row.id);
  for (const auto& [field, value] : shape.Updates({false, row.version, row.revision, row.name})) {
    const auto held = found[0]->fields.find(field);
    if (held != found[0]->fields.end() && held->second == value) continue;
    return absl::StrCat("row ", row.id, " is ", value, " in ", field, ", Campaign has ",
                        held == found[0]->fields.end() ? "nothing" : held->second);
  }
  return "";
}

// Rows that were never written to this instance since the workflow writes there are nobody's to delete.
std::string Landings::LeftOver(const TablePair& pair, const std::string& place) const {
  Instant since;
  for (auto pin = runs_.pins().rbegin(); pin != runs_.pins().rend(); ++pin) {
    if (CampaignModel::PlaceOf(pin->second.tenant, pair.resource) != place) break;
    since = pin->second.since;
  }
  for (const auto& [pkey, row] : world_.campaign.rows(place)) {
    if (row.by_hand || world_.dataverse.table(pair.table).Find(row.key) != nullptr) continue;
    const auto last = last_.find(Named(place, row.key));
    // One that was made in doubt, or whose maker died before it had kept that.
    const bool unknown = last != last_.end() && last->second.at < reset_at_ && !known_before_.contains(backlog::RecordKey(pair.table, row.key));
    if (unknown) continue;
    if (last != last_.end() && last->second.at >= since) return absl::StrCat("Campaign still holds ", row.key);
  }
  return "";
}

}  // namespace causeway::simulation
