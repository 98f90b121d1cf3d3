#include "tests/simulation/model/control_model.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace causeway::simulation {

class ControlModel::Link final : public engine::ControlLink {
 public:
  Link(ControlModel& model, Process& replica) : model_(model), loop_(replica.loop()), party_(replica.party()) {
    model_.links_[party_] = this;
  }
  ~Link() override {
    if (model_.links_[party_] == this) model_.links_[party_] = nullptr;
    model_.Close(party_);
  }

  void Send(v1::ConnectRequest report) override { model_.Report(party_, std::move(report)); }
  void OnAssignments(std::function<void(v1::ConnectResponse)> handler) override {
    handler_ = std::make_shared<std::function<void(v1::ConnectResponse)>>(std::move(handler));
  }

  // false: it is of no stream that the replica has.
  bool Deliver(v1::ConnectResponse message) {
    auto list = assignments_.Add(std::move(message));
    if (!list.ok()) return false;
    if (!list->has_value()) return true;
    std::weak_ptr<std::function<void(v1::ConnectResponse)>> handler = handler_;
    loop_.Post([handler, response = **std::move(list)] {
      if (auto alive = handler.lock()) (*alive)(response);
    });
    return true;
  }

 private:
  ControlModel& model_;
  ProcessLoop& loop_;
  const int party_;
  engine::AssignmentList assignments_;
  std::shared_ptr<std::function<void(v1::ConnectResponse)>> handler_;
};

std::unique_ptr<engine::ControlLink> ControlModel::Connect(Process& replica) {
  return std::make_unique<Link>(*this, replica);
}

void ControlModel::Listen(Process& controller, OnReport on_report, OnClosed on_closed) {
  listeners_.insert_or_assign(controller.party(),
                              Listener{&controller, &controller.loop(), std::move(on_report), std::move(on_closed)});
}

ControlModel::Listener* ControlModel::ListenerOf(int replica) {
  std::vector<Listener*> alive;
  for (auto& [party, listener] : listeners_) {
    if (listener.process->alive()) alive.push_back(&listener);
  }
  if (!alive.empty()) return alive[static_cast<size_t>(replica) % alive.size()];
  return listeners_.empty() ? nullptr : &listeners_.begin()->second;
}

void ControlModel::Carry(int from, int to, std::function<void()> deliver, std::function<void()> lost) {
  if (!network_.Reaches(from, to)) return lost();
  Instant& last = last_arrival_[{from, to}];
  last = std::max(last + absl::Nanoseconds(1), simulation_.Now() + network_.Latency());
  simulation_.At(last, [this, from, to, deliver = std::move(deliver), lost = std::move(lost)] {
    network_.Reaches(from, to) ? deliver() : lost();
  });
}

void ControlModel::Report(int from, v1::ConnectRequest report) {
  if (simulation_.tracing()) Say(from, report);
  Listener* listener = ListenerOf(from);
  if (listener == nullptr) return;
  Carry(from, listener->process->party(), [this, listener, from, report = std::move(report)] {
    // To the life that listens when it arrives; its loop drops it if that is over.
    if (broken_.erase(from) > 0) listener->loop->Post([handler = listener->on_closed, from] { handler(from); });
    listener->loop->Post([handler = listener->on_report, from, report] { handler(from, report); });
    if (observer_) observer_(from, report);
  });
}

// The kernel closes a dead process's connection, unless its packets get lost.
void ControlModel::Close(int from) {
  Listener* listener = ListenerOf(from);
  if (listener == nullptr) return;
  Carry(from, listener->process->party(), [listener, from] {
    listener->loop->Post([handler = listener->on_closed, from] { handler(from); });
  });
}

void ControlModel::Say(int from, const v1::ConnectRequest& report) {
  std::string said;
  for (const v1::WorkflowReport& workflow : report.workflows()) {
    absl::StrAppend(&said, " ", v1::WorkflowReport::Phase_Name(workflow.phase()).substr(6), " run ", workflow.run(),
                    " partitions ", absl::StrJoin(workflow.partitions(), ","), workflow.reader() ? " reads" : "");
    for (const v1::Condition& condition : workflow.conditions()) {
      absl::StrAppend(&said, "; ", condition.type(), " ", condition.code(), " ", condition.message());
    }
  }
  if (last_said_[from] == said) return;
  simulation_.Trace(absl::StrCat(network_.name(from), " reports", said));
  last_said_[from] = std::move(said);
}

void ControlModel::Assign(Process& controller, int replica, v1::ConnectResponse response) {
  if (broken_.contains(replica)) return;
  if (assignments_observer_) assignments_observer_(response);
  const auto broken = [this, replica] { broken_.insert(replica); };
  const auto deliver = [this, replica, broken, response = std::move(response)] {
    if (broken_.contains(replica)) return;
    if (Link* link = links_[replica]; link != nullptr && !link->Deliver(response)) broken();
  };
  Carry(controller.party(), replica, deliver, broken);
}

}  // namespace causeway::simulation
