// Mistakes at the seam to the destination.
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/async/scope.h"
#include "common/async/sleep.h"
#include "tests/simulation/mutations/mutation.h"

namespace causeway::simulation {
namespace {

class EveryRight final : public engine::DispatchRight {
 public:
  async::Task<absl::Status> Obtain() override { co_return absl::OkStatus(); }
  absl::Status Check() const override { return absl::OkStatus(); }
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
  uint64_t Address(const std::string& table) const override { return destination_->Address(table); }
  uint64_t Kin(const std::string& table) const override { return destination_->Kin(table); }
  async::Task<absl::StatusOr<bool>> Holds(const std::string& table, const std::string& source_id,
                                          const std::string& destination_key) override {
    return destination_->Holds(table, source_id, destination_key);
  }
  bool Deletes(const std::string& table) const override { return destination_->Deletes(table); }
  bool MayBeOutage(const absl::Status& error) const override { return destination_->MayBeOutage(error); }
  int batch_limit() const override { return destination_->batch_limit(); }
  int concurrency() const override { return destination_->concurrency(); }
  bool paused() const override { return destination_->paused(); }
  bool uses_index() const override { return destination_->uses_index(); }
  bool lands_harmlessly() const override { return destination_->lands_harmlessly(); }
  absl::Duration request_deadline() const override {
    // Before it has written anything, only a takeover asks.
    const bool no_wait = mistake_ == Mistake::kNoWaitAfterUncleanTakeover && !has_written_;
    return no_wait ? absl::ZeroDuration() : destination_->request_deadline();
  }

  async::Task<void> WriteAll(std::span<engine::Write> writes, engine::DispatchRight& right) override {
    has_written_ = true;
    if (mistake_ == Mistake::kLookUpAlways) {
      for (engine::Write& write : writes) write.uncertain = true;
    }
    if (mistake_ == Mistake::kNoLookupAfterTakeover) {
      co_await WriteTrusting(writes, right);
    } else if (mistake_ == Mistake::kDispatchWithoutRight) {
      co_await destination_->WriteAll(writes, every_right_);
    } else if (mistake_ == Mistake::kCommitBeforeWrite) {
      co_await WriteLater(writes, right);
    } else if (mistake_ == Mistake::kReplayTrustsIndex) {
      co_await WriteChangesOnly(writes, right);
    } else {
      co_await destination_->WriteAll(writes, right);
    }
  }

 private:
  static std::string KeyOf(const engine::Write& write) {
    return absl::StrCat(write.record->table(), "/", write.record->source_id());
  }

  // What is uncertain for another reason than an attempt of its own that failed is taken for certain.
  async::Task<void> WriteTrusting(std::span<engine::Write> writes, engine::DispatchRight& right) {
    for (engine::Write& write : writes) write.uncertain = write.uncertain && failed_.contains(KeyOf(write));
    co_await destination_->WriteAll(writes, right);
    for (engine::Write& write : writes) {
      if (!write.status.ok()) failed_.insert(KeyOf(write));
    }
  }

  // Nothing is part of a replay.
  async::Task<void> WriteChangesOnly(std::span<engine::Write> writes, engine::DispatchRight& right) {
    std::vector<v1::QueuedRecord> records;
    records.reserve(writes.size());
    for (engine::Write& write : writes) {
      records.push_back(*write.record);
      records.back().clear_replay_pass();
      write.record = &records.back();
    }
    co_await destination_->WriteAll(writes, right);
  }

  // Writes of what is known are called done and carried out a little later.
  async::Task<void> WriteLater(std::span<engine::Write> writes, engine::DispatchRight& right) {
    for (engine::Write& write : writes) {
      if (!write.known.has_value() || write.uncertain) {
        co_await destination_->WriteAll(std::span<engine::Write>(&write, 1), right);
        continue;
      }
      late_.Spawn(CarryOut(write.known, *write.record));
      write.outcome = engine::Outcome::kDeleted;
      if (write.record->kind() == v1::QueuedRecord::KIND_DELETE) continue;
      write.outcome = engine::Outcome::kUpdated;
      write.entry = write.known;
      write.entry->set_version(write.record->version());
    }
  }
  async::Task<void> CarryOut(std::optional<v1::IndexEntry> known, v1::QueuedRecord record) {
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
  bool has_written_ = false;
  std::set<std::string> failed_;
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
    case Mistake::kLookUpAlways:
    case Mistake::kReplayTrustsIndex:
      return std::make_unique<MutatedConnectors>(std::move(connectors), mistake_);
    default:
      return connectors;
  }
}

}  // namespace causeway::simulation
