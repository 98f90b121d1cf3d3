#include "tests/simulation/neighbour.h"

#include "absl/strings/str_cat.h"

namespace causeway::simulation {

Neighbour::Neighbour(Simulation& simulation, Faults& faults, const Plan& plan)
    : rows_(plan.neighbour_rows),
      landing_margin_(plan.landing_margin),
      dataverse_(simulation, faults, {kNeighbourTable}),
      campaign_(simulation, faults, {kNeighbourResource}) {
  dataverse_.Rename(kNeighbourDataverse);
  campaign_.Observe([this](const CampaignWrite& write) { Landed(write); });
}

void Neighbour::Serve(HttpModel& http) {
  http.Serve(kNeighbourDataverse, dataverse_);
  http.Serve(kNeighbourEntra, dataverse_);
  http.Serve(kNeighbourCampaign, campaign_);
  http.Serve(kNeighbourIms, campaign_);
  http.SetLandingMargin(kNeighbourCampaign, landing_margin_);
}

void Neighbour::Fill() {
  for (int row = 0; row < rows_; ++row)
    dataverse_.Create(kNeighbourTable, absl::StrCat("11111111-0000-0000-0000-", absl::Dec(row, absl::kZeroPad12)));
}

// One that is made and comes again, because nobody heard that it landed, is an update.
void Neighbour::Landed(const CampaignWrite& write) {
  const std::string& key = write.kind == CampaignWrite::Kind::kDelete ? write.before.key : write.after.key;
  const DataverseRow* const row = dataverse_.table(kNeighbourTable).Find(key);
  const auto name = write.sent.find(kNameField);
  if (write.kind == CampaignWrite::Kind::kDelete) wrong_ = absl::StrCat("the neighbour's row ", key, " was deleted");
  else if (row == nullptr) wrong_ = absl::StrCat("a row ", key, " was written that isn't the neighbour's");
  else if (name == write.sent.end() || name->second != row->name) wrong_ = absl::StrCat("the neighbour's row ", key, " is another one");
  else if (campaign_.FindByKey(write.place, key).size() > 1) wrong_ = absl::StrCat("the neighbour has two rows of key ", key);
}

std::string Neighbour::Difference(const std::optional<v1::Workflow>& workflow) const {
  if (!workflow.has_value()) return "the neighbour's workflow isn't shown";
  if (workflow->status() != v1::Workflow::STATUS_RUNNING)
    return absl::StrCat("the neighbour is ", v1::Workflow::Status_Name(workflow->status()), ": ", workflow->failure().message(),
                        workflow->waiting_for());
  if (workflow->backlog().records() != 0) return "the neighbour does not drain";
  const auto rows = static_cast<int>(campaign_.rows(CampaignModel::PlaceOf(kCampaignTenant, kNeighbourResource)).size());
  if (rows != rows_) return absl::StrCat("the neighbour has ", rows, " rows in Campaign, in Dynamics 365 ", rows_);
  return "";
}

}  // namespace causeway::simulation
