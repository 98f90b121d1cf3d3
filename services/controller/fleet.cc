#include "services/controller/fleet.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "services/controller/names.h"
#include "services/controller/protos.h"

namespace causeway::controller {
namespace {

// Between two sendings of the same to a replica that doesn't do it: a workflow of an earlier run has to end first, or
// what was sent got lost.
constexpr absl::Duration kRemindAfter = absl::Seconds(1);

// A stream that has brought no report for so long is that of a process that is gone or stands still: reports come at least
// every second.
constexpr absl::Duration kSilentAfter = absl::Seconds(3);
// A process that is refused tries again at least every ten seconds (common/control).
constexpr absl::Duration kRefusalShown = absl::Seconds(30);

const v1::WorkflowReport* FindReport(const v1::ConnectRequest& report, const std::string& workflow) {
  for (const v1::WorkflowReport& candidate : report.workflows()) {
    if (candidate.workflow() == workflow) return &candidate;
  }
  return nullptr;
}

// It does what it was told to.
bool Obeys(const std::optional<v1::WorkflowReport>& report, const Role& role) {
  return report.has_value() && report->run() == role.run && report->restart() >= role.restart;
}

// It doesn't know that it is to stop.
bool GoesOn(const std::optional<v1::WorkflowReport>& report) {
  return report.has_value() && (report->phase() == v1::WorkflowReport::PHASE_STARTING ||
                                report->phase() == v1::WorkflowReport::PHASE_RUNNING);
}

}  // namespace

Fleet::Fleet(async::Loop& loop, Lifecycles& lifecycles, PinnedDefinition pinned_definition, Observer& observer)
    : loop_(loop),
      lifecycles_(lifecycles),
      pinned_definition_(std::move(pinned_definition)),
      observer_(observer),
      // No number that an earlier controller has got to.
      last_number_(absl::ToUnixNanos(loop.WallTime())) {}

int64_t Fleet::Connect(Link link) {
  Stream stream;
  stream.link = std::move(link);
  stream.since = loop_.WallTime();
  streams_.emplace(++last_stream_, std::move(stream));
  return last_stream_;
}

bool Fleet::Introduce(int64_t number, const v1::ConnectRequest& report) {
  Stream& stream = streams_.at(number);
  stream.incarnation = report.incarnation();
  stream.version = report.version();
  stream.type = report.type();
  stream.replica = report.replica();
  for (auto& [other, holder] : streams_) {
    if (other == number || holder.replica != stream.replica || holder.type != stream.type) continue;
    if (holder.incarnation == stream.incarnation) {
      End(other, absl::CancelledError("The process has opened another stream."));
    } else if (loop_.Now() - holder.reported < kSilentAfter) {
      Refuse(number, holder);
      return false;
    } else {
      End(other, errors::Make(errors::kReplicaTaken,
                              absl::StrCat("Nothing was heard of this process for ",
                                           absl::ToInt64Seconds(loop_.Now() - holder.reported), " s, and its name ",
                                           stream.replica, " is now borne by ", Describe(stream), ".")));
    }
    break;  // There is never more than one.
  }
  refusals_.erase({stream.type, stream.replica});
  observer_.ReplicaConnected(stream.replica, std::string(WorkflowId(stream.type)), stream.version);
  return true;
}

std::string Fleet::Describe(const Stream& stream) {
  return absl::StrCat("process ", stream.incarnation, " (version ", stream.version, ", from ", stream.link.peer,
                      ", connected since ", absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", stream.since, absl::UTCTimeZone()), ")");
}

void Fleet::Refuse(int64_t number, const Stream& holder) {
  const Stream& refused = streams_.at(number);
  Refusal& refusal = refusals_[{refused.type, refused.replica}];
  if (refusal.incarnation != refused.incarnation) refusal = {refused.incarnation, "", refused.since, {}};
  refusal.message = absl::StrCat("Two processes bear the name ", refused.replica, ": ", Describe(holder),
                                 " has it; refused is ", Describe(refused), ".");
  refusal.last = loop_.Now();
  const absl::Status why = errors::Make(errors::kReplicaTaken, refusal.message, refused.replica);
  observer_.ReplicaRefused(refused.replica, std::string(WorkflowId(refused.type)), why);
  End(number, why);
}

void Fleet::End(int64_t number, const absl::Status& why) {
  const auto found = streams_.find(number);
  const Link link = std::move(found->second.link);
  streams_.erase(found);
  link.end(why);
}

std::vector<v1::Condition> Fleet::Conditions(v1::WorkflowType type) const {
  std::vector<v1::Condition> conditions;
  for (const auto& [name, refusal] : refusals_) {
    if (name.first != type || loop_.Now() - refusal.last >= kRefusalShown) continue;
    v1::Condition& condition = conditions.emplace_back();
    condition.set_type("ReplicaNameTaken");
    condition.set_code(std::string(errors::kReplicaTaken.id));
    condition.set_message(refusal.message);
    condition.set_replica(name.second);
    *condition.mutable_since() = ToProto(refusal.since);
  }
  return conditions;
}

void Fleet::Report(int64_t number, const v1::ConnectRequest& report) {
  const auto found = streams_.find(number);
  if (found == streams_.end() || report.replica().empty()) return;
  Stream& stream = found->second;
  if (stream.replica.empty() && !Introduce(number, report)) return;
  stream.reported = loop_.Now();
  stream.reported_since = true;
  const bool heard = HasHeard(stream, report);
  for (auto& [name, lifecycle] : lifecycles_) {
    if (lifecycle->type() != stream.type) continue;
    lifecycle->Report(stream.replica, stream.incarnation, FindReport(report, name), loop_.Now());
    if (heard) lifecycle->Heard(stream.replica);
  }
}

// The roles that it has now, not those that it had before they changed.
bool Fleet::HasHeard(const Stream& stream, const v1::ConnectRequest& report) const {
  return stream.told && report.heard() == stream.told_number && RolesOf(stream) == stream.roles;
}

void Fleet::Disconnect(int64_t number) {
  const auto found = streams_.find(number);
  if (found == streams_.end()) return;
  const Stream stream = std::move(found->second);
  streams_.erase(found);
  if (stream.replica.empty()) return;
  observer_.ReplicaDisconnected(stream.replica, std::string(WorkflowId(stream.type)));
  for (auto& [name, lifecycle] : lifecycles_) {
    if (lifecycle->type() == stream.type) lifecycle->Disconnected(stream.replica, loop_.Now());
  }
}

Fleet::Roles Fleet::RolesOf(const Stream& stream) const {
  Roles roles;
  for (const auto& [name, lifecycle] : lifecycles_) {
    if (lifecycle->type() != stream.type) continue;
    const std::optional<Role> role = lifecycle->RoleOf(stream.replica);
    if (role.has_value()) roles[name] = *role;
  }
  return roles;
}

bool Fleet::BearsOut(const Stream& stream) const {
  for (const auto& [name, lifecycle] : lifecycles_) {
    const auto replica = lifecycle->replicas().find(stream.replica);
    if (lifecycle->type() != stream.type || replica == lifecycle->replicas().end()) continue;
    const auto role = stream.roles.find(name);
    const bool runs = role != stream.roles.end() && !role->second.stop;
    const std::optional<v1::WorkflowReport>& report = replica->second.report;
    if (runs ? !Obeys(report, role->second) : GoesOn(report)) return false;
  }
  return true;
}

void Fleet::Tell() {
  for (auto& [number, stream] : streams_) {
    if (stream.replica.empty()) continue;
    Roles roles = RolesOf(stream);
    const bool remind = stream.reported_since && loop_.Now() - stream.told_at >= kRemindAfter && !BearsOut(stream);
    if (stream.told && roles == stream.roles && !remind) continue;
    stream.roles = std::move(roles);
    TellOne(stream);
  }
}

v1::Assignment Fleet::AssignmentOf(Stream& stream, const std::string& workflow, const Role& role) {
  v1::Assignment assignment;
  assignment.set_workflow(workflow);
  assignment.set_run(role.run);
  assignment.set_reader(role.reader);
  assignment.set_stop(role.stop);
  assignment.set_restart(role.restart);
  if (role.stop) return assignment;
  int64_t& defined = stream.defined[workflow];
  if (std::exchange(defined, role.run) != role.run) *assignment.mutable_definition() = pinned_definition_(workflow);
  lifecycles_.at(workflow)->Told(stream.replica);
  return assignment;
}

void Fleet::TellOne(Stream& stream) {
  stream.told = true;
  stream.told_number = ++last_number_;
  stream.told_at = loop_.Now();
  stream.reported_since = false;
  // The replica forgets the definitions of what is no longer in its list.
  std::erase_if(stream.defined, [&](const auto& entry) { return !stream.roles.contains(entry.first); });
  size_t left = stream.roles.size();
  if (left == 0) {
    v1::ConnectResponse nothing;
    nothing.set_number(stream.told_number);
    stream.link.send(std::move(nothing));
  }
  for (const auto& [workflow, role] : stream.roles) {
    v1::ConnectResponse message;
    message.set_number(stream.told_number);
    message.set_partial(--left > 0);
    *message.add_assignments() = AssignmentOf(stream, workflow, role);
    stream.link.send(std::move(message));
  }
}

int Fleet::connected(v1::WorkflowType type) const {
  int count = 0;
  for (const auto& [number, stream] : streams_) count += stream.type == type ? 1 : 0;
  return count;
}

}  // namespace causeway::controller
