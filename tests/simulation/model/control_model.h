// ControlModel: the stream between the replicas and the controller, over the simulated network. What arrives, arrives in
// order. A report may be lost when the stream breaks. A list of assignments that is lost breaks the stream: the controller
// finds it closed when the replica is heard of again.
//
// Life: construct; Connect gives each life of a replica its engine::ControlLink; the controller's process Listens in
// each of its lives. Where there are two controllers, some replicas have their stream to one and some to the other.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "causeway/v1/control.pb.h"
#include "common/engine/assignment_list.h"
#include "common/engine/supervisor.h"
#include "tests/simulation/network.h"
#include "tests/simulation/process.h"

namespace causeway::simulation {

class ControlModel {
 public:
  // `from`: the replica's party, to which Assign answers.
  using OnReport = std::function<void(int from, const v1::ConnectRequest&)>;
  // The stream of that replica has ended, and the controller was told.
  using OnClosed = std::function<void(int from)>;

  ControlModel(Simulation& simulation, Network& network) : simulation_(simulation), network_(network) {}

  std::unique_ptr<engine::ControlLink> Connect(Process& replica);
  void Listen(Process& controller, OnReport on_report, OnClosed on_closed);
  // Called with every report that arrives at the controller's host.
  void Observe(OnReport observer) { observer_ = std::move(observer); }
  // Called with every list of assignments that the controller sends, whatever becomes of it.
  void ObserveAssignments(std::function<void(const v1::ConnectResponse&)> observer) {
    assignments_observer_ = std::move(observer);
  }
  void Assign(Process& controller, int replica, v1::ConnectResponse response);

 private:
  class Link;
  struct Listener;

  // The controller that a replica has its stream to; nullptr: none was ever there.
  Listener* ListenerOf(int replica);
  void Report(int from, v1::ConnectRequest report);
  void Close(int from);
  // Traces what has changed since the replica's last report.
  void Say(int from, const v1::ConnectRequest& report);
  // Runs `deliver` after the message's way, behind what is under way already; never when the parties are cut off.
  void Carry(int from, int to, std::function<void()> deliver, std::function<void()> lost = [] {});

  Simulation& simulation_;
  Network& network_;
  // The present life of a controller's process.
  struct Listener {
    Process* process;
    ProcessLoop* loop;
    OnReport on_report;
    OnClosed on_closed;
  };
  std::map<int, Listener> listeners_;  // By the controller's party.
  OnReport observer_;
  std::function<void(const v1::ConnectResponse&)> assignments_observer_;
  std::map<int, Link*> links_;
  std::map<std::pair<int, int>, Instant> last_arrival_;
  std::map<int, std::string> last_said_;
  std::set<int> broken_;  // Replicas whose streams broke on the way to them.
};

}  // namespace causeway::simulation
