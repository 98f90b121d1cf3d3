// QueueTest: replicas that write what the test itself queues, record by record: for what depends on passes, versions and marks that a
// source brings only rarely.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/engine/testing/engine_world.h"

namespace causeway::engine {

class QueueTest : public EngineTest {
 protected:
  explicit QueueTest(int64_t generation = 0) : EngineTest(generation) {}

  static v1::QueuedRecord Record(v1::QueuedRecord::Kind kind, const std::string& id, int64_t pass, int64_t version,
                                 const std::string& value) {
    v1::QueuedRecord record;
    record.set_kind(kind);
    record.set_table(kTable);
    record.set_source_id(id);
    record.set_pass(pass);
    record.set_version(version);
    record.set_row(value);
    record.set_target(1);
    return record;
  }
  static v1::QueuedRecord Row(const std::string& id, int64_t pass, int64_t version, const std::string& value) {
    return Record(v1::QueuedRecord::KIND_UPSERT, id, pass, version, value);
  }
  static v1::QueuedRecord Deletion(const std::string& id, int64_t pass) {
    return Record(v1::QueuedRecord::KIND_DELETE, id, pass, 0, "");
  }
  static v1::QueuedRecord Mark(const std::string& id, int64_t pass) {
    return Record(v1::QueuedRecord::KIND_SEEN, id, pass, 0, "");
  }

  // Into any topic, each in the partition of its key.
  void Write(const std::string& topic, const std::map<std::string, std::string>& values) {
    backlog::Transaction transaction;
    for (const auto& [key, value] : values)
      transaction.messages.push_back({topic, backlog::PartitionOf(key, kPartitions), key, value});
    Await(Commit(*reader_broker_, "somebody", std::move(transaction)));
  }

  // Queues them in one transaction, each in the partition of its key; what has no key, in all.
  void Queue(std::vector<v1::QueuedRecord> records) {
    backlog::Transaction transaction;
    for (v1::QueuedRecord& record : records) {
      const std::string key = backlog::RecordKey(record.table(), record.source_id());
      const bool everywhere = record.source_id().empty();
      for (int32_t partition = 0; partition < kPartitions; ++partition) {
        if (!everywhere && partition != backlog::PartitionOf(key, kPartitions)) continue;
        record.set_ordinal(++queued_[partition]);
        transaction.messages.push_back({topics_.backlog(), partition, key, record.SerializeAsString()});
      }
    }
    v1::QueuedCheckpoint checkpoint;
    for (int32_t partition = 0; partition < kPartitions; ++partition) {
      checkpoint.add_ordinals(queued_[partition]);
      checkpoint.add_bytes(0);
    }
    transaction.messages.push_back(
        {std::string(backlog::kCheckpointsTopic), checkpoints_partition_, topics_.queued_key(), checkpoint.SerializeAsString()});
    Await(Commit(*reader_broker_, topics_.reader_id(), std::move(transaction)));
  }
  void QueuePassEnd(int64_t pass) { Queue({Record(v1::QueuedRecord::KIND_PASS_END, "", pass, 0, "")}); }
  void QueueSweep(int64_t pass) { Queue({Record(v1::QueuedRecord::KIND_SWEEP, "", pass, 0, "")}); }

  // Everything queued is finished.
  bool Finished() { return Backlog() == 0; }
  void Finish() { ASSERT_TRUE(RunUntil([&] { return Looks() && Finished(); })); }

  std::string Value(const std::string& id) const {
    const std::vector<std::string> found = outside_.Find(id);
    return found.size() == 1 ? outside_.destination.at(found[0]).value : absl::StrCat(found.size(), " rows");
  }
  int calls() const { return outside_.created + outside_.updated + outside_.deleted; }

