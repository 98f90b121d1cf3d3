#include "services/controller/fleet.h"

#include <utility>

#include "services/controller/names.h"

namespace causeway::controller {
namespace {

// Between two sendings of the same to a replica that doesn't do it: a workflow of an earlier run has to end first, or
// what was sent got lost.
constexpr absl::Duration kRemindAfter = absl::Seconds(1);

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

int64_t Fleet::Connect(Send send) {
  Stream stream;
  stream.send = std::move(send);
  streams_.emplace(++last_stream_, std::move(stream));
  return last_stream_;
}

void Fleet::Introduce(int64_t number, const v1::ConnectRequest& report) {
  Stream& stream = streams_.at(number);
  stream.replica = report.replica();
  stream.incarnation = report.incarnation();
  stream.type = report.type();
  observer_.ReplicaConnected(stream.replica, std::string(WorkflowId(stream.type)), report.version());
  // A replica has one stream: an earlier one is that of a process or a connection that is gone.
  std::erase_if(streams_, [&](const auto& entry) {
    return entry.first != number && entry.second.replica == stream.replica && entry.second.type == stream.type;
  });
}

void Fleet::Report(int64_t number, const v1::ConnectRequest& report) {
  const auto found = streams_.find(number);
  if (found == streams_.end() || report.replica().empty()) return;
  Stream& stream = found->second;
  if (stream.replica.empty()) Introduce(number, report);
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

void Fleet::TellOne(Stream& stream) {
  v1::ConnectResponse response;
  for (const auto& [workflow, role] : stream.roles) {
    v1::Assignment& assignment = *response.add_assignments();
    assignment.set_workflow(workflow);
    assignment.set_run(role.run);
    assignment.set_reader(role.reader);
    assignment.set_stop(role.stop);
    assignment.set_restart(role.restart);
    if (role.stop) continue;
    *assignment.mutable_definition() = pinned_definition_(workflow);
    lifecycles_.at(workflow)->Told(stream.replica);
  }
  response.set_number(++last_number_);
  stream.told = true;
  stream.told_number = last_number_;
  stream.told_at = loop_.Now();
  stream.reported_since = false;
  stream.send(std::move(response));
}

int Fleet::connected(v1::WorkflowType type) const {
  int count = 0;
  for (const auto& [number, stream] : streams_) count += stream.type == type ? 1 : 0;
  return count;
}

}  // namespace causeway::controller
