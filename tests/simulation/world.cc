#include "tests/simulation/world.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace causeway::simulation {

World::World(const Plan& plan, const Mutation& mutation)
    : plan(plan),
      mutation(mutation),
      simulation(plan.seed),
      faults(plan.seed ^ 0x66617573, plan.rates),
      network(simulation, faults),
      kafka(simulation, network, faults),
      dataverse(simulation, faults, {kTable}),
      campaign(simulation, faults, {kResource}),
      http(simulation, network, faults),
      control(simulation, network),
      topics(backlog::TopicsOf(kWorkflowName)) {
  http.Serve(kDataverseOrigin, dataverse);
  http.Serve(kEntraOrigin, dataverse);
  http.Serve(kCampaignOrigin, campaign);
  http.Serve(kImsOrigin, campaign);
  desired.latest = Definition();
  controller_ =
      std::make_unique<Process>(simulation, network.AddParty("controller"), "controller", [this](Process& process) {
        auto program = std::make_shared<PlainController>(process, control, desired);
        controller_program_ = program.get();
        return program;
      });
  for (int number = 0; number < plan.replicas; ++number) AddReplica(number);
}

void World::AddReplica(int number) {
  const std::string name = absl::StrCat("ingress-", number);
  const int party = network.AddParty(name);
  stores_[party] = std::make_unique<store::MemoryStore>();
  replicas_.push_back(std::make_unique<Process>(simulation, party, name, [this, party](Process& process) {
    auto connectors = [] { return std::unique_ptr<engine::Connectors>(std::make_unique<PlainConnectors>()); };
    const ReplicaProgram::Surroundings surroundings{kafka, http, control, *stores_[party], connectors, mutation};
    auto program = std::make_shared<ReplicaProgram>(process, surroundings);
    programs_[party] = program.get();
    return program;
  }));
}

v1::Definition World::Definition() const {
  v1::Definition definition;
  definition.set_workflow(kWorkflowName);
  definition.set_type(v1::WORKFLOW_TYPE_INGRESS);
  definition.set_revision(1);
  definition.set_partitions(plan.partitions);
  v1::WorkflowSettings& settings = *definition.mutable_settings();
  const int64_t poll = absl::ToInt64Nanoseconds(plan.poll_interval);
  settings.mutable_poll_interval()->set_seconds(poll / 1'000'000'000);
  settings.mutable_poll_interval()->set_nanos(static_cast<int32_t>(poll % 1'000'000'000));
  settings.set_page_size(plan.page_size);
  settings.set_max_dead_letter_percent(100);
  settings.set_dispatch_window(16);
  v1::TableMapping& mapping = *definition.add_table_mappings();
  mapping.set_name(absl::StrCat(kWorkflowName, "/tableMappings/", kTable));
  mapping.set_source_table(kTable);
  mapping.set_target_resource(kResource);
  mapping.set_target_key(kKeyField);
  const std::pair<std::string, std::string> fields[] = {
      {absl::StrCat(kTable, "id"), kKeyField}, {kNameColumn, kNameField}, {kRevisionColumn, kRevisionField}};
  for (const auto& [column, field] : fields) {
    v1::FieldMapping& field_mapping = *mapping.add_fields();
    field_mapping.set_source_column(column);
    field_mapping.set_target_field(field);
    field_mapping.set_target_type(field == kRevisionField ? v1::FIELD_TYPE_INTEGER : v1::FIELD_TYPE_STRING);
  }
  return definition;
}

void World::Begin() {
  backlog::TopicSettings settings;
  settings.partitions = plan.partitions;
  for (const backlog::TopicSpec& topic : backlog::InstallationTopics(settings)) (void)kafka.CreateTopic(topic);
  for (const backlog::TopicSpec& topic : backlog::WorkflowTopicSpecs(topics, settings)) (void)kafka.CreateTopic(topic);
  controller_->Start();
  for (auto& replica : replicas_) replica->Start();
  StartWorkflow();
}

void World::StartWorkflow() {
  if (PlainController* controller = controller_program()) controller->Start();
}

void World::StopWorkflow() {
  if (PlainController* controller = controller_program()) controller->Stop();
}

}  // namespace causeway::simulation
