#include "services/controller/journal.h"

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "causeway/v1/record.pb.h"
#include "common/async/sleep.h"
#include "common/async/testing/manual_loop.h"
#include "common/backlog/testing/no_broker.h"
#include "common/errors/error.h"
#include "gtest/gtest.h"
#include "services/controller/stored_workflow.h"

namespace causeway::controller {
namespace {

constexpr char kWorkflow[] = "organizations/o/instances/i/workflows/ingress";

// Topics in memory, whose transactions end as the test says.
class MemoryBroker final : public backlog::NoBroker {
 public:
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
      batch.messages.assign(partition_.begin() + next_, partition_.end());
      next_ = static_cast<int64_t>(partition_.size());
      batch.next_offset = next_;
      batch.reached_end = true;
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

class JournalTest : public testing::Test {
 protected:
  void Open() { ASSERT_TRUE(loop_.Await(journal_.Open({}, definitions_)).ok()); }

  Edit Start(int64_t number) {
    v1::StoredWorkflow workflow;
    workflow.set_name(kWorkflow);
    workflow.set_run(number);
    workflow.set_started(true);
    Edit edit = EditOf("start", workflow, "");
    edit.records[std::string(kSequenceKey)].emplace().mutable_sequence()->set_number(number);
    edit.audit.set_name(absl::StrCat("auditEntries/", number));
    TellRun(workflow, topics_, absl::UnixEpoch(), edit);
    return edit;
  }
  const MemoryBroker::Partition& Audit() { return broker_.topics.at(std::string(backlog::kAuditTopic)).front(); }
  // What replicas read of the workflow.
  MemoryBroker::Partition Checkpoints() {
    auto& partitions = broker_.topics.at(std::string(backlog::kCheckpointsTopic));
    return partitions.at(backlog::CheckpointsPartition(topics_, static_cast<int32_t>(partitions.size())));
  }

  async::ManualLoop loop_;
  MemoryBroker broker_{loop_};
  const backlog::WorkflowTopics topics_ = backlog::TopicsOf(kWorkflow, "", 0);
  Definitions definitions_;
  Journal journal_{loop_, broker_, "me"};
};

TEST_F(JournalTest, W3_WhatReplicasFollowIsWrittenWithTheMutation) {
  Open();
  ASSERT_TRUE(loop_.Await(journal_.Append(Start(7))).ok());
  ASSERT_EQ(Audit().size(), 1u);
  ASSERT_EQ(Checkpoints().size(), 1u);
  EXPECT_EQ(Checkpoints().front().key, topics_.run_key());
  v1::RunCheckpoint run;
  ASSERT_TRUE(run.ParseFromString(*Checkpoints().front().value));
  EXPECT_EQ(run.run(), 7);
  EXPECT_FALSE(run.ended());

  broker_.fates = {MemoryBroker::Fate::kLost};
  const absl::Status lost = loop_.Await(journal_.Append(Start(8)));
  EXPECT_TRUE(errors::Is(lost, errors::kBrokerAway)) << lost;
  EXPECT_EQ(Audit().size(), 1u);
  EXPECT_EQ(Checkpoints().size(), 1u);
}

TEST_F(JournalTest, W3_WhatReplicasFollowSaysWhetherARunHasEnded) {
  v1::StoredWorkflow workflow;
  workflow.set_run(4);
  const auto ended = [&] {
    Edit edit;
    TellRun(workflow, topics_, absl::UnixEpoch(), edit);
    v1::RunCheckpoint run;
    EXPECT_TRUE(run.ParseFromString(*edit.checkpoints.front().value));
    return run.ended();
  };
  EXPECT_TRUE(ended()) << "stopped";
  workflow.set_started(true);
  EXPECT_FALSE(ended());
  workflow.mutable_failure()->set_code("CW-X");
  EXPECT_TRUE(ended()) << "failed";
}

// Its producer is beyond use, and only the log tells what became of the mutation: not done twice, and not forgotten.
TEST_F(JournalTest, R1_AnUnknownOutcomeIsDecidedByReading) {
  Open();
  ASSERT_TRUE(loop_.Await(journal_.Append(Start(1))).ok());
  broker_.fates = {MemoryBroker::Fate::kCommittedUnknown};
  broker_.unreadable = 2;
  EXPECT_TRUE(loop_.Await(journal_.Append(Start(2))).ok()) << "it has landed";
  EXPECT_EQ(Audit().size(), 2u);
  EXPECT_EQ(broker_.opened, 2);

  broker_.fates = {MemoryBroker::Fate::kLostUnknown};
  const absl::Status lost = loop_.Await(journal_.Append(Start(3)));
  EXPECT_TRUE(errors::Is(lost, errors::kBrokerAway)) << lost;
  EXPECT_EQ(Audit().size(), 2u);
  EXPECT_TRUE(loop_.Await(journal_.Append(Start(3))).ok()) << "it may be tried again";
  EXPECT_EQ(Audit().size(), 3u);
}

TEST_F(JournalTest, W9_WhoHasBeenReplacedIsNotDecidedButTold) {
  Open();
  Definitions others;
  Journal other(loop_, broker_, "other");
  ASSERT_TRUE(loop_.Await(other.Open({}, others)).ok());
  const int opened = broker_.opened;
  broker_.fates = {MemoryBroker::Fate::kLostUnknown};
  EXPECT_TRUE(absl::IsAborted(loop_.Await(journal_.Append(Start(1)))));
  EXPECT_EQ(broker_.opened, opened) << "it would fence the one that replaced it";
  EXPECT_TRUE(absl::IsAborted(loop_.Await(journal_.Follow())));
}

TEST_F(JournalTest, R1_TheCheckpointsOfVersion01KeepTheirOnePartition) {
  broker_.topics[std::string(backlog::kCheckpointsTopic)].resize(1);
  Open();
  ASSERT_TRUE(loop_.Await(journal_.Append(Start(1))).ok());
  EXPECT_EQ(Checkpoints().size(), 1u);
}

TEST_F(JournalTest, R1_TheCheckpointsAreSpread) {
  Open();
  EXPECT_EQ(broker_.topics.at(std::string(backlog::kCheckpointsTopic)).size(), 12u);
}

}  // namespace
}  // namespace causeway::controller
