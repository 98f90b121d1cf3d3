#include "tests/simulation/world.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/egress/egress_connectors.h"
#include "services/ingress/ingress_connectors.h"

namespace causeway::simulation {

World::World(const Plan& plan, const Mutation& mutation)
    : plan(plan),
      mutation(mutation),
      simulation(plan.seed),
      faults(plan.seed ^ 0x66617573, plan.rates),
      network(simulation, faults),
      kafka(simulation, network, faults),
      dataverse(simulation, faults, {kTable}, plan.token_life),
      campaign(simulation, faults, {kResource}, plan.token_life),
      journal(simulation, faults, plan.token_life),
      activities(simulation, faults, plan.token_life),
      http(simulation, network, faults),
      control(simulation, network),
      setup(plan) {
  if (plan.egress) {
    http.Serve(kJournalOrigin, journal);
    http.Serve(kImsOrigin, journal);
    http.Serve(kDataverseOrigin, activities);
    http.Serve(kEntraOrigin, activities);
  } else {
    http.Serve(kDataverseOrigin, dataverse);
    http.Serve(kEntraOrigin, dataverse);
    http.Serve(kCampaignOrigin, campaign);
    http.Serve(kImsOrigin, campaign);
  }
  controller_ =
      std::make_unique<Process>(simulation, network.AddParty("controller"), "controller", [this](Process& process) {
        auto program = std::make_shared<ControllerProgram>(process, kafka, control, setup, wishes);
        controller_program_ = program.get();
        return program;
      });
  for (int number = 0; number < plan.replicas; ++number) AddReplica(number);
}

std::unique_ptr<engine::Connectors> World::NewConnectors() const {
  if (plan.egress) return std::make_unique<egress::EgressConnectors>(connections::Observers{});
  return std::make_unique<ingress::IngressConnectors>(connections::Observers{});
}

void World::AddReplica(int number) {
  const std::string name = absl::StrCat(plan.egress ? "egress-" : "ingress-", number);
  const int party = network.AddParty(name);
  stores_[party] = std::make_unique<store::MemoryStore>();
  replicas_.push_back(std::make_unique<Process>(simulation, party, name, [this, party](Process& process) {
    ReplicaProgram::Surroundings surroundings{kafka,           http,       control, *stores_[party],
                                              NewConnectors(), setup.type, mutation};
    auto program = std::make_shared<ReplicaProgram>(process, std::move(surroundings));
    programs_[party] = program.get();
    return program;
  }));
}

const backlog::WorkflowTopics& World::topics() {
  if (controller_program() != nullptr) topics_ = controller_program()->topics().value_or(topics_);
  return topics_;
}

void World::Begin() {
  controller_->Start();
  for (auto& replica : replicas_) replica->Start();
}

}  // namespace causeway::simulation
