// What the controller does by itself: judging lifecycles, keeping why runs ended, learning how old backlogs are.
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/async/sleep.h"
#include "common/errors/error.h"
#include "services/controller/controller.h"
#include "services/controller/names.h"
#include "services/controller/stored_workflow.h"

namespace causeway::controller {
namespace {

constexpr absl::Duration kJudgeEvery = absl::Milliseconds(250);
constexpr absl::Duration kCommitRetry = absl::Seconds(1);
constexpr absl::Duration kLearnEvery = absl::Seconds(2);
constexpr char kSelf[] = "causeway-controller";

// The oldest gap that a replica reports and that isn't in the audit trail; nullptr: none.
const v1::SourceGap* UnrecordedGap(const Lifecycle& lifecycle, const v1::StoredWorkflow& stored) {
  for (const auto& [name, replica] : lifecycle.replicas()) {
    if (!replica.report.has_value()) continue;
    for (const v1::SourceGap& gap : replica.report->gaps()) {
      const auto recorded = stored.gaps().find(gap.table());
      if (recorded == stored.gaps().end() || recorded->second < gap.number()) return &gap;
    }
  }
  return nullptr;
}

// A table whose held deletions aren't in the audit trail; nullptr: none.
const std::pair<const std::string, v1::HeldDeletions>* UnrecordedHeld(const std::map<std::string, v1::HeldDeletions>& held,
                                                                      const v1::StoredWorkflow& stored) {
  for (const auto& entry : held) {
    const auto recorded = stored.held().find(entry.first);
    if (recorded == stored.held().end() || recorded->second != entry.second.pass()) return &entry;
  }
  return nullptr;
}

Edit GapEdit(const v1::SourceGap& gap, v1::StoredWorkflow stored) {
  const bool restored = gap.code() == errors::kDynamicsRestored.id;
  (*stored.mutable_gaps())[gap.table()] = gap.number();
  if (restored) ++(*stored.mutable_restores())[gap.table()];
  return EditOf(restored ? "restored" : "gap", stored, absl::StrCat(gap.code(), ": ", gap.message()));
}

Edit HeldEdit(const std::string& table, const v1::HeldDeletions& held, v1::StoredWorkflow stored) {
  (*stored.mutable_held())[table] = held.pass();
  return EditOf("hold-deletions", stored, absl::StrCat(errors::kDeletionsHeld.id, ": ", held.reason()));
}

}  // namespace

async::Task<void> Controller::JudgeRegularly() {
  for (;; co_await async::SleepFor(loop_, kJudgeEvery)) Judge();
}

void Controller::Judge() {
  for (auto& [name, lifecycle] : lifecycles_) {
    lifecycle->Judge(loop_.Now());
    NoteStatus(name, *lifecycle);
    NoteReader(name, *lifecycle);
    NoteStalls(name, *lifecycle);
    if (lifecycle->unrecorded_failure().has_value() && !seen_[name].recording_failure) {
      seen_[name].recording_failure = true;
      tasks_.Spawn(RecordFailure(name));
    }
    if (!seen_[name].recording_notices && HasUnrecordedNotice(name)) {
      seen_[name].recording_notices = true;
      tasks_.Spawn(RecordNotices(name));
    }
  }
  fleet_.Tell();
  changed_.Notify();
}

void Controller::NoteStatus(const std::string& name, const Lifecycle& lifecycle) {
  Seen& seen = seen_[name];
  const v1::Workflow::Status status = lifecycle.status(loop_.Now());
  if (status == seen.status) return;
  const v1::Workflow::Status before = std::exchange(seen.status, status);
  seen.since = loop_.WallTime();
  if (before != v1::Workflow::STATUS_UNSPECIFIED) observer_.StatusChanged(before, WorkflowOf(name));
}

void Controller::NoteReader(const std::string& name, const Lifecycle& lifecycle) {
  Seen& seen = seen_[name];
  if (seen.reader == lifecycle.reader()) return;
  seen.reader = lifecycle.reader();
  if (!seen.reader.empty()) observer_.ReaderChosen(name, seen.reader);
}

void Controller::NoteStalls(const std::string& name, const Lifecycle& lifecycle) {
  std::set<std::string> stalled;
  for (const auto& [id, replica] : lifecycle.replicas()) {
    if (!replica.stall.has_value()) continue;
    stalled.insert(id);
    if (!seen_[name].stalled.contains(id)) observer_.LoopStalled(name, id, replica.stall->loop);
  }
  seen_[name].stalled = std::move(stalled);
}

// Why a run ended must outlast this process: otherwise the next controller would start it again. A commit that fails is
// tried again.
async::Task<void> Controller::RecordFailure(std::string workflow) {
  for (;;) {
    const absl::Status recorded = co_await TryToRecordFailure(workflow);
    if (recorded.ok()) break;
    co_await async::SleepFor(loop_, kCommitRetry);
  }
  const auto seen = seen_.find(workflow);
  if (seen != seen_.end()) seen->second.recording_failure = false;
}

// OK too when there is nothing to record any more.
async::Task<absl::Status> Controller::TryToRecordFailure(std::string workflow) {
  const Turns::Turn turn = co_await edits_.Take();
  const auto lifecycle = lifecycles_.find(workflow);
  if (lifecycle == lifecycles_.end() || !lifecycle->second->unrecorded_failure().has_value())
    co_return absl::OkStatus();
  v1::StoredWorkflow stored = *definitions_.FindWorkflow(workflow);
  const v1::Failure failure = *lifecycle->second->unrecorded_failure();
  *stored.mutable_failure() = failure;
  Edit edit = EditOf("fail", stored, absl::StrCat(failure.code(), ": ", failure.message()));
  TellRun(stored, definitions_.TopicsOf(workflow), loop_.WallTime(), edit);
  co_return co_await Commit(std::move(edit), kSelf);
}

bool Controller::HasUnrecordedNotice(const std::string& workflow) const {
  const v1::StoredWorkflow& stored = *definitions_.FindWorkflow(workflow);
  return UnrecordedGap(*lifecycles_.at(workflow), stored) != nullptr || UnrecordedHeld(HeldOf(workflow), stored) != nullptr;
}

// Like failures: replicas tell of a gap or a restore in every report, from what is kept with the reader's position, and deletions are held
// there, until it is in the audit trail.
async::Task<void> Controller::RecordNotices(std::string workflow) {
  for (;;) {
    const absl::Status recorded = co_await TryToRecordNotice(workflow);
    if (absl::IsNotFound(recorded)) break;
    if (!recorded.ok()) co_await async::SleepFor(loop_, kCommitRetry);
  }
  const auto seen = seen_.find(workflow);
  if (seen != seen_.end()) seen->second.recording_notices = false;
}

// NOT_FOUND: there is none left.
async::Task<absl::Status> Controller::TryToRecordNotice(std::string workflow) {
  const Turns::Turn turn = co_await edits_.Take();
  const auto lifecycle = lifecycles_.find(workflow);
  if (lifecycle == lifecycles_.end()) co_return absl::NotFoundError("The workflow is gone.");
  const v1::StoredWorkflow& stored = *definitions_.FindWorkflow(workflow);
  Edit edit;
  const std::map<std::string, v1::HeldDeletions> all_held = HeldOf(workflow);
  if (const v1::SourceGap* gap = UnrecordedGap(*lifecycle->second, stored); gap != nullptr) {
    edit = GapEdit(*gap, stored);
  } else if (const auto* held = UnrecordedHeld(all_held, stored); held != nullptr) {
    edit = HeldEdit(held->first, held->second, stored);
  } else {
    co_return absl::NotFoundError("All are recorded.");
  }
  co_return co_await Commit(std::move(edit), kSelf);
}

async::Task<void> Controller::LearnAgesRegularly() {
  for (;; co_await async::SleepFor(loop_, kLearnEvery)) {
    for (const std::string& name : definitions_.Names("organizations/-/instances/-/workflows/-")) {
      // A deletion may have come while the ones before were asked for.
      if (definitions_.FindWorkflow(name) == nullptr) continue;
      backlog::WorkflowTopics topics = definitions_.TopicsOf(name);
      co_await backlog_.LearnAges(std::move(topics));
    }
  }
}

}  // namespace causeway::controller
