// Others: Campaign's own users, who make, edit, delete and move records beside Causeway.
#pragma once

#include "tests/simulation/world.h"

namespace causeway::simulation {

class Others {
 public:
  explicit Others(World& world) : world_(world) {}

  // One record of theirs: without a key, or with one that Dynamics 365 doesn't know.
  void Create(Dice& dice);
  // One with the key of a person whom Campaign doesn't hold yet.
  void Claim(Dice& dice);
  void Note(Dice& dice);
  void Delete(Dice& dice);
  void Move(Dice& dice);
  // Changes one in a field that is mapped.
  void Change(Dice& dice);

 private:
  std::string Place() const { return CampaignModel::PlaceOf(world_.wishes.tenant, kResource); }
  // Counts and traces what is about to happen; false: it is left out.
  bool Happens(Fault kind, absl::string_view what);

  World& world_;
  int last_ = 0;
};

}  // namespace causeway::simulation
