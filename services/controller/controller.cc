#include "services/controller/controller.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/async/sleep.h"
#include "common/errors/error.h"
#include "services/controller/api_error.h"
#include "services/controller/names.h"
#include "services/controller/pinned_definition.h"
#include "services/controller/protos.h"
#include "services/controller/startable.h"
#include "services/controller/stored_workflow.h"
#include "services/controller/workflow_view.h"

namespace causeway::controller {
namespace {

constexpr absl::Duration kOpenRetry = absl::Seconds(1);

absl::Status CheckWorkflow(const Definitions& definitions, const std::string& name, const std::string& etag) {
  if (auto status = CheckShape("name", name, kWorkflowShape); !status.ok()) return status;
  const v1::StoredWorkflow* stored = definitions.FindWorkflow(name);
  if (stored == nullptr) {
    return NotFoundError(name, definitions.Children("organizations/-/instances/-", "workflows"));
  }
  return etag.empty() || etag == stored->etag() ? absl::OkStatus() : EtagError(name);
}

}  // namespace

Controller::Controller(async::Loop& loop, backlog::Broker& broker, secrets::Keyring keyring, ControllerOptions options,
                       std::string incarnation, Observer& observer)
    : loop_(loop),
      broker_(broker),
      keyring_(std::move(keyring)),
      options_(std::move(options)),
      observer_(observer),
      edits_(loop),
      changed_(loop),
      journal_(loop, broker, std::move(incarnation)),
      fleet_(
          loop, lifecycles_,
          [this](const std::string& workflow) {
            const v1::StoredWorkflow& stored = *definitions_.FindWorkflow(workflow);
            absl::Status problem;
            v1::Definition definition =
                PinnedDefinitionOf(stored, *definitions_.FindInstance(InstanceOf(workflow)), keyring_, problem);
            if (!problem.ok()) observer_.SecretProblem(workflow, problem);
            return definition;
          },
          observer),
      backlog_(loop, broker, [this] { changed_.Notify(); }),
      tasks_(loop) {}

absl::Status Controller::CheckReady() const {
  if (ready_) return absl::OkStatus();
  std::string message = "The controller is still reading its definitions from Kafka.";
  if (!cant_open_.ok()) absl::StrAppend(&message, " ", cant_open_.message());
  return errors::Make(errors::kApiNotReady, message);
}

async::Task<absl::Status> Controller::Run() {
  absl::Status opened = co_await OpenJournal();
  if (!opened.ok()) co_return opened;
  for (const std::string& name : definitions_.Names("organizations/-/instances/-/workflows/-")) {
    const v1::StoredWorkflow& stored = *definitions_.FindWorkflow(name);
    lifecycles_[name] = std::make_unique<Lifecycle>(name, stored.type(), DesiredOf(stored), loop_.Now(), true);
  }
  ready_ = true;
  observer_.Rebuilt(lifecycles_.size(), definitions_.sequence());
  tasks_.Spawn(backlog_.Follow());
  tasks_.Spawn(JudgeRegularly());
  tasks_.Spawn(LearnAgesRegularly());
  tasks_.Spawn(RemoveRetired());
  const absl::Status replaced = co_await journal_.Follow();
  // Nothing that it would say or decide is true any more.
  ready_ = false;
  tasks_.Clear();
  co_return replaced;
}

async::Task<absl::Status> Controller::OpenJournal() {
  for (;;) {
    Definitions definitions;
    absl::Status opened = co_await journal_.Open(options_.topics, definitions);
    if (opened.ok()) {
      definitions_ = std::move(definitions);
      co_return opened;
    }
    if (opened != cant_open_) observer_.CantOpen(opened);
    cant_open_ = opened;
    if (!errors::IsTransient(opened)) co_return opened;
    co_await async::SleepFor(loop_, kOpenRetry);
  }
}

async::Task<absl::Status> Controller::Commit(Edit edit, std::string actor) {
  if (edit.records.empty() && edit.checkpoints.empty()) co_return absl::OkStatus();
  const int64_t number = definitions_.sequence() + 1;
  edit.records[std::string(kSequenceKey)].emplace().mutable_sequence()->set_number(number);
  edit.audit.set_name(absl::StrCat("auditEntries/", number));
  *edit.audit.mutable_time() = ToProto(loop_.WallTime());
  edit.audit.set_actor(std::move(actor));
  Edit to_append = edit;
  absl::Status committed = co_await journal_.Append(std::move(to_append));
  if (!committed.ok()) co_return committed;
  for (const auto& [key, record] : edit.records) definitions_.Apply(key, record);
  FollowDefinitions();
  observer_.Changed(edit.audit);
  Judge();
  co_return absl::OkStatus();
}

// A lifecycle for each workflow, of its durable facts.
void Controller::FollowDefinitions() {
  for (auto entry = lifecycles_.begin(); entry != lifecycles_.end();) {
    const bool gone = definitions_.FindWorkflow(entry->first) == nullptr;
    if (gone) seen_.erase(entry->first);
    entry = gone ? lifecycles_.erase(entry) : std::next(entry);
  }
  for (const std::string& name : definitions_.Names("organizations/-/instances/-/workflows/-")) {
    const v1::StoredWorkflow& stored = *definitions_.FindWorkflow(name);
    std::unique_ptr<Lifecycle>& lifecycle = lifecycles_[name];
    const Desired desired = DesiredOf(stored);
    if (!lifecycle) {
      lifecycle = std::make_unique<Lifecycle>(name, stored.type(), desired, loop_.Now(), false);
      continue;
    }
    const Desired& present = lifecycle->desired();
    const bool same = present.started == desired.started && present.run == desired.run &&
                      present.pinned_revision == desired.pinned_revision &&
                      present.failure.has_value() == desired.failure.has_value();
    if (!same) lifecycle->Decide(desired, loop_.Now());
  }
}

async::Task<absl::Status> Controller::Apply(MakeEdit make, std::string actor) {
  const Turns::Turn turn = co_await edits_.Take();
  absl::StatusOr<Edit> edit =
      make(Editor(definitions_, keyring_, options_.limits, definitions_.sequence() + 1, loop_.WallTime()));
  if (!edit.ok()) co_return edit.status();
  co_return co_await Commit(*std::move(edit), std::move(actor));
}

async::Task<absl::Status> Controller::DeleteInstance(v1::DeleteInstanceRequest request, std::string actor) {
  const auto make = [this, request](const Editor& editor) -> absl::StatusOr<Edit> {
    absl::StatusOr<Edit> edit = editor.Delete(request);
    if (!edit.ok()) return edit;
    for (const std::string& workflow : definitions_.Children(request.name(), "workflows")) {
      if (absl::Status at_rest = CheckAtRest(workflow); !at_rest.ok()) return at_rest;
      Retire(*definitions_.FindWorkflow(workflow), definitions_.TopicsOf(workflow), true, options_.retired_topics, *edit);
    }
    return edit;
  };
  co_return co_await Apply(make, std::move(actor));
}

// Nothing of it is in flight, and nobody may begin. One that has failed may still be ending in other replicas.
absl::Status Controller::CheckAtRest(const std::string& workflow) const {
  const Lifecycle& lifecycle = *lifecycles_.at(workflow);
  const v1::Workflow::Status status = StatusOf(workflow);
  if (status != v1::Workflow::STATUS_STOPPED && status != v1::Workflow::STATUS_FAILED) {
    return StateError(absl::StrCat("Workflow ", workflow, " is ", StatusName(status), "; stop it first."), workflow);
  }
  if (lifecycle.AtRest(loop_.Now())) return absl::OkStatus();
  return StateError(absl::StrCat("Workflow ", workflow, " is ", StatusName(status),
                                 ", but not every replica has finished what it has in flight; try again in a moment."),
                    workflow);
}

async::Task<absl::StatusOr<v1::ResetWorkflowResponse>> Controller::Reset(v1::ResetWorkflowRequest request,
                                                                         std::string actor) {
  const Turns::Turn turn = co_await edits_.Take();
  const std::string& name = request.name();
  if (auto status = CheckWorkflow(definitions_, name, request.etag()); !status.ok()) co_return status;
  if (absl::Status at_rest = CheckAtRest(name); !at_rest.ok()) co_return at_rest;
  v1::ResetWorkflowResponse response;
  response.set_queued_records(QueuedOf(name));
  for (const std::string& mapping : definitions_.Children(name, "tableMappings")) {
    response.set_rows(response.rows() + RowsOf(name, definitions_.FindTableMapping(mapping)->source_table()));
  }
  if (!request.validate_only()) {
    const v1::StoredWorkflow before = *definitions_.FindWorkflow(name);
    v1::StoredWorkflow stored = before;
    stored.set_generation(before.generation() + 1);
    // Of the positions that are left behind, and so is why they ended.
    stored.clear_gaps();
    stored.clear_failure();
    stored.set_started(false);
    Edit edit = EditOf("reset", stored,
                       absl::StrCat("Generation ", stored.generation(), "; ", response.queued_records(),
                                    " queued records are dropped and read again."));
    Retire(before, definitions_.TopicsOf(name), false, options_.retired_topics, edit);
    absl::Status committed = co_await Commit(std::move(edit), std::move(actor));
    if (!committed.ok()) co_return committed;
  }
  *response.mutable_workflow() = WorkflowOf(name);
  co_return response;
}

async::Task<absl::Status> Controller::Start(std::string workflow, std::string etag, std::string actor) {
  const Turns::Turn turn = co_await edits_.Take();
  if (auto status = CheckWorkflow(definitions_, workflow, etag); !status.ok()) co_return status;
  v1::StoredWorkflow stored = *definitions_.FindWorkflow(workflow);
  absl::StatusOr<Desired> desired = lifecycles_.at(workflow)->Start(stored.revision(), loop_.Now());
  if (!desired.ok()) co_return desired.status();
  v1::StoredDefinition snapshot = definitions_.Snapshot(stored);
  const std::vector<Violation> reasons = ReasonsNotToStart(stored.type(), snapshot);
  if (!reasons.empty()) co_return NothingToDoError(workflow, reasons);
  absl::Status made = co_await MakeTopics(workflow);
  if (!made.ok()) co_return made;
  const backlog::WorkflowTopics topics = definitions_.TopicsOf(workflow);
  // Where definitions were restored from a backup, replicas and positions know of later runs than they do.
  desired->run = std::max(desired->run, backlog_.RunOf(topics) + 1);
  Store(*desired, stored);
  *stored.mutable_pinned() = std::move(snapshot);
  Edit edit = EditOf("start", stored, absl::StrCat("Revision ", stored.revision(), ", run ", stored.run(), "."));
  TellRun(stored, topics, loop_.WallTime(), edit);
  co_return co_await Commit(std::move(edit), std::move(actor));
}

async::Task<absl::Status> Controller::Stop(std::string workflow, std::string etag, std::string actor) {
  const Turns::Turn turn = co_await edits_.Take();
  if (auto status = CheckWorkflow(definitions_, workflow, etag); !status.ok()) co_return status;
  v1::StoredWorkflow stored = *definitions_.FindWorkflow(workflow);
  absl::StatusOr<Desired> desired = lifecycles_.at(workflow)->Stop(loop_.Now());
  if (!desired.ok()) co_return desired.status();
  Store(*desired, stored);
  Edit edit = EditOf("stop", stored, absl::StrCat("Run ", stored.run(), "."));
  TellRun(stored, definitions_.TopicsOf(workflow), loop_.WallTime(), edit);
  co_return co_await Commit(std::move(edit), std::move(actor));
}

// Before its first record: replicas join the group of a topic that is there, with the settings that it must have.
async::Task<absl::Status> Controller::MakeTopics(const std::string& workflow) {
  backlog::TopicSettings settings = options_.topics;
  settings.partitions = definitions_.FindInstance(InstanceOf(workflow))->partitions();
  std::vector<backlog::TopicSpec> topics = backlog::WorkflowTopicSpecs(definitions_.TopicsOf(workflow), settings);
  absl::Status made = co_await broker_.CreateTopics(std::move(topics));
  if (made.ok()) co_return made;
  observer_.TopicProblem(workflow, made);
  if (errors::HasDetail(made)) co_return made;
  if (absl::IsUnavailable(made)) {
    co_return errors::Make(errors::kBrokerAway, absl::StrCat("The workflow's topics can't be made: ", made.message()));
  }
  co_return errors::Make(errors::kBacklogTopic, made.message(), workflow);
}

v1::Workflow Controller::WorkflowOf(const std::string& name) const {
  const Lifecycle& lifecycle = *lifecycles_.at(name);
  v1::Workflow workflow = ViewOf(*definitions_.FindWorkflow(name), lifecycle, loop_.Now(), loop_.WallTime());
  for (v1::Condition& condition : fleet_.Conditions(workflow.type())) *workflow.add_conditions() = std::move(condition);
  *workflow.mutable_backlog() = backlog_.BacklogOf(definitions_.TopicsOf(name), OldestReported(lifecycle));
  for (v1::TableTotals& totals : backlog_.TotalsOf(definitions_.TopicsOf(name))) *workflow.add_totals() = std::move(totals);
  // A change that supervision hasn't noted yet is of this moment.
  const auto seen = seen_.find(name);
  const bool noted = seen != seen_.end() && seen->second.status == workflow.status();
  *workflow.mutable_status_time() = ToProto(noted ? seen->second.since : loop_.WallTime());
  return workflow;
}

}  // namespace causeway::controller
