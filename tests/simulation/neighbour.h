// Neighbour: a second instance beside the one that everything happens to, with systems of its own and a few rows that nobody changes. It has
// to drain and is never touched: each row is made once, and nobody stops, fails or resets its workflow.
//
// Life: construct; Serve and Fill before the world begins; Difference at any time.
#pragma once

#include <optional>
#include <string>

#include "causeway/v1/workflow_service.pb.h"
#include "tests/simulation/model/campaign_model.h"
#include "tests/simulation/model/dataverse_model.h"
#include "tests/simulation/plan.h"

namespace causeway::simulation {

inline constexpr char kNeighbourName[] = "organizations/o/instances/neighbour/workflows/ingress";
inline constexpr char kNeighbourTable[] = "lead";
inline constexpr char kNeighbourResource[] = "cusLead";
inline constexpr char kNeighbourDataverse[] = "https://neighbour.example";
inline constexpr char kNeighbourEntra[] = "https://login-neighbour.example";
inline constexpr char kNeighbourCampaign[] = "https://campaign-neighbour.example";
inline constexpr char kNeighbourIms[] = "https://ims-neighbour.example";

class Neighbour {
 public:
  Neighbour(Simulation& simulation, Faults& faults, const Plan& plan);

  void Serve(HttpModel& http);
  void Fill();

  // What was wrong about a write, the first; empty: nothing.
  const std::string& wrong() const { return wrong_; }
  // Why it isn't done yet; empty: it is. `workflow`: as the controller shows it.
  std::string Difference(const std::optional<v1::Workflow>& workflow) const;

 private:
  void Landed(const CampaignWrite& write);

  const int rows_;
  const absl::Duration landing_margin_;
  DataverseModel dataverse_;
  CampaignModel campaign_;
  std::string wrong_;
};

}  // namespace causeway::simulation
