#include "tests/simulation/people.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace causeway::simulation {

People::People(World& world) : world_(world), dice_(world.plan.seed ^ 0x70656f70) {}

std::string People::NewId() {
  return absl::StrCat("00000000-0000-0000-0000-", absl::Dec(++last_id_, absl::kZeroPad12));
}

void People::FillSystems() {
  for (int row = 0; row < world_.plan.rows; ++row) {
    living_.push_back(NewId());
    world_.dataverse.Create(TableOf(living_.back()), living_.back());
  }
  for (int row = 0; row < world_.plan.rows_by_hand; ++row) {
    // Some are people whom Dynamics 365 knows too, some are of Campaign alone, some have no key.
    const uint64_t kind = dice_.Below(3);
    std::string key;
    if (kind == 0 && row < static_cast<int>(living_.size()) && TableOf(living_[row]) == kTable) key = living_[row];
    if (kind == 1) key = absl::StrCat("campaign-", row);
    world_.campaign.AddByHand(CampaignModel::PlaceOf(kCampaignTenant, kResource), key);
  }
}

void People::Work() {
  working_ = true;
  WorkLater();
}

void People::WorkLater() {
  world_.simulation.After(dice_.Exponential(world_.plan.change_every), [this] {
    if (!working_) return;
    ChangeSomething();
    WorkLater();
  });
}

// A few rows change over and over, so that versions of one key meet in the queue.
const std::string* People::AnyId(const std::vector<std::string>& ids) {
  if (ids.empty()) return nullptr;
  const size_t among = dice_.Chance(0.6) ? std::min<size_t>(ids.size(), 3) : ids.size();
  return &ids[dice_.Below(among)];
}

void People::Say(absl::string_view what, const std::string& id) const {
  if (world_.simulation.tracing()) world_.simulation.Trace(absl::StrCat("people ", what, " row ", id));
}

// After a restore other rows are there.
void People::LookAround() {
  if (!world_.dataverse.restored()) return;
  living_.clear();
  for (const TablePair& pair : PairsOf(world_.plan.tables)) {
    for (const auto& [id, row] : world_.dataverse.table(pair.table).rows()) living_.push_back(id);
  }
  std::erase_if(deleted_, [this](const std::string& id) { return world_.TableOf(id).Find(id) != nullptr; });
}

void People::ChangeSomething() {
  LookAround();
  const double what = dice_.Unit();
  const std::string* id = AnyId(living_);
  if (what < 0.15 || id == nullptr) {
    living_.push_back(NewId());
    world_.dataverse.Create(TableOf(living_.back()), living_.back());
    Say("create", living_.back());
  } else if (what < 0.68) {
    world_.dataverse.Change(TableOf(*id), *id);
    Say("change", *id);
  } else if (what < 0.72) {
    world_.dataverse.Change(TableOf(*id), *id, true);
    Say("give a value that Campaign refuses to", *id);
  } else if (what < 0.82) {
    world_.dataverse.Touch(TableOf(*id), *id);
    Say("touch", *id);
  } else if (what < 0.94) {
    const std::string gone = *id;
    world_.dataverse.Delete(TableOf(gone), gone);
    Say("delete", gone);
    living_.erase(std::find(living_.begin(), living_.end(), gone));
    deleted_.push_back(gone);
  } else if (!deleted_.empty()) {
    living_.push_back(deleted_.back());
    deleted_.pop_back();
    world_.dataverse.Create(TableOf(living_.back()), living_.back());
    Say("create again", living_.back());
  }
}

}  // namespace causeway::simulation
