#include "tests/simulation/setup.h"

#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/simulation/mapping_shape.h"
#include "tests/simulation/model/campaign_model.h"
#include "tests/simulation/model/dataverse_model.h"
#include "tests/simulation/model/journal_model.h"
#include "tests/simulation/neighbour.h"

namespace causeway::simulation {
namespace {

using controller::Definitions;
using controller::Editor;

constexpr char kOrganizationName[] = "organizations/o";
constexpr char kInstanceName[] = "organizations/o/instances/i";
constexpr char kIngressName[] = "organizations/o/instances/i/workflows/ingress";
constexpr char kEgressName[] = "organizations/o/instances/i/workflows/egress";
constexpr char kMappingName[] = "organizations/o/instances/i/workflows/ingress/tableMappings/contact";

std::string MappingName(absl::string_view table) { return absl::StrCat(kIngressName, "/tableMappings/", table); }

// Of requests, in seconds.
constexpr int kTimeouts[] = {3, 10, 30};

v1::CreateOrganizationRequest Organization() {
  v1::CreateOrganizationRequest request;
  request.set_organization_id("o");
  return request;
}

v1::CreateInstanceRequest Instance() {
  v1::CreateInstanceRequest request;
  request.set_parent(kOrganizationName);
  request.set_instance_id("i");
  return request;
}

v1::UpdateConnectionRequest Dynamics(int timeout_seconds, const std::string& url) {
  v1::UpdateConnectionRequest request;
  request.mutable_connection()->set_name(absl::StrCat(kInstanceName, "/connections/dynamics365"));
  v1::DynamicsConnection& dynamics = *request.mutable_connection()->mutable_dynamics365();
  dynamics.set_url(url);
  dynamics.set_authority(kEntraOrigin);
  dynamics.set_tenant_id("tenant");
  dynamics.set_client_id("client");
  dynamics.set_client_secret("secret");
  dynamics.mutable_request_timeout()->set_seconds(timeout_seconds);
  return request;
}

v1::UpdateConnectionRequest Campaign(int timeout_seconds, const Wishes& wishes) {
  v1::UpdateConnectionRequest request;
  request.mutable_connection()->set_name(absl::StrCat(kInstanceName, "/connections/campaign"));
  v1::CampaignConnection& campaign = *request.mutable_connection()->mutable_campaign();
  campaign.set_url(wishes.campaign_url);
  campaign.set_tenant(wishes.tenant);
  campaign.set_ims_url(kImsOrigin);
  campaign.set_client_id("client");
  campaign.set_client_secret("secret");
  campaign.set_organization_id("o@AdobeOrg");
  campaign.mutable_request_timeout()->set_seconds(timeout_seconds);
  return request;
}

template <typename Request>
controller::Controller::MakeEdit Updating(Request request) {
  return [request = std::move(request)](const Editor& editor) { return editor.Update(request); };
}

template <typename Request>
controller::Controller::MakeEdit Creating(Request request) {
  return [request = std::move(request)](const Editor& editor) { return editor.Create(request); };
}

// The instance that nothing happens to, in four edits.
std::vector<SetupStep> NeighbourSteps(int partitions) {
  const std::string instance = "organizations/o/instances/neighbour";
  v1::CreateInstanceRequest made;
  made.set_parent(kOrganizationName);
  made.set_instance_id("neighbour");
  v1::UpdateConnectionRequest source = Dynamics(kTimeouts[1], kNeighbourDataverse);
  source.mutable_connection()->set_name(instance + "/connections/dynamics365");
  source.mutable_connection()->mutable_dynamics365()->set_authority(kNeighbourEntra);
  Wishes wishes;
  wishes.campaign_url = kNeighbourCampaign;
  v1::UpdateConnectionRequest target = Campaign(kTimeouts[1], wishes);
  target.mutable_connection()->set_name(instance + "/connections/campaign");
  target.mutable_connection()->mutable_campaign()->set_ims_url(kNeighbourIms);
  v1::CreateTableMappingRequest mapping;
  mapping.set_parent(kNeighbourName);
  v1::TableMapping& lead = *mapping.mutable_table_mapping();
  lead.set_source_table(kNeighbourTable);
  lead.set_target_resource(kNeighbourResource);
  lead.set_target_key(kKeyField);
  for (const auto& [column, field] : {std::pair(absl::StrCat(kNeighbourTable, "id"), kKeyField), {kNameColumn, kNameField}}) {
    v1::FieldMapping& mapped = *lead.add_fields();
    mapped.set_source_column(column);
    mapped.set_target_field(field);
    mapped.set_target_type(v1::FIELD_TYPE_STRING);
  }
  const auto has = [instance](const char* id) {
    return [name = absl::StrCat(instance, "/connections/", id)](const Definitions& definitions) { return definitions.FindConnection(name) != nullptr; };
  };
  return {{[instance](const Definitions& definitions) { return definitions.FindInstance(instance) != nullptr; },
           [made, partitions](const Editor& editor) { return editor.Create(made, partitions); }},
          {has("dynamics365"), Updating(source)},
          {has("campaign"), Updating(target)},
          {[](const Definitions& definitions) { return !definitions.Children(kNeighbourName, "tableMappings").empty(); }, Creating(mapping)}};
}

// After so many edits.
int TimeoutAfter(int edits, bool egress) {
  for (int number = edits; number > 0; --number) {
    if (number % 4 == 2 || (egress && number % 4 != 0)) return kTimeouts[number / 4 % std::size(kTimeouts)];
  }
  return kTimeouts[1];
}

const char* WorkflowName(const Plan& plan) { return plan.egress ? kEgressName : kIngressName; }

void ChooseEvents(v1::EgressSettings& egress) {
  egress.set_journal_url(kJournalUrl);
  egress.set_start_from(v1::EgressSettings::START_FROM_OLDEST);
  egress.set_sends(true);
  egress.set_opens(true);
  egress.set_clicks(true);
  egress.set_bounces(true);
}

v1::UpdateWorkflowRequest Settings(const Plan& plan, int page_size) {
  v1::UpdateWorkflowRequest request;
  request.mutable_workflow()->set_name(WorkflowName(plan));
  v1::WorkflowSettings& settings = *request.mutable_workflow()->mutable_settings();
  const int64_t poll = absl::ToInt64Nanoseconds(plan.poll_interval);
  settings.mutable_poll_interval()->set_seconds(poll / 1'000'000'000);
  settings.mutable_poll_interval()->set_nanos(static_cast<int32_t>(poll % 1'000'000'000));
  settings.set_page_size(page_size);
  settings.set_max_dead_letter_percent(100);
  settings.set_dispatch_window(kDispatchWindow);
  settings.set_max_queued_bytes(plan.max_queued_bytes);
  settings.set_max_deletion_percent(plan.max_deletion_percent);
  settings.set_max_deletions(plan.max_deletions);
  settings.mutable_landing_margin()->set_seconds(absl::ToInt64Seconds(plan.landing_margin));
  if (plan.egress) ChooseEvents(*settings.mutable_egress());
  return request;
}

std::vector<SetupStep> Steps(const Plan& plan) {
  const auto connected = [](const char* id) {
    const std::string name = absl::StrCat(kInstanceName, "/connections/", id);
    return [name](const Definitions& definitions) { return definitions.FindConnection(name) != nullptr; };
  };
  const int partitions = plan.partitions;
  std::vector<SetupStep> steps = {
      {[](const Definitions& definitions) { return definitions.FindOrganization(kOrganizationName) != nullptr; },
       Creating(Organization())},
      {[](const Definitions& definitions) { return definitions.FindInstance(kInstanceName) != nullptr; },
       [partitions](const Editor& editor) { return editor.Create(Instance(), partitions); }},
      {connected("dynamics365"), Updating(Dynamics(kTimeouts[1], kDataverseOrigin))},
      {connected("campaign"), Updating(Campaign(kTimeouts[1], Wishes()))},
      {[name = WorkflowName(plan)](const Definitions& definitions) {
         return definitions.FindWorkflow(name)->settings().page_size() > 0;
       },
       Updating(Settings(plan, plan.page_size))},
  };
  if (plan.neighbour_rows > 0) {
    for (SetupStep& step : NeighbourSteps(partitions)) steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace

Setup::Setup(const Plan& plan)
    : type(plan.egress ? v1::WORKFLOW_TYPE_EGRESS : v1::WORKFLOW_TYPE_INGRESS),
      workflow(WorkflowName(plan)),
      partitions(plan.partitions),
      plan(plan),
      steps(Steps(plan)) {}

controller::Controller::MakeEdit Setup::Replay() const {
  v1::ReplayTableMappingRequest request;
  request.set_name(kMappingName);
  return [request](const Editor& editor) { return editor.Replay(request, 0, 0); };
}

std::optional<controller::Controller::MakeEdit> Setup::Unmapped(const Definitions& definitions, const Wishes& wishes) const {
  if (plan.egress) return std::nullopt;
  for (const TablePair& pair : PairsOf(plan.tables)) {
    if (definitions.FindTableMapping(MappingName(pair.table)) != nullptr) continue;
    v1::CreateTableMappingRequest request;
    request.set_parent(kIngressName);
    *request.mutable_table_mapping() = MappingShape(wishes.mapping, plan.names_repeat).Mapping(pair, true);
    return Creating(std::move(request));
  }
  return std::nullopt;
}

controller::Controller::MakeEdit Setup::EditNumber(int number, const Wishes& wishes) const {
  if (number % 4 == 0) return Updating(Settings(plan, 1 + number % 20));
  if (number % 4 == 2 || plan.egress) {
    const int timeout = TimeoutAfter(number, plan.egress);
    return plan.egress ? Updating(Dynamics(timeout, wishes.dynamics_url)) : Updating(Campaign(timeout, wishes));
  }
  if (number % 8 == 5) {
    v1::DeleteTableMappingRequest request;
    request.set_name(kMappingName);
    return [request](const Editor& editor) { return editor.Delete(request); };
  }
  v1::UpdateTableMappingRequest request;
  *request.mutable_table_mapping() = MappingShape(wishes.mapping, plan.names_repeat).Mapping(kPairs[0], number % 8 == 3);
  request.mutable_table_mapping()->set_name(kMappingName);
  return Updating(std::move(request));
}

controller::Controller::MakeEdit Setup::Confirm(const std::string& table, std::map<std::string, v1::HeldDeletions> held) const {
  v1::ConfirmDeletionsRequest request;
  request.set_name(MappingName(table));
  request.set_records(held[table].records());
  return [request, held = std::move(held)](const Editor& editor) { return editor.Confirm(request, held); };
}

std::optional<controller::Controller::MakeEdit> Setup::Missing(const Definitions& definitions, const Wishes& wishes) const {
  if (plan.egress) return std::nullopt;
  for (const TablePair& pair : PairsOf(plan.tables)) {
    const std::string name = MappingName(pair.table);
    const v1::TableMapping* mapping = definitions.FindTableMapping(name);
    if (mapping == nullptr || MappingShape::NumberOf(*mapping) == wishes.mapping) continue;
    v1::UpdateTableMappingRequest request;
    *request.mutable_table_mapping() = MappingShape(wishes.mapping, plan.names_repeat).Mapping(pair, true);
    request.mutable_table_mapping()->set_name(name);
    return Updating(std::move(request));
  }
  const auto connection = [&](const char* id) {
    return definitions.FindConnection(absl::StrCat(kInstanceName, "/connections/", id));
  };
  const auto* campaign = connection("campaign");
  if (campaign != nullptr && (campaign->connection().campaign().tenant() != wishes.tenant || campaign->connection().campaign().url() != wishes.campaign_url))
    return Updating(Campaign(TimeoutAfter(wishes.edits_done, false), wishes));
  const auto* dynamics = connection("dynamics365");
  if (dynamics != nullptr && dynamics->connection().dynamics365().url() != wishes.dynamics_url)
    return Updating(Dynamics(kTimeouts[1], wishes.dynamics_url));
  return std::nullopt;
}

}  // namespace causeway::simulation
