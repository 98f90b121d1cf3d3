#include "tests/simulation/others.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace causeway::simulation {

bool Others::Happens(Fault kind, absl::string_view what) {
  if (!world_.faults.Happens(kind)) return false;
  if (world_.simulation.tracing()) world_.simulation.Trace(absl::StrCat("FAULT a user of Campaign ", what));
  return true;
}

void Others::Create(Dice& dice) {
  const std::string key = dice.Chance(0.5) ? "" : absl::StrCat("theirs-", ++last_);
  if (Happens(Fault::kOthersCreate, absl::StrCat("makes a record with the key '", key, "'")))
    world_.campaign.AddByHand(Place(), key);
}

void Others::Claim(Dice& dice) {
  if (!world_.plan.unique_keys) return;  // Two rows of a key would be theirs to answer for.
  std::vector<std::string> missing;
  for (const auto& [id, row] : world_.dataverse.table(kTable).rows()) {
    if (world_.campaign.FindByKey(Place(), id).empty()) missing.push_back(id);
  }
  if (missing.empty()) return;
  const std::string& key = missing[dice.Below(missing.size())];
  if (Happens(Fault::kOthersClaim, absl::StrCat("makes a record with the key ", key)))
    world_.campaign.AddByHand(Place(), key);
}

void Others::Note(Dice& dice) {
  if (Happens(Fault::kOthersNote, "writes a note")) (void)world_.campaign.NoteByHand(Place(), dice);
}

void Others::Delete(Dice& dice) {
  if (!Happens(Fault::kOthersDelete, "deletes a record")) return;
  const std::string key = world_.campaign.DeleteByHand(Place(), dice);
  if (world_.simulation.tracing()) world_.simulation.Trace(absl::StrCat("it was that of row ", key));
  world_.needs_replay = true;
}

void Others::Move(Dice& dice) {
  if (!Happens(Fault::kOthersMove, "has a record under another PKey")) return;
  const std::string key = world_.campaign.MoveByHand(Place(), dice);
  if (world_.simulation.tracing()) world_.simulation.Trace(absl::StrCat("it is that of row ", key));
}

void Others::Change(Dice& dice) {
  (void)world_.campaign.ChangeByHand(Place(), dice);
  world_.needs_replay = true;
}

}  // namespace causeway::simulation
