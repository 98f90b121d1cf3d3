// What the controller does by itself: judging lifecycles, keeping why runs ended, learning how old backlogs are.
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/async/sleep.h"
#include "services/controller/controller.h"
#include "services/controller/names.h"
#include "services/controller/stored_workflow.h"

namespace causeway::controller {
namespace {

constexpr absl::Duration kJudgeEvery = absl::Milliseconds(250);
constexpr absl::Duration kCommitRetry = absl::Seconds(1);
constexpr absl::Duration kLearnEvery = absl::Seconds(2);
constexpr char kSelf[] = "causeway-controller";

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
  co_return co_await Commit(std::move(edit), kSelf);
}

async::Task<void> Controller::LearnAgesRegularly() {
  for (;; co_await async::SleepFor(loop_, kLearnEvery)) {
    for (const std::string& name : definitions_.Names("organizations/-/instances/-/workflows/-")) {
      co_await backlog_.LearnAges(name);
    }
  }
}

}  // namespace causeway::controller
