// Mistakes at the seam to the broker.
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/backlog/record.h"
#include "common/backlog/topics.h"
#include "tests/simulation/mutations/mutation.h"

namespace causeway::simulation {
namespace {

using Offsets = absl::StatusOr<std::vector<int64_t>>;

// Moves the messages that `belongs` picks into a transaction of their own; says where they were.
template <typename Belongs>
backlog::Transaction SplitOff(backlog::Transaction& transaction, Belongs belongs, std::vector<bool>& moved) {
  backlog::Transaction apart;
  std::vector<backlog::OutgoingMessage> rest;
  for (backlog::OutgoingMessage& message : transaction.messages) {
    moved.push_back(belongs(message));
    (moved.back() ? apart.messages : rest).push_back(std::move(message));
  }
  transaction.messages = std::move(rest);
  return apart;
}

std::vector<int64_t> Merge(const std::vector<bool>& moved, const std::vector<int64_t>& apart,
                           const std::vector<int64_t>& rest) {
  std::vector<int64_t> all;
  size_t next_apart = 0, next_rest = 0;
  for (const bool was_moved : moved) all.push_back(was_moved ? apart[next_apart++] : rest[next_rest++]);
  return all;
}

class MutatedProducer final : public backlog::TransactionalProducer {
 public:
  MutatedProducer(std::unique_ptr<backlog::TransactionalProducer> producer, Mistake mistake)
      : producer_(std::move(producer)), mistake_(mistake) {}

  async::Task<Offsets> Commit(backlog::Transaction transaction, async::Instant deadline) override {
    switch (mistake_) {
      case Mistake::kIndexOutsideTransaction:
        co_return co_await CommitApart(std::move(transaction), ".index", deadline);
      case Mistake::kCheckpointOutsideTransaction:
        co_return co_await CommitApart(std::move(transaction), backlog::kCheckpointsTopic, deadline);
      case Mistake::kFinishedNotTold:
        if (++commits_ % 3 == 0) co_return co_await CommitWithout(std::move(transaction), "/finished/", deadline);
        break;
      case Mistake::kDeadLetterLost:
        co_return co_await CommitWithout(std::move(transaction), ".dead-letters", deadline);
      case Mistake::kOwnerNotSaid:
        ForgetOwner(transaction);
        break;
      default:
        break;
    }
    const size_t messages = transaction.messages.size();
    Offsets offsets = co_await producer_->Commit(std::move(transaction), deadline);
    if (mistake_ == Mistake::kLostCommitTakenForDone && !offsets.ok()) co_return std::vector<int64_t>(messages, 0);
    if (mistake_ == Mistake::kDoneCommitTakenForLost && offsets.ok() && ++commits_ % 7 == 0) {
      co_return absl::UnavailableError("taken for lost");
    }
    co_return offsets;
  }

 private:
  async::Task<Offsets> CommitApart(backlog::Transaction transaction, absl::string_view topic, async::Instant deadline) {
    std::vector<bool> moved;
    auto belongs = [topic](const backlog::OutgoingMessage& message) { return absl::EndsWith(message.topic, topic); };
    backlog::Transaction apart = SplitOff(transaction, belongs, moved);
    Offsets rest = co_await producer_->Commit(std::move(transaction), deadline);
    if (!rest.ok()) co_return rest;
    Offsets later = co_await producer_->Commit(std::move(apart), deadline);
    if (!later.ok()) co_return later;
    co_return Merge(moved, *later, *rest);
  }

  // Leaves out messages by what stands in their topic or key.
  async::Task<Offsets> CommitWithout(backlog::Transaction transaction, absl::string_view what,
                                     async::Instant deadline) {
    std::vector<bool> left_out;
    auto belongs = [what](const backlog::OutgoingMessage& message) {
      return absl::StrContains(message.topic, what) || absl::StrContains(message.key, what);
    };
    const backlog::Transaction apart = SplitOff(transaction, belongs, left_out);
    Offsets rest = co_await producer_->Commit(std::move(transaction), deadline);
    if (!rest.ok()) co_return rest;
    co_return Merge(left_out, std::vector<int64_t>(apart.messages.size(), 0), *rest);
  }

  static void ForgetOwner(backlog::Transaction& transaction) {
    for (auto& [partition, offset] : transaction.offsets) {
      auto metadata = backlog::OffsetMetadata::Decode(offset.metadata);
      if (!metadata.ok()) continue;
      metadata->owner.clear();
      offset.metadata = metadata->Encode();
    }
  }

  std::unique_ptr<backlog::TransactionalProducer> producer_;
  const Mistake mistake_;
  int commits_ = 0;
};

class MutatedBroker final : public backlog::Broker {
 public:
  // `owner`: another one for each life of each process.
  MutatedBroker(std::unique_ptr<backlog::Broker> broker, Mistake mistake, std::string owner)
      : broker_(std::move(broker)), mistake_(mistake), owner_(std::move(owner)) {}

  async::Task<absl::StatusOr<std::unique_ptr<backlog::TransactionalProducer>>> OpenProducer(std::string id) override {
    // An id of its own fences nobody.
    if (mistake_ == Mistake::kNoFencing) absl::StrAppend(&id, ".", owner_, ".", ++opened_);
    auto opened = co_await broker_->OpenProducer(std::move(id));
    if (!opened.ok()) co_return opened.status();
    co_return std::unique_ptr<backlog::TransactionalProducer>(
        std::make_unique<MutatedProducer>(*std::move(opened), mistake_));
  }
  async::Task<absl::StatusOr<std::unique_ptr<backlog::GroupConsumer>>> Join(std::string group,
                                                                            std::string topic) override {
    return broker_->Join(std::move(group), std::move(topic));
  }
  async::Task<absl::StatusOr<std::unique_ptr<backlog::LogReader>>> OpenLog(std::string topic, int32_t partition,
                                                                           int64_t offset) override {
    return broker_->OpenLog(std::move(topic), partition, offset);
  }
  async::Task<absl::Status> CreateTopics(std::vector<backlog::TopicSpec> topics) override {
    return broker_->CreateTopics(std::move(topics));
  }
  async::Task<absl::Status> DeleteTopics(std::vector<std::string> topics) override {
    return broker_->DeleteTopics(std::move(topics));
  }
  async::Task<absl::Status> Trim(std::string topic, std::map<int32_t, int64_t> offsets) override {
    return broker_->Trim(std::move(topic), std::move(offsets));
  }
  async::Task<absl::StatusOr<int32_t>> Partitions(std::string topic) override {
    return broker_->Partitions(std::move(topic));
  }

 private:
  std::unique_ptr<backlog::Broker> broker_;
  const Mistake mistake_;
  const std::string owner_;
  int opened_ = 0;
};

}  // namespace

std::unique_ptr<backlog::Broker> Mutation::Wrap(std::unique_ptr<backlog::Broker> broker,
                                               const std::string& owner) const {
  switch (mistake_) {
    case Mistake::kNoFencing:
    case Mistake::kIndexOutsideTransaction:
    case Mistake::kCheckpointOutsideTransaction:
    case Mistake::kOwnerNotSaid:
    case Mistake::kLostCommitTakenForDone:
    case Mistake::kDoneCommitTakenForLost:
    case Mistake::kFinishedNotTold:
    case Mistake::kDeadLetterLost:
      return std::make_unique<MutatedBroker>(std::move(broker), mistake_, owner);
    default:
      return broker;
  }
}

}  // namespace causeway::simulation