  std::vector<backlog::Message> ReadAll(const std::string& topic, int32_t partition) {
    std::vector<backlog::Message> messages;
    Await(Read(*reader_broker_, topic, partition, messages));
    return messages;
  }
  std::optional<v1::IndexEntry> Entry(const std::string& id) {
    const std::string key = backlog::RecordKey(kTable, id);
    std::optional<v1::IndexEntry> entry;
    for (const backlog::Message& message : ReadAll(topics_.index(), backlog::PartitionOf(key, kPartitions))) {
      if (message.key != key) continue;
      entry.reset();
      if (message.value.has_value()) entry.emplace().ParseFromString(*message.value);
    }
    return entry;
  }
  std::vector<v1::DeadLetterRecord> Letters() {
    std::vector<v1::DeadLetterRecord> letters;
    for (int32_t partition = 0; partition < kPartitions; ++partition) {
      for (const backlog::Message& message : ReadAll(topics_.dead_letters(), partition)) {
        letters.emplace_back().ParseFromString(*message.value);
      }
    }
    return letters;
  }
  // Of all partitions together.
  v1::WriteTotals Totals() {
    v1::WriteTotals sum;
    for (const auto& [partition, finished] : Checkpointed().finished) {
      const auto found = finished.tables().find(kTable);
      if (found == finished.tables().end()) continue;
      sum.set_written(sum.written() + found->second.written());
      sum.set_unchanged(sum.unchanged() + found->second.unchanged());
      sum.set_skipped(sum.skipped() + found->second.skipped());
      for (const auto& [reason, rows] : found->second.skipped_by_reason()) (*sum.mutable_skipped_by_reason())[reason] += rows;
      sum.set_dead(sum.dead() + found->second.dead());
      sum.set_swept(sum.swept() + found->second.swept());
    }
    return sum;
  }
  // What the partitions counted at the end of a pass; nullopt: not all have.
  std::optional<v1::GoneCheckpoint> Counted(int64_t pass) {
    v1::GoneCheckpoint sum;
    sum.set_pass(pass);
    for (int32_t partition = 0; partition < kPartitions; ++partition) {
      std::optional<v1::GoneCheckpoint> counted;
      for (const backlog::Message& message : ReadAll(std::string(backlog::kCheckpointsTopic), checkpoints_partition_)) {
        if (message.key == topics_.gone_key(partition, kTable)) counted.emplace().ParseFromString(*message.value);
      }
      if (!counted.has_value() || counted->pass() != pass) return std::nullopt;
      sum.set_gone(sum.gone() + counted->gone());
      sum.set_known(sum.known() + counted->known());
    }
    return sum;
  }

  // As often as conditions that read topics are worth asking.
  bool Looks() {
    if (simulation_.Now() < next_look_) return false;
    next_look_ = simulation_.Now() + absl::Milliseconds(200);
    return true;
  }

 private:
  void Await(async::Task<void> task) {
    bool done = false;
    async::Scope scope(observer_->loop());
    scope.Spawn(Then(std::move(task), done));
    EXPECT_TRUE(RunUntil([&] { return done; }));
  }
  static async::Task<void> Then(async::Task<void> task, bool& done) {
    co_await std::move(task);
    done = true;
  }
  static async::Task<void> Commit(backlog::Broker& broker, std::string id, backlog::Transaction transaction) {
    auto producer = co_await broker.OpenProducer(std::move(id));
    auto committed = co_await (*producer)->Commit(std::move(transaction), absl::InfiniteDuration());
    EXPECT_TRUE(committed.ok()) << committed.status();
  }
  static async::Task<void> Read(backlog::Broker& broker, std::string topic, int32_t partition, std::vector<backlog::Message>& messages) {
    auto log = co_await broker.OpenLog(std::move(topic), partition, backlog::kLogStart);
    for (bool end = false; !end;) {
      auto batch = co_await (*log)->Next();
      if (!batch.ok()) co_return;
      messages.insert(messages.end(), batch->messages.begin(), batch->messages.end());
      end = batch->reached_end;
    }
  }
  static async::Task<void> CatchUp(Checkpoints& checkpoints) { EXPECT_TRUE((co_await checkpoints.CatchUp()).ok()); }
  Checkpoints Checkpointed() {
    Checkpoints checkpoints(*reader_broker_, topics_);
    Await(CatchUp(checkpoints));
    return checkpoints;
  }

  std::map<int32_t, int64_t> queued_;
};

}  // namespace causeway::engine
