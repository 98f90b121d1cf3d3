// GrpcControlLink: a replica's stream to the controller (control.proto), opened again for ever when it is lost. The lists that come
// in parts are handed on whole.
//
// When the controller refuses the stream because another process bears this replica's name, nothing is assigned to this one any more:
// its handler gets an empty list, so that what it runs is stopped, and the stream is tried again ever more slowly, every ten seconds
// in the end.
//
// Life: construct with the controller's address; it connects by itself; destroy to end it (waits until the stream is gone, some
// milliseconds). Methods and handlers: loop's thread; gRPC's own threads stay inside.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "causeway/v1/control.pb.h"
#include "common/async/loop.h"
#include "common/engine/supervisor.h"

namespace causeway::control {

class GrpcControlLink final : public engine::ControlLink {
 public:
  // `address`: host:port of the controller.
  GrpcControlLink(async::Loop& loop, const std::string& address);
  ~GrpcControlLink() override;

  void Send(v1::ConnectRequest report) override;
  void OnAssignments(std::function<void(v1::ConnectResponse)> handler) override;

  // Whether the stream is open: the controller has answered on it.
  bool connected() const;
  // Why the controller refuses this replica; OK: it doesn't.
  const absl::Status& refusal() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace causeway::control
