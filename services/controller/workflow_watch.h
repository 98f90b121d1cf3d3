// WorkflowWatch: one WatchWorkflows stream (W10): the workflows as they are, then each again when it changes and at
// least every interval. What a slow client doesn't take isn't kept: it gets what is true when it takes the next.
//
// Life: Begin on gRPC's thread; it ends itself when the client leaves, the call is wrong, or the service stops.
#pragma once

#include <grpcpp/grpcpp.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "causeway/v1/workflow_service.pb.h"
#include "common/async/notifier.h"
#include "common/async/one_shot.h"
#include "services/controller/calls.h"
#include "services/controller/controller.h"

namespace causeway::controller {

class WorkflowWatch final : public grpc::ServerWriteReactor<v1::WatchWorkflowsResponse> {
 public:
  static grpc::ServerWriteReactor<v1::WatchWorkflowsResponse>* Begin(Calls& calls, Controller& controller,
                                                                     v1::WatchWorkflowsRequest request);

  // gRPC's threads.
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  struct Sent {
    std::string content;  // Without what changes by itself.
    async::Instant at;
  };
  // Finishes the stream when the handler ends, however that is.
  class Ending;

  WorkflowWatch(Calls& calls, Controller& controller, v1::WatchWorkflowsRequest request);

  static async::Task<void> Run(std::shared_ptr<WorkflowWatch> self);
  async::Task<absl::Status> Serve();
  absl::Status Check() const;
  absl::Status CheckWatched() const;
  std::vector<std::string> Names() const;
  bool IsDue(const v1::Workflow& workflow) const;
  async::Task<bool> Write(v1::Workflow workflow);

  Calls& calls_;
  Controller& controller_;
  const v1::WatchWorkflowsRequest request_;
  absl::Duration interval_;
  bool cancelled_ = false;  // Loop's thread.
  std::map<std::string, Sent> sent_;
  v1::WatchWorkflowsResponse response_;  // Being written.
  std::unique_ptr<async::OneShot<bool>> written_;
  // Until OnDone: gRPC may call until then.
  std::shared_ptr<WorkflowWatch> self_;
};

}  // namespace causeway::controller
