// Controller: definitions and their edits, desired states, leases and roles (design.md "Control"). What it decides is
// durable before anybody hears of it; what runs it knows from the replicas' reports only.
//
// Life: construct; Run, which reads what is kept, then serves until another controller takes over or it is destroyed.
// Calls before ready() are answered CW-API-NOT-READY by the services around it. Loop's thread only.
//
// On a crash right before a commit nothing has happened; right after it, the next controller reads it. A commit that
// fails leaves everything as it was, and its caller is told.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/async/notifier.h"
#include "common/async/scope.h"
#include "common/backlog/broker.h"
#include "common/backlog/topics.h"
#include "common/secrets/keyring.h"
#include "services/controller/backlog_view.h"
#include "services/controller/definitions.h"
#include "services/controller/edits.h"
#include "services/controller/fleet.h"
#include "services/controller/journal.h"
#include "services/controller/lifecycle.h"
#include "services/controller/observer.h"
#include "services/controller/retirement.h"
#include "services/controller/turns.h"

namespace causeway::controller {

struct ControllerOptions {
  backlog::TopicSettings topics;
  Limits limits;
  RetiredTopics retired_topics = RetiredTopics::kDelete;
};

class Controller {
 public:
  // All references outlive it. `incarnation` differs for every process.
  Controller(async::Loop& loop, backlog::Broker& broker, secrets::Keyring keyring, ControllerOptions options,
             std::string incarnation, Observer& observer);

  // ABORTED: another controller has taken over. Otherwise an error that trying again doesn't mend.
  async::Task<absl::Status> Run();
  bool ready() const { return ready_; }
  // OK, or CW-API-NOT-READY, which says why.
  absl::Status CheckReady() const;

  // One mutation, made durable before it returns; edits wait for each other. `actor`: who asked, as far as known.
  using MakeEdit = std::function<absl::StatusOr<Edit>(const Editor&)>;
  async::Task<absl::Status> Apply(MakeEdit make, std::string actor);
  // The etag may be empty.
  async::Task<absl::Status> Start(std::string workflow, std::string etag, std::string actor);
  async::Task<absl::Status> Stop(std::string workflow, std::string etag, std::string actor);
  // Has the workflow's queue, positions and index begin anew; FAILED_PRECONDITION while anything of it may run. What it costs.
  async::Task<absl::StatusOr<v1::ResetWorkflowResponse>> Reset(v1::ResetWorkflowRequest request, std::string actor);
  async::Task<absl::Status> DeleteInstance(v1::DeleteInstanceRequest request, std::string actor);

  const Definitions& definitions() const { return definitions_; }
  const ControllerOptions& options() const { return options_; }
  // As the installation's topics are; once it is ready.
  backlog::TopicSettings topic_settings() const {
    backlog::TopicSettings settings = options_.topics;
    settings.checkpoints_partitions = journal_.checkpoints_partitions();
    return settings;
  }
  // As it is now, with backlog; the workflow exists.
  v1::Workflow WorkflowOf(const std::string& name) const;
  // Its status alone.
  v1::Workflow::Status StatusOf(const std::string& name) const { return lifecycles_.at(name)->status(loop_.Now()); }
  // How much a replay would have to do with: records queued of the workflow, rows of the source table as far as known.
  int64_t QueuedOf(const std::string& workflow) const {
    return backlog_.BacklogOf(definitions_.TopicsOf(workflow), std::nullopt).records();
  }
  int64_t RowsOf(const std::string& workflow, const std::string& table) const {
    return backlog_.RowsOf(definitions_.TopicsOf(workflow), table);
  }
  // Deletions of the workflow's tables that wait for a person's word, by source table.
  std::map<std::string, v1::HeldDeletions> HeldOf(const std::string& workflow) const {
    return backlog_.HeldOf(definitions_.TopicsOf(workflow));
  }
  // Since when backlogs can't be read; nothing: they can.
  std::optional<absl::Time> backlog_away_since() const { return backlog_.away_since(); }
  Fleet& fleet() { return fleet_; }

  // Notified whenever a workflow may look different.
  async::Notifier& changed() { return changed_; }

 private:
  async::Task<absl::Status> OpenJournal();
  async::Task<absl::Status> Commit(Edit edit, std::string actor);
  async::Task<absl::Status> MakeTopics(const std::string& workflow);
  async::Task<void> JudgeRegularly();
  async::Task<void> RecordFailure(std::string workflow);
  async::Task<absl::Status> TryToRecordFailure(std::string workflow);
  bool HasUnrecordedNotice(const std::string& workflow) const;
  async::Task<void> RecordNotices(std::string workflow);
  async::Task<absl::Status> TryToRecordNotice(std::string workflow);
  async::Task<void> LearnAgesRegularly();
  async::Task<void> RemoveRetired();
  async::Task<absl::Status> TryToRemove(std::string key);
  async::Task<absl::StatusOr<std::vector<std::string>>> PositionsOf(backlog::WorkflowTopics topics);
  absl::Status CheckAtRest(const std::string& workflow) const;
  void FollowDefinitions();
  void Judge();
  void NoteStatus(const std::string& name, const Lifecycle& lifecycle);
  void NoteReader(const std::string& name, const Lifecycle& lifecycle);
  void NoteStalls(const std::string& name, const Lifecycle& lifecycle);

  // What was seen of a workflow last, to tell what is new.
  struct Seen {
    v1::Workflow::Status status = v1::Workflow::STATUS_UNSPECIFIED;
    absl::Time since;
    std::string reader;
    std::set<std::string> stalled;
    bool recording_failure = false;
    bool recording_notices = false;
  };

  async::Loop& loop_;
  backlog::Broker& broker_;
  const secrets::Keyring keyring_;
  const ControllerOptions options_;
  Observer& observer_;

  Definitions definitions_;
  Lifecycles lifecycles_;
  std::map<std::string, Seen> seen_;
  bool ready_ = false;
  absl::Status cant_open_;  // Why the definitions couldn't be read, if they couldn't the last time.
  // Held while an edit is made: what it is checked against must not change before it is committed.
  Turns edits_;
  async::Notifier changed_;
  Journal journal_;
  Fleet fleet_;
  BacklogView backlog_;
  async::Scope tasks_;
};

}  // namespace causeway::controller
