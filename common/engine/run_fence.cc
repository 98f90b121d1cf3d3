#include "common/engine/run_fence.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/async/sleep.h"
#include "common/errors/error.h"

namespace causeway::engine {
namespace {

constexpr char kWho[] = "run";
// Two looks may fail, or one may take two seconds, before the right is interrupted.
constexpr absl::Duration kLookEvery = absl::Milliseconds(500);

}  // namespace

RunFence::RunFence(World& world, const backlog::WorkflowTopics& topics, int64_t run, RunState& state,
                   std::function<void(absl::Status)> on_over)
    : world_(world),
      topics_(topics),
      run_(run),
      state_(state),
      on_over_(std::move(on_over)),
      changed_(world.loop),
      tasks_(world.loop) {
  tasks_.Spawn(Follow());
}

RunFence::~RunFence() { state_.Clear(kDegraded, kWho); }

async::Task<void> RunFence::Follow() {
  while (!over()) {
    const async::Instant begun = world_.loop.Now();
    const absl::Status looked = co_await Look();
    if (looked.ok()) {
      state_.Clear(kDegraded, kWho);
    } else if (world_.loop.Now() >= looked_ + kRightLasts) {
      const absl::Status away = errors::Make(
          errors::kBrokerAway, absl::StrCat("Whether the run goes on can't be read, so nothing is sent: ", looked.message()));
      state_.Raise(kDegraded, kWho, errors::Describe(away), world_.loop.WallTime());
    }
    changed_.Notify();
    co_await async::SleepUntil(world_.loop, begun + kLookEvery);
  }
}

// A look counts from the beginning of the reading that came to the end: whatever was committed before then has been read.
async::Task<absl::Status> RunFence::Look() {
  if (!log_) {
    auto opened = co_await OpenCheckpoints(world_.broker, topics_);
    if (!opened.ok()) co_return opened.status();
    log_ = std::move(opened->log);
  }
  while (!over()) {
    const async::Instant begun = world_.loop.Now();
    auto batch = co_await log_->Next();
    if (!batch.ok()) {
      // An offset that compaction has passed is found again from the start; what is read twice says the same twice.
      if (absl::IsOutOfRange(batch.status())) log_ = nullptr;
      co_return batch.status();
    }
    for (const backlog::Message& message : batch->messages) Apply(message);
    if (!batch->reached_end) continue;
    looked_ = begun;
    break;
  }
  co_return absl::OkStatus();
}

void RunFence::Apply(const backlog::Message& message) {
  if (message.key == topics_.queued_key() && message.value.has_value()) (void)queued_.ParseFromString(*message.value);
  if (over() || message.key != topics_.run_key()) return;
  if (!message.value.has_value()) return End("The workflow was deleted.");
  v1::RunCheckpoint checkpoint;
  if (checkpoint.ParseFromString(*message.value)) (void)See(checkpoint);
}

absl::Status RunFence::See(const v1::RunCheckpoint& checkpoint) {
  if (checkpoint.run() == run_ && checkpoint.ended()) End(absl::StrCat("Run ", run_, " was ended."));
  return See(checkpoint.run());
}

absl::Status RunFence::See(const Checkpoints& checkpoints) {
  (void)See(checkpoints.run);
  return See(checkpoints.queued.run());
}

absl::Status RunFence::See(int64_t run) {
  if (run > run_) End(absl::StrCat("Run ", run, " has begun; this is run ", run_, "."));
  return reason_;
}

void RunFence::End(std::string why) {
  if (over()) return;
  reason_ = errors::Make(errors::kRunEnded, std::move(why));
  changed_.Notify();
  on_over_(reason_);
}

async::Task<absl::Status> RunFence::Obtain(async::Instant deadline) {
  while (!over() && !Holds()) {
    if (world_.loop.Now() >= deadline) co_return errors::Make(errors::kBrokerAway, "Whether the run goes on can't be read.");
    co_await changed_.WaitUntil(deadline);
  }
  co_return reason_;
}

}  // namespace causeway::engine
