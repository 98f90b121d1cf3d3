#include "tests/simulation/plain_controller.h"

#include "absl/strings/str_cat.h"
#include "common/async/sleep.h"

namespace causeway::simulation {
namespace {

constexpr absl::Duration kLease = absl::Seconds(10);

}  // namespace

PlainController::PlainController(Process& process, ControlModel& control, Desired& desired)
    : process_(process),
      loop_(process.loop()),
      control_(control),
      desired_(desired),
      began_(loop_.Now()),
      tasks_(process.loop()) {
  control_.Listen(process, [this](int from, const v1::ConnectRequest& request) { OnReport(from, request); });
  tasks_.Spawn(Watch());
}

void PlainController::Start() {
  if (desired_.started) return;
  desired_.started = true;
  desired_.pinned = desired_.latest;
  ++desired_.run;
  for (auto& [name, replica] : replicas_) Assign(replica);
}

void PlainController::Stop() {
  desired_.started = false;
  for (auto& [name, replica] : replicas_) Assign(replica);
}

void PlainController::Lease::Renew(int64_t now_turns, Instant now) {
  if (now_turns == turns) return;  // Fewer: its loops were begun anew.
  turns = now_turns;
  renewed = now;
}

void PlainController::OnReport(int from, const v1::ConnectRequest& request) {
  Replica& replica = replicas_[request.replica()];
  if (replica.incarnation != request.incarnation()) {
    replica = Replica();
    replica.incarnation = request.incarnation();
    replica.started = loop_.Now();
  }
  replica.party = from;
  replica.reported = loop_.Now();
  replica.has_workflow = request.workflows_size() > 0;
  const bool another_run = replica.has_workflow && request.workflows(0).run() != replica.report.run();
  if (another_run) replica.read = replica.write = Lease();
  if (replica.has_workflow) {
    replica.report = request.workflows(0);
    replica.read.Renew(replica.report.read_turns(), loop_.Now());
    replica.write.Renew(replica.report.write_turns(), loop_.Now());
    if (replica.report.phase() == v1::WorkflowReport::PHASE_FAILED && replica.report.run() == desired_.run) {
      failed_run_ = desired_.run;
      failure_ = absl::StrCat(replica.report.failure().code(), ": ", replica.report.failure().message());
    }
  }
  Assign(replica);
}

void PlainController::Assign(Replica& replica) {
  v1::ConnectResponse response;
  const bool run = desired_.started && failed_run_ != desired_.run;
  if (run || replica.has_workflow) {
    v1::Assignment& assignment = *response.add_assignments();
    assignment.set_workflow(desired_.latest.workflow());
    assignment.set_run(desired_.run);
    *assignment.mutable_definition() = desired_.pinned;
    const auto reader = replicas_.find(reader_);
    assignment.set_reader(reader != replicas_.end() && &reader->second == &replica);
    assignment.set_stop(!run);
    assignment.set_restart(replica.restart);
  }
  // Again after a while: a message may be lost.
  std::string text = response.SerializeAsString();
  if (text == replica.told && loop_.Now() - replica.told_at < absl::Seconds(1)) return;
  replica.told = std::move(text);
  replica.told_at = loop_.Now();
  control_.Assign(process_, replica.party, std::move(response));
}

async::Task<void> PlainController::Watch() {
  for (;;) {
    co_await async::SleepFor(loop_, absl::Milliseconds(500));
    Judge();
  }
}

// Who reads, who hangs.
void PlainController::Judge() {
  const Instant now = loop_.Now();
  for (auto& [name, replica] : replicas_) {
    if (!Runs(replica) || now - replica.reported > kLease || now - replica.started < kLease) continue;
    const bool reads = name == reader_ && now - reader_since_ > kLease;
    const bool hangs = now - replica.write.renewed > kLease || (reads && now - replica.read.renewed > kLease);
    if (!hangs) continue;
    ++replica.restart;
    replica.started = now;
  }
  // After its own start it doesn't know yet who reads.
  if (now - began_ < absl::Seconds(2)) return;
  const auto reader = replicas_.find(reader_);
  const bool reads = reader != replicas_.end() &&
                     (now - reader->second.read.renewed < kLease || now - reader_since_ < kLease) &&
                     now - reader->second.reported < kLease;
  if (reads) return;
  for (auto& [name, replica] : replicas_) {
    if (now - replica.reported > absl::Seconds(2) || name == reader_) continue;
    reader_ = name;
    reader_since_ = now;
    return;
  }
  reader_since_ = now;  // Nobody else: another try.
}

bool PlainController::Runs(const Replica& replica) const {
  return replica.has_workflow && replica.report.run() == desired_.run &&
         replica.report.phase() == v1::WorkflowReport::PHASE_RUNNING;
}

bool PlainController::Hears(int party) const {
  for (const auto& [name, replica] : replicas_) {
    if (replica.party == party && loop_.Now() - replica.reported < absl::Seconds(2)) return true;
  }
  return false;
}

PlainController::Status PlainController::status() const {
  const Instant now = loop_.Now();
  if (desired_.started && failed_run_ == desired_.run) return Status::kFailed;
  bool anything = false, writes = false, reads = false;
  for (const auto& [name, replica] : replicas_) {
    if (now - replica.reported > kLease) continue;
    anything = anything || (replica.has_workflow && replica.report.phase() != v1::WorkflowReport::PHASE_STOPPED &&
                            replica.report.phase() != v1::WorkflowReport::PHASE_FAILED);
    writes = writes || (Runs(replica) && now - replica.write.renewed < kLease);
    reads = reads || (Runs(replica) && replica.report.reader() && now - replica.read.renewed < kLease);
  }
  if (!desired_.started) {
    // Replicas that haven't reported yet, or are cut off, may still write.
    const bool known = now - began_ > kLease;
    return known && !anything ? Status::kStopped : Status::kStarting;
  }
  return writes && reads ? Status::kRunning : Status::kStarting;
}

}  // namespace causeway::simulation
