#include "services/controller/workflow_watch.h"

#include <algorithm>
#include <utility>

#include "services/controller/api_error.h"
#include "services/controller/names.h"
#include "services/controller/parent.h"
#include "services/controller/protos.h"

namespace causeway::controller {
namespace {

constexpr char kMethod[] = "WatchWorkflows";
constexpr absl::Duration kDefaultInterval = absl::Seconds(1);
constexpr absl::Duration kMinInterval = absl::Milliseconds(200);
constexpr absl::Duration kMaxInterval = absl::Hours(1);
// Changes closer together are sent as one.
constexpr absl::Duration kGather = absl::Milliseconds(100);

// What says that something happened; ages and rates move by themselves and come with the interval.
std::string ContentOf(v1::Workflow workflow) {
  v1::Backlog& backlog = *workflow.mutable_backlog();
  backlog.clear_oldest_age();
  backlog.clear_observe_time();
  backlog.clear_time_to_drain();
  backlog.clear_queued_per_second();
  backlog.clear_finished_per_second();
  for (v1::Replica& replica : *workflow.mutable_replicas()) {
    replica.clear_read_lease_age();
    replica.clear_write_lease_age();
  }
  return workflow.SerializeAsString();
}

}  // namespace

class WorkflowWatch::Ending {
 public:
  explicit Ending(std::shared_ptr<WorkflowWatch> watch) : watch_(std::move(watch)) {}
  ~Ending() {
    watch_->calls_.Count(kMethod, status);
    watch_->Finish(status);
  }
  Ending(const Ending&) = delete;
  Ending& operator=(const Ending&) = delete;

  grpc::Status status = grpc::Status(grpc::StatusCode::UNAVAILABLE, "The controller is stopping.");

 private:
  std::shared_ptr<WorkflowWatch> watch_;
};

grpc::ServerWriteReactor<v1::WatchWorkflowsResponse>* WorkflowWatch::Begin(Calls& calls, Controller& controller,
                                                                           v1::WatchWorkflowsRequest request) {
  std::shared_ptr<WorkflowWatch> watch(new WorkflowWatch(calls, controller, std::move(request)));
  watch->self_ = watch;
  calls.loop().Post([watch] { watch->calls_.handlers().Spawn(Run(watch)); });
  return watch.get();
}

WorkflowWatch::WorkflowWatch(Calls& calls, Controller& controller, v1::WatchWorkflowsRequest request)
    : calls_(calls), controller_(controller), request_(std::move(request)), interval_(kDefaultInterval) {
  if (request_.has_interval()) interval_ = ToDuration(request_.interval());
}

void WorkflowWatch::OnWriteDone(bool ok) { written_->Set(ok); }

void WorkflowWatch::OnCancel() {
  calls_.loop().Post([self = self_] {
    self->cancelled_ = true;
    self->controller_.changed().Notify();
  });
}

void WorkflowWatch::OnDone() {
  // The last reference may go on the loop's thread only, where the handler's is.
  calls_.loop().Post([self = std::move(self_)] {});
}

async::Task<void> WorkflowWatch::Run(std::shared_ptr<WorkflowWatch> self) {
  Ending ending(self);
  const absl::Status served = co_await self->Serve();
  ending.status = ToGrpcStatus(served);
}

absl::Status WorkflowWatch::Check() const {
  if (auto status = controller_.CheckReady(); !status.ok()) return status;
  if (interval_ < kMinInterval || interval_ > kMaxInterval) {
    return InvalidError({{"interval", "It must be 0.2 s to 1 h."}});
  }
  return CheckWatched();
}

// A workflow may be deleted while it is watched.
absl::Status WorkflowWatch::CheckWatched() const {
  const bool one = HasShape(request_.parent(), kWorkflowShape);
  return CheckParent(controller_.definitions(), request_.parent(), one ? kWorkflowShape : kInstanceShape);
}

std::vector<std::string> WorkflowWatch::Names() const {
  const bool one = HasShape(request_.parent(), kWorkflowShape);
  return controller_.definitions().Names(one ? request_.parent() : Child(request_.parent(), "workflows", "-"));
}

bool WorkflowWatch::IsDue(const v1::Workflow& workflow) const {
  const auto sent = sent_.find(workflow.name());
  if (sent == sent_.end()) return true;
  return calls_.loop().Now() - sent->second.at >= interval_ || sent->second.content != ContentOf(workflow);
}

async::Task<absl::Status> WorkflowWatch::Serve() {
  if (absl::Status checked = Check(); !checked.ok()) co_return checked;
  async::Loop& loop = calls_.loop();
  for (;;) {
    async::Instant next = loop.Now() + interval_;
    for (const std::string& name : Names()) {
      if (cancelled_) co_return absl::CancelledError("The client left.");
      // It may have been deleted while an earlier one was being written.
      if (controller_.definitions().FindWorkflow(name) == nullptr) continue;
      v1::Workflow workflow = controller_.WorkflowOf(name);
      if (IsDue(workflow)) {
        const bool written = co_await Write(std::move(workflow));
        if (!written) co_return absl::CancelledError("The client left.");
      }
      next = std::min(next, sent_[name].at + interval_);
    }
    if (cancelled_) co_return absl::CancelledError("The client left.");
    if (auto status = controller_.CheckReady(); !status.ok()) co_return status;
    if (auto status = CheckWatched(); !status.ok()) co_return status;
    const async::Instant gathered = loop.Now() + kGather;
    co_await controller_.changed().WaitUntil(next);
    while (!cancelled_ && loop.Now() < gathered) co_await controller_.changed().WaitUntil(gathered);
  }
}

async::Task<bool> WorkflowWatch::Write(v1::Workflow workflow) {
  sent_[workflow.name()] = {ContentOf(workflow), calls_.loop().Now()};
  *response_.mutable_workflow() = std::move(workflow);
  written_ = std::make_unique<async::OneShot<bool>>(calls_.loop());
  StartWrite(&response_);
  co_return co_await written_->Wait();
}

}  // namespace causeway::controller
