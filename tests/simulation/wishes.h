// Wishes: what people want of the workflow; survives the controller's process. They ask until it is so.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "tests/simulation/model/campaign_model.h"
#include "tests/simulation/model/dataverse_model.h"

namespace causeway::simulation {

struct Wishes {
  bool started = true;
  // Edits that change nothing of what is written.
  int edits = 0;
  int edits_done = 0;
  int replays = 0;
  int replays_done = 0;
  bool restart = false;  // Stop, then start; start alone where it has failed.
  bool reset = false;    // Stop, have queue and positions begin anew, start.
  std::set<std::string> failures;  // Codes of what made runs fail that people started again.
  bool confirm = false;  // Deletions that wait for a person's word.
  std::map<std::string, int64_t> confirmed_passes;  // By table.

  // What the definitions are to say.
  int mapping = 0;  // MappingShape's number.
  std::string tenant = kCampaignTenant;
  std::string campaign_url = kCampaignOrigin;
  std::string dynamics_url = kDataverseOrigin;
};

}  // namespace causeway::simulation
