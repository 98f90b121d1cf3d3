// Mistakes at the seam to the destination.
#include <memory>
#include <string>
#include <utility>

#include "common/async/scope.h"
#include "common/async/sleep.h"
#include "tests/simulation/mutations/mutation.h"

namespace causeway::simulation {
namespace {

class EveryRight final : public engine::DispatchRight {
 public:
  async::Task<absl::Status> Obtain() override { co_return absl::OkStatus(); }
};

class MutatedDestination final : public engine::Destination {
 public:
  MutatedDestination(engine::World& world, std::unique_ptr<engine::Destination> destination, Mistake mistake)
      : world_(world), destination_(std::move(destination)), mistake_(mistake), late_(world.loop) {}

  async::Task<absl::Status> Prepare() override { return destination_->Prepare(); }
  async::Task<absl::StatusOr<engine::ExistingPage>> ListExisting(const std::string& table,
                                                                 const std::string& from) override {
    return destination_->ListExisting(table, from);
  }
  int batch_limit() const override { return destination_->batch_limit(); }
  int concurrency() const override { return destination_->concurrency(); }
  bool paused() const override { return destination_->paused(); }
  bool uses_index() const override { return destination_->uses_index(); }
  absl::Duration request_deadline() const override {
    // Cancels the wait: the engine adds how long the right to dispatch lasts.
    return mistake_ == Mistake::kNoWaitAfterUncleanTakeover ? absl::Seconds(-60) : destination_->request_deadline();
  }

  async::Task<void> WriteAll(std::span<engine::Write> writes, engine::DispatchRight& right) override {
    if (mistake_ == Mistake::kNoLookupAfterTakeover) {
      for (engine::Write& write : writes) write.uncertain = false;
    }
    if (mistake_ == Mistake::kDispatchWithoutRight) {
      co_await destination_->WriteAll(writes, every_right_);
    } else if (mistake_ == Mistake::kCommitBeforeWrite) {
      co_await WriteLater(writes, right);
    } else {
      co_await destination_->WriteAll(writes, right);
    }
  }

 private:
  // Updates of what is known are called done and carried out a little later.
  async::Task<void> WriteLater(std::span<engine::Write> writes, engine::DispatchRight& right) {
    for (engine::Write& write : writes) {
      if (!write.known.has_value() || write.uncertain || write.record->kind() != v1::QueuedRecord::KIND_DELETE) {
        co_await destination_->WriteAll(std::span<engine::Write>(&write, 1), right);
        continue;
      }
      late_.Spawn(Delete(write.known, *write.record));
      write.outcome = engine::Outcome::kDeleted;
    }
  }
  async::Task<void> Delete(std::optional<v1::IndexEntry> known, v1::QueuedRecord record) {
    co_await async::SleepFor(world_.loop, absl::Milliseconds(500));
    engine::Write write;
    write.known = std::move(known);
    do {
      write.record = &record;
      write.status = absl::OkStatus();
      co_await destination_->WriteAll(std::span<engine::Write>(&write, 1), every_right_);
      if (write.status.ok()) co_return;
      co_await async::SleepFor(world_.loop, absl::Seconds(1));
    } while (true);
  }

  engine::World& world_;
  std::unique_ptr<engine::Destination> destination_;
  const Mistake mistake_;
  EveryRight every_right_;
  async::Scope late_;
};

class MutatedConnectors final : public engine::Connectors {
 public:
  MutatedConnectors(std::unique_ptr<engine::Connectors> connectors, Mistake mistake)
      : connectors_(std::move(connectors)), mistake_(mistake) {}

  engine::Ends Make(engine::World& world, const v1::Definition& definition) override {
    engine::Ends ends = connectors_->Make(world, definition);
    ends.destination = std::make_unique<MutatedDestination>(world, std::move(ends.destination), mistake_);
    return ends;
  }

 private:
  std::unique_ptr<engine::Connectors> connectors_;
  const Mistake mistake_;
};

}  // namespace

std::unique_ptr<engine::Connectors> Mutation::Wrap(std::unique_ptr<engine::Connectors> connectors) const {
  switch (mistake_) {
    case Mistake::kCommitBeforeWrite:
    case Mistake::kNoWaitAfterUncleanTakeover:
    case Mistake::kNoLookupAfterTakeover:
    case Mistake::kDispatchWithoutRight:
      return std::make_unique<MutatedConnectors>(std::move(connectors), mistake_);
    default:
      return connectors;
  }
}

}  // namespace causeway::simulation
