// Fleet: the replicas of the workflow services that are connected, what they were told, and what they are to be told.
//
// A name is one process's. While its stream lives and reports, another process that says that it bears the name is refused:
// it would be told what the first one does, and the first one nothing any more. A stream that fell silent, or that its own
// process has replaced, is ended and told why.
//
// Life: Connect for every stream that is opened; Report for what comes on it; Disconnect when it ends; Tell after
// anything that may have changed a role. Loop's thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "causeway/v1/control.pb.h"
#include "common/async/loop.h"
#include "services/controller/lifecycle.h"
#include "services/controller/observer.h"

namespace causeway::controller {

// By resource name.
using Lifecycles = std::map<std::string, std::unique_ptr<Lifecycle>>;

class Fleet {
 public:
  // The way to a replica.
  struct Link {
    std::string peer;  // Its address.
    std::function<void(v1::ConnectResponse)> send;
    // Ends the stream and says why. The fleet has forgotten it then.
    std::function<void(const absl::Status&)> end;
  };
  // The pinned definition with secrets in clear.
  using PinnedDefinition = std::function<v1::Definition(const std::string& workflow)>;

  Fleet(async::Loop& loop, Lifecycles& lifecycles, PinnedDefinition pinned_definition, Observer& observer);

  // Returns the stream's number.
  int64_t Connect(Link link);
  // May end this stream or another one.
  void Report(int64_t stream, const v1::ConnectRequest& report);
  void Disconnect(int64_t stream);

  // Sends its assignments to every replica whose have changed, and again to one whose report doesn't bear them out: a
  // message an assignment, so that none becomes too large (control.proto).
  void Tell();

  // What a person should know of the names of that type's replicas: which two processes bear the same.
  std::vector<v1::Condition> Conditions(v1::WorkflowType type) const;

  int connected(v1::WorkflowType type) const;

 private:
  using Roles = std::map<std::string, Role>;
  struct Stream {
    Link link;
    std::string replica;  // Empty until the first report.
    std::string incarnation;
    std::string version;
    v1::WorkflowType type = v1::WORKFLOW_TYPE_UNSPECIFIED;
    absl::Time since;
    async::Instant reported;
    bool told = false;
    bool reported_since = false;
    Roles roles;  // As told.
    async::Instant told_at;
    int64_t told_number = 0;
    std::map<std::string, int64_t> defined;  // Workflow → the run whose definition was sent.
  };
  using ReplicaName = std::pair<v1::WorkflowType, std::string>;
  // A process that is kept out because another one bears its name.
  struct Refusal {
    std::string incarnation;
    std::string message;
    absl::Time since;
    async::Instant last;
  };

  // Whether the name is this stream's now.
  bool Introduce(int64_t number, const v1::ConnectRequest& report);
  void Refuse(int64_t number, const Stream& holder);
  void End(int64_t number, const absl::Status& why);
  static std::string Describe(const Stream& stream);
  Roles RolesOf(const Stream& stream) const;
  bool BearsOut(const Stream& stream) const;
  bool HasHeard(const Stream& stream, const v1::ConnectRequest& report) const;
  void TellOne(Stream& stream);
  v1::Assignment AssignmentOf(Stream& stream, const std::string& workflow, const Role& role);

  async::Loop& loop_;
  Lifecycles& lifecycles_;
  PinnedDefinition pinned_definition_;
  Observer& observer_;
  std::map<int64_t, Stream> streams_;
  std::map<ReplicaName, Refusal> refusals_;
  int64_t last_stream_ = 0;
  int64_t last_number_;
};

}  // namespace causeway::controller
