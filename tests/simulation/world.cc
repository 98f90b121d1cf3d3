#include "tests/simulation/world.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/egress/egress_connectors.h"
#include "services/ingress/ingress_connectors.h"

namespace causeway::simulation {

namespace {

std::vector<std::string> Tables() {
  std::vector<std::string> tables;
  for (const TablePair& pair : kPairs) tables.push_back(pair.table);
  return tables;
}

std::vector<std::string> Resources() {
  std::vector<std::string> resources;
  for (const TablePair& pair : kPairs) resources.push_back(pair.resource);
  return resources;
}

}  // namespace

World::World(const Plan& plan, const Mutation& mutation)
    : plan(plan),
      mutation(mutation),
      simulation(plan.seed),
      faults(plan.seed ^ 0x66617573, plan.rates),
      network(simulation, faults),
      kafka(simulation, network, faults),
      dataverse(simulation, faults, Tables(), plan.token_life),
      campaign(simulation, faults, Resources(), plan.token_life),
      journal(simulation, faults, plan.token_life),
      activities(simulation, faults, plan.token_life),
      http(simulation, network, faults),
      control(simulation, network),
      neighbour(simulation, faults, plan),
      setup(plan),
      brake(this->plan, dataverse) {
  if (plan.names_repeat) dataverse.RepeatNames();
  if (plan.unique_keys) campaign.EnforceUniqueKeys();
  if (plan.egress) {
    http.Serve(kJournalOrigin, journal);
    http.Serve(kImsOrigin, journal);
    http.Serve(kDataverseOrigin, activities);
    http.Serve(kEntraOrigin, activities);
    http.SetLandingMargin(kDataverseOrigin, plan.landing_margin);
  } else {
    http.Serve(kDataverseOrigin, dataverse);
    http.Serve(kEntraOrigin, dataverse);
    http.Serve(kCampaignOrigin, campaign);
    http.SetLandingMargin(kCampaignOrigin, plan.landing_margin);
    http.Alias(kCampaignOrigin, kCampaignAlias);
    http.Alias(kDataverseOrigin, kDataverseAlias);
    http.Serve(kImsOrigin, campaign);
  }
  if (plan.neighbour_rows > 0) neighbour.Serve(http);
  controller_ = NewController("controller");
  const auto name = [&plan](int number) { return absl::StrCat(plan.egress ? "egress-" : "ingress-", number); };
  for (int number = 0; number < plan.replicas; ++number) replicas_.push_back(NewReplica(name(number)));
  rival_ = NewController("rival");
  twin_ = NewReplica(name(0));
}

std::unique_ptr<Process> World::NewController(std::string name) {
  const int party = network.AddParty(name);
  return std::make_unique<Process>(simulation, party, std::move(name), [this, party](Process& process) {
    const bool watched = &process == controller_.get();
    auto program = std::make_shared<ControllerProgram>(process, kafka, control, setup, wishes, watched);
    programs_of_controllers_[party] = program.get();
    return program;
  });
}

std::unique_ptr<engine::Connectors> World::NewConnectors() const {
  if (plan.egress) return std::make_unique<egress::EgressConnectors>(connections::Observers{});
  return std::make_unique<ingress::IngressConnectors>(connections::Observers{});
}

std::unique_ptr<Process> World::NewReplica(const std::string& name) {
  const int party = network.AddParty(name);
  disks_[party] = std::make_unique<Disk>();
  return std::make_unique<Process>(simulation, party, name, [this, party](Process& process) {
    ReplicaProgram::Surroundings surroundings{kafka,           http,       control, *disks_[party],
                                              NewConnectors(), setup.type, mutation};
    auto program = std::make_shared<ReplicaProgram>(process, std::move(surroundings));
    programs_[party] = program.get();
    return program;
  });
}

const backlog::WorkflowTopics& World::topics() {
  ControllerProgram* const controller = controller_program();
  const backlog::WorkflowTopics* const told = controller == nullptr ? nullptr : controller->topics();
  if (told != nullptr) topics_ = *told;
  return topics_;
}

void World::Begin() {
  neighbour.Fill();
  controller_->Start();
  for (auto& replica : replicas_) replica->Start();
}

}  // namespace causeway::simulation
