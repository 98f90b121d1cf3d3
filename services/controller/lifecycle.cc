#include "services/controller/lifecycle.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "services/controller/api_error.h"
#include "services/controller/names.h"
#include "services/controller/protos.h"

namespace causeway::controller {
namespace {

using Status = v1::Workflow;
using Phase = v1::WorkflowReport;

constexpr char kReadLoop[] = "read";
constexpr char kWriteLoop[] = "write";

bool Ended(const v1::WorkflowReport& report) {
  return report.phase() == Phase::PHASE_STOPPED || report.phase() == Phase::PHASE_FAILED;
}

int64_t Seconds(absl::Duration duration) { return absl::ToInt64Seconds(duration); }

v1::Condition Own(const char* type, const errors::Code* code, std::string message, absl::Time since) {
  v1::Condition condition;
  condition.set_type(type);
  if (code != nullptr) condition.set_code(std::string(code->id));
  condition.set_message(std::move(message));
  *condition.mutable_since() = ToProto(since);
  return condition;
}

}  // namespace

Lifecycle::Lifecycle(std::string name, v1::WorkflowType type, Desired desired, async::Instant now, bool resumed)
    : name_(std::move(name)),
      type_(type),
      desired_(std::move(desired)),
      decided_(now),
      adopt_until_(resumed ? now + kReconnectTime : now),
      // One that was never started has nobody to wait for.
      resumed_(resumed && desired_.pinned_revision > 0),
      ended_(resumed_ ? now : -absl::InfiniteDuration()),
      loop_restarts_{{kReadLoop, 0}, {kWriteLoop, 0}} {}

const std::optional<v1::Failure>& Lifecycle::failure() const {
  return desired_.failure.has_value() ? desired_.failure : reported_failure_;
}

absl::StatusOr<Desired> Lifecycle::Start(int64_t revision, async::Instant now) const {
  const v1::Workflow::Status present = status(now);
  if (present != Status::STATUS_STOPPED && present != Status::STATUS_FAILED) {
    const bool stopping = !desired_.started;
    return StateError(
        stopping ? absl::StrCat("Workflow ", name_, " is still stopping; it can be started when it is STOPPED.")
                 : absl::StrCat("Workflow ", name_, " is ", StatusName(present),
                                "; only one that is STOPPED or FAILED can be started."),
        name_);
  }
  return Desired{.started = true, .run = desired_.run + 1, .pinned_revision = revision, .failure = std::nullopt};
}

absl::StatusOr<Desired> Lifecycle::Stop(async::Instant now) const {
  if (!Wanted()) {
    const v1::Workflow::Status present = status(now);
    const bool stopping = present == Status::STATUS_STARTING || present == Status::STATUS_RUNNING;
    return StateError(stopping ? absl::StrCat("Workflow ", name_, " is stopping already.")
                               : absl::StrCat("Workflow ", name_, " is ", StatusName(present),
                                              "; only one that is RUNNING or STARTING can be stopped."),
                      name_);
  }
  Desired stopped = desired_;
  stopped.started = false;
  return stopped;
}

void Lifecycle::Decide(Desired desired, async::Instant now) {
  if (desired.run != desired_.run) adopt_until_ = now;
  if (desired.run != desired_.run || desired.failure.has_value() || !desired.started) reported_failure_.reset();
  const bool went_on = desired_.started && !desired_.failure.has_value();
  const bool ends = !desired.started || desired.failure.has_value() || desired.run != desired_.run;
  if (went_on && ends) ended_ = now;
  desired_ = std::move(desired);
  decided_ = now;
  Judge(now);
}

void Lifecycle::Report(const std::string& name, const std::string& incarnation, const v1::WorkflowReport* report,
                       async::Instant now) {
  unheard_.erase({name, incarnation});
  Replica& replica = replicas_[name];
  if (replica.incarnation != incarnation) {
    NoteUnheard(name, replica);
    replica = Replica{};
    replica.incarnation = incarnation;
    replica.loops_since = now;
  }
  replica.reported = now;
  replica.disconnected.reset();
  if (report == nullptr) {
    replica.report.reset();
    replica.read = replica.write = Lease();
    replica.stall.reset();
    Judge(now);
    return;
  }
  const bool same_loops = replica.report.has_value() && replica.report->run() == report->run() &&
                          replica.report->restart() == report->restart();
  if (!same_loops) replica.read = replica.write = Lease();
  if (!same_loops || replica.report->phase() != report->phase()) replica.loops_since = now;
  replica.report = *report;
  replica.restart = std::max(replica.restart, report->restart());
  replica.read.Observe(report->read_turns(), now);
  replica.write.Observe(report->write_turns(), now);
  if (report->phase() == Phase::PHASE_FAILED && report->run() == desired_.run && Wanted()) {
    reported_failure_ = report->failure();
    reported_failure_->set_replica(name);
  }
  Judge(now);
}

void Lifecycle::Told(const std::string& name) {
  const auto replica = replicas_.find(name);
  if (replica != replicas_.end()) replica->second.may_begin = true;
}

void Lifecycle::Heard(const std::string& name) {
  const auto replica = replicas_.find(name);
  if (replica != replicas_.end() && (HoldsRun(replica->second) || !Wanted())) replica->second.may_begin = false;
}

void Lifecycle::Disconnected(const std::string& name, async::Instant now) {
  const auto replica = replicas_.find(name);
  if (replica != replicas_.end()) replica->second.disconnected = now;
}

void Lifecycle::Judge(async::Instant now) {
  DropAbsent(now);
  const bool of_earlier = UnheardMayWrite(now) || std::any_of(replicas_.begin(), replicas_.end(), [&](const auto& entry) {
                            return MayWriteOn(entry.second, now);
                          });
  held_back_ = of_earlier && std::none_of(replicas_.begin(), replicas_.end(),
                                          [this](const auto& entry) { return HoldsRun(entry.second); });
  for (auto& [name, replica] : replicas_) JudgeLoops(name, replica, now);
  ChooseReader(now);
}

void Lifecycle::DropAbsent(async::Instant now) {
  std::erase_if(replicas_, [this, now](const auto& entry) {
    const Replica& replica = entry.second;
    const bool left = replica.disconnected.has_value() && now - *replica.disconnected >= kReconnectTime;
    const bool gone = left || now - replica.reported >= kLeaseTime;
    if (gone) NoteUnheard(entry.first, replica);
    return gone;
  });
  if (now - ended_ < kRunLapses) return;
  std::erase_if(unheard_, [this](const auto& entry) { return IsOver(entry.second); });
}

void Lifecycle::NoteUnheard(const std::string& name, const Replica& replica) {
  if (!Holds(replica) && !replica.may_begin) return;
  unheard_[{name, replica.incarnation}] = Holds(replica) ? replica.report->run() : desired_.run;
}

bool Lifecycle::IsOver(int64_t run) const { return run < desired_.run || !Wanted(); }

// It may not have heard of the end, whatever it reported last, and is not taken for hanging before its right has lapsed.
bool Lifecycle::MayWriteOn(const Replica& replica, async::Instant now) const {
  return now - ended_ < kRunLapses && Holds(replica) && IsOver(replica.report->run());
}

// For a run that is over.
bool Lifecycle::UnheardMayWrite(async::Instant now) const {
  if (now - ended_ >= kRunLapses) return false;
  return resumed_ ||
         std::any_of(unheard_.begin(), unheard_.end(), [this](const auto& entry) { return IsOver(entry.second); });
}

bool Lifecycle::HoldsRun(const Replica& replica) const {
  return replica.report.has_value() && replica.report->run() == desired_.run;
}

bool Lifecycle::Runs(const Replica& replica) const {
  return Wanted() && HoldsRun(replica) && replica.report->phase() == Phase::PHASE_RUNNING;
}

// It may still have something in flight.
bool Lifecycle::Holds(const Replica& replica) const { return replica.report.has_value() && !Ended(*replica.report); }

// On its own account, as a process does that was told to end.
bool Lifecycle::Leaving(const Replica& replica) const {
  return Wanted() && HoldsRun(replica) &&
         (replica.report->phase() == Phase::PHASE_STOPPING || replica.report->phase() == Phase::PHASE_STOPPED);
}

// A replica reports although its loops don't turn: they are begun anew.
void Lifecycle::JudgeLoops(const std::string& name, Replica& replica, async::Instant now) {
  if (!Runs(replica) && !Leaving(replica)) {
    replica.stall.reset();
    return;
  }
  const bool reads = name == reader_;
  if (replica.write.Live(now) && (!reads || replica.read.Live(now))) replica.stall.reset();

  const async::Instant written = replica.write.RenewedSince(replica.loops_since);
  const async::Instant read = replica.read.RenewedSince(std::max(replica.loops_since, reader_since_));
  const bool read_lapsed = reads && now - read >= kLeaseTime;
  if (now - written < kLeaseTime && !read_lapsed) return;
  const bool of_read = read_lapsed && (now - written < kLeaseTime || read < written);
  if (!replica.stall.has_value())
    replica.stall = Replica::Stall{of_read ? kReadLoop : kWriteLoop, of_read ? read : written};
  ++replica.restart;
  ++loop_restarts_[of_read ? kReadLoop : kWriteLoop];
  replica.loops_since = now;
}

// Sticky: another replica reads only when this one is gone, leaves, or doesn't get its loop to turn while another
// could.
void Lifecycle::ChooseReader(async::Instant now) {
  if (!Wanted()) {
    reader_.clear();
    return;
  }
  const auto current = replicas_.find(reader_);
  int least = 1;
  if (current != replicas_.end() && !Leaving(current->second)) {
    const bool overdue = !current->second.read.Live(now) && now - reader_since_ >= kLeaseTime;
    if (!overdue) return;
    least = 3;
  }
  if (now < adopt_until_) least = 4;
  const std::string* best = nullptr;
  for (const auto& [name, replica] : replicas_) {
    const int rank = name == reader_ ? 0 : ReaderRank(replica, now);
    if (rank < least) continue;
    best = &name;
    least = rank + 1;
  }
  if (best != nullptr) {
    reader_ = *best;
    reader_since_ = now;
  } else if (current == replicas_.end()) {
    reader_.clear();
  }
}

int Lifecycle::ReaderRank(const Replica& replica, async::Instant now) const {
  if (Leaving(replica)) return 0;
  if (replica.stall.has_value()) return 1;
  if (Runs(replica) && replica.report->reader()) return 4;
  return Runs(replica) && replica.write.Live(now) ? 3 : 2;
}

bool Lifecycle::AnyLease(async::Instant now) const {
  return std::any_of(replicas_.begin(), replicas_.end(), [&](const auto& entry) {
    const Replica& replica = entry.second;
    return Holds(replica) && (replica.read.Live(now) || replica.write.Live(now));
  });
}

bool Lifecycle::RunIsLeased(async::Instant now) const {
  const auto reader = replicas_.find(reader_);
  if (reader == replicas_.end() || !Runs(reader->second) || !reader->second.read.Live(now)) return false;
  return std::any_of(replicas_.begin(), replicas_.end(),
                     [&](const auto& entry) { return Runs(entry.second) && entry.second.write.Live(now); });
}

v1::Workflow::Status Lifecycle::status(async::Instant now) const {
  if (failure().has_value()) return Status::STATUS_FAILED;
  if (desired_.started) return RunIsLeased(now) ? Status::STATUS_RUNNING : Status::STATUS_STARTING;
  if (AnyLease(now)) return Status::STATUS_RUNNING;
  if (UnheardMayWrite(now)) return Status::STATUS_STARTING;
  const bool held = std::any_of(replicas_.begin(), replicas_.end(), [&](const auto& entry) {
    const Replica& replica = entry.second;
    return (Holds(replica) && now - replica.loops_since < kLeaseTime) || MayWriteOn(replica, now) || (replica.may_begin && now - decided_ < kLeaseTime);
  });
  return held ? Status::STATUS_STARTING : Status::STATUS_STOPPED;
}

bool Lifecycle::AtRest(async::Instant now) const {
  if (Wanted() || UnheardMayWrite(now)) return false;
  return std::none_of(replicas_.begin(), replicas_.end(), [&](const auto& entry) {
    const Replica& replica = entry.second;
    return Holds(replica) || (replica.may_begin && now - decided_ < kLeaseTime);
  });
}

std::string Lifecycle::WaitingFor(async::Instant now) const {
  if (status(now) != Status::STATUS_STARTING) return "";
  if (!desired_.started) {
    return UnheardMayWrite(now) ? "replicas that can't be heard to notice the stop by themselves" : "the replicas to stop";
  }
  if (held_back_) return "replicas of the run before to end";
  if (replicas_.empty()) {
    if (now < adopt_until_) return "reports of the replicas after the controller's restart";
    return absl::StrCat("no ", WorkflowId(type_), " service is connected");
  }
  // What hangs first, then the reader, without whom nothing runs.
  for (const auto& [name, replica] : replicas_) {
    if (replica.stall.has_value()) return WaitingForReplica(name, replica, now);
  }
  const auto reader = replicas_.find(reader_);
  if (reader != replicas_.end() && !(Runs(reader->second) && reader->second.read.Live(now))) {
    return WaitingForReplica(reader->first, reader->second, now);
  }
  for (const auto& [name, replica] : replicas_) {
    if (!(Runs(replica) && replica.write.Live(now))) return WaitingForReplica(name, replica, now);
  }
  return "the choice of the replica that reads";
}

std::string Lifecycle::WaitingForReplica(const std::string& name, const Replica& replica, async::Instant now) const {
  if (replica.stall.has_value()) {
    return absl::StrCat("the ", replica.stall->loop, " loop of ", name, " hasn't turned for ",
                        Seconds(now - replica.stall->since), " s");
  }
  if (replica.disconnected.has_value()) return absl::StrCat("replica ", name, " to connect again");
  if (!replica.report.has_value()) return absl::StrCat("replica ", name, " to begin");
  if (!HoldsRun(replica)) return absl::StrCat("replica ", name, " to finish what is in flight of an earlier run");
  if (replica.report->phase() == Phase::PHASE_STARTING && !replica.report->waiting_for().empty()) {
    return absl::StrCat("replica ", name, ": ", replica.report->waiting_for());
  }
  if (Leaving(replica)) return absl::StrCat("replica ", name, " leaves; another one to take over");
  return absl::StrCat("the loops of replica ", name, " to turn");
}

std::vector<v1::Condition> Lifecycle::Conditions(async::Instant now, absl::Time wall_time) const {
  std::vector<v1::Condition> conditions;
  const auto since = [&](async::Instant instant) { return wall_time - (now - instant); };
  const v1::Workflow::Status present = status(now);
  if (!desired_.started && present != Status::STATUS_STOPPED) {
    conditions.push_back(
        Own("Stopping", nullptr, "What is in flight is being finished; the rest stays queued.", since(decided_)));
  }
  for (const auto& [name, replica] : replicas_) {
    if (replica.stall.has_value()) {
      const absl::Duration still = now - replica.stall->since;
      conditions.push_back(Own("Stalled", &errors::kStalled,
                               absl::StrCat("The ", replica.stall->loop, " loop of ", name, " hasn't turned for ",
                                            Seconds(still), " s; it is restarted."),
                               since(replica.stall->since)));
    }
    if (!Holds(replica)) continue;
    for (const v1::Condition& condition : replica.report->conditions()) {
      conditions.push_back(condition);
      conditions.back().set_replica(name);
    }
  }
  return conditions;
}

std::optional<Role> Lifecycle::RoleOf(const std::string& name) const {
  const auto found = replicas_.find(name);
  if (found == replicas_.end()) return std::nullopt;
  const Replica& replica = found->second;
  if (Wanted() && !held_back_) return Role{desired_.run, name == reader_, false, replica.restart};
  const bool failure_unrecorded = reported_failure_.has_value() && HoldsRun(replica);
  if (Holds(replica) || failure_unrecorded) return Role{desired_.run, false, true, replica.restart};
  return std::nullopt;
}

}  // namespace causeway::controller
