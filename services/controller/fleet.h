// Fleet: the replicas of the workflow services that are connected, what they were told, and what they are to be told.
//
// Life: Connect for every stream that is opened; Report for what comes on it; Disconnect when it ends; Tell after
// anything that may have changed a role. Loop's thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "causeway/v1/control.pb.h"
#include "common/async/loop.h"
#include "services/controller/lifecycle.h"
#include "services/controller/observer.h"

namespace causeway::controller {

// By resource name.
using Lifecycles = std::map<std::string, std::unique_ptr<Lifecycle>>;

class Fleet {
 public:
  using Send = std::function<void(v1::ConnectResponse)>;
  // The pinned definition with secrets in clear.
  using PinnedDefinition = std::function<v1::Definition(const std::string& workflow)>;

  Fleet(async::Loop& loop, Lifecycles& lifecycles, PinnedDefinition pinned_definition, Observer& observer);

  // Returns the stream's number.
  int64_t Connect(Send send);
  void Report(int64_t stream, const v1::ConnectRequest& report);
  void Disconnect(int64_t stream);

  // Sends its assignments to every replica whose have changed, and again to one whose report doesn't bear them out.
  void Tell();

  int connected(v1::WorkflowType type) const;

 private:
  using Roles = std::map<std::string, Role>;
  struct Stream {
    Send send;
    std::string replica;  // Empty until the first report.
    std::string incarnation;
    v1::WorkflowType type = v1::WORKFLOW_TYPE_UNSPECIFIED;
    bool told = false;
    bool reported_since = false;
    Roles roles;  // As told.
    async::Instant told_at;
    int64_t told_number = 0;
  };

  void Introduce(int64_t number, const v1::ConnectRequest& report);
  Roles RolesOf(const Stream& stream) const;
  bool BearsOut(const Stream& stream) const;
  bool HasHeard(const Stream& stream, const v1::ConnectRequest& report) const;
  void TellOne(Stream& stream);

  async::Loop& loop_;
  Lifecycles& lifecycles_;
  PinnedDefinition pinned_definition_;
  Observer& observer_;
  std::map<int64_t, Stream> streams_;
  int64_t last_stream_ = 0;
  int64_t last_number_;
};

}  // namespace causeway::controller
