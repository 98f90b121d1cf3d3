// MemoryBroker: a Broker for unit tests that keeps topics in memory, whose transactions end as the test says.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/backlog/testing/no_broker.h"

namespace causeway::controller {

class MemoryBroker final : public backlog::NoBroker {
 public:
  // As many messages are read at once.
  static constexpr int kBatch = 4;
  enum class Fate { kCommitted, kLost, kCommittedUnknown, kLostUnknown };

  explicit MemoryBroker(async::Loop& loop) : loop_(loop) {}

  async::Task<absl::Status> CreateTopics(std::vector<backlog::TopicSpec> specs) override {
    for (const backlog::TopicSpec& spec : specs) {
      auto& partitions = topics[spec.name];
      if (partitions.empty()) partitions.resize(spec.partitions);
      if (static_cast<int32_t>(partitions.size()) != spec.partitions)
        co_return absl::FailedPreconditionError(absl::StrCat(spec.name, " has another number of partitions"));
    }
    co_return absl::OkStatus();
  }
  async::Task<absl::Status> DeleteTopics(std::vector<std::string> names) override {
    for (const std::string& name : names) topics.erase(name);
    co_return absl::OkStatus();
  }
  async::Task<absl::StatusOr<int32_t>> Partitions(std::string topic) override {
    const auto found = topics.find(topic);
    if (found == topics.end()) co_return absl::NotFoundError("no topic");
    co_return static_cast<int32_t>(found->second.size());
  }
  async::Task<absl::StatusOr<std::unique_ptr<backlog::TransactionalProducer>>> OpenProducer(std::string) override {
    ++opened;
    co_return std::unique_ptr<backlog::TransactionalProducer>(std::make_unique<Producer>(*this));
  }
  async::Task<absl::StatusOr<std::unique_ptr<backlog::LogReader>>> OpenLog(std::string topic, int32_t partition,
                                                                           int64_t offset) override {
    if (unreadable-- > 0) co_return absl::UnavailableError("away");
    co_return std::unique_ptr<backlog::LogReader>(
        std::make_unique<Log>(topics.at(topic).at(partition), std::max<int64_t>(offset, 0)));
  }

  using Partition = std::vector<backlog::Message>;
  std::map<std::string, std::vector<Partition>> topics;
  std::vector<Fate> fates;  // Of the next transactions; then all are committed.
  int opened = 0;
  int unreadable = 0;  // As many openings of a log fail.

 private:
  class Log final : public backlog::LogReader {
   public:
    Log(const Partition& partition, int64_t offset) : partition_(partition), next_(offset) {}
    async::Task<absl::StatusOr<Batch>> Next() override {
      Batch batch;
      for (; next_ < static_cast<int64_t>(partition_.size()) && static_cast<int>(batch.messages.size()) < kBatch; ++next_)
        batch.messages.push_back(partition_[next_]);
      batch.next_offset = next_;
      batch.reached_end = next_ == static_cast<int64_t>(partition_.size());
      co_return batch;
    }

   private:
    const Partition& partition_;
    int64_t next_;
  };
  class Producer final : public backlog::TransactionalProducer {
   public:
    explicit Producer(MemoryBroker& broker) : broker_(broker) {}
    async::Task<absl::StatusOr<std::vector<int64_t>>> Commit(backlog::Transaction transaction, async::Instant) override {
      if (unusable_) co_return absl::FailedPreconditionError("beyond use");
      Fate fate = Fate::kCommitted;
      if (!broker_.fates.empty()) {
        fate = broker_.fates.front();
        broker_.fates.erase(broker_.fates.begin());
      }
      if (fate == Fate::kLost) co_return absl::UnavailableError("nothing landed");
      std::vector<int64_t> offsets;
      if (fate != Fate::kLostUnknown) offsets = broker_.Land(transaction);
      if (fate == Fate::kCommitted) co_return offsets;
      unusable_ = true;
      co_return absl::FailedPreconditionError("the outcome isn't known");
    }

   private:
    MemoryBroker& broker_;
    bool unusable_ = false;
  };

  std::vector<int64_t> Land(const backlog::Transaction& transaction) {
    std::vector<int64_t> offsets;
    for (const backlog::OutgoingMessage& message : transaction.messages) {
      Partition& partition = topics.at(message.topic).at(message.partition);
      offsets.push_back(static_cast<int64_t>(partition.size()));
      partition.push_back({message.partition, offsets.back(), message.key, message.value});
    }
    return offsets;
  }

  async::Loop& loop_;
};

}  // namespace causeway::controller
