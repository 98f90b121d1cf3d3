#include "tests/simulation/model/kafka_producer.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

namespace causeway::simulation {
namespace {

using Offsets = std::vector<int64_t>;

}  // namespace

absl::Status KafkaProducer::Fenced() {
  dead_ = true;
  return absl::FailedPreconditionError("fenced by a later producer of the same id");
}

// The request to commit, or its answer, is lost, and the client gives up.
absl::Status KafkaProducer::LoseOutcome() {
  if (link_.kafka().simulation().dice().Chance(0.5)) (void)link_.kafka().transactions().End(sender_, true);
  dead_ = true;
  return absl::FailedPreconditionError("whether the transaction was committed is not known");
}

absl::Status KafkaProducer::Check(const backlog::Transaction& transaction) const {
  for (const backlog::OutgoingMessage& message : transaction.messages) {
    if (link_.kafka().Log(message.topic, message.partition) == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat("no partition ", message.partition, " of ", message.topic));
    }
    const int64_t size = static_cast<int64_t>(message.key.size() + (message.value ? message.value->size() : 0));
    if (size > link_.kafka().MaxMessageBytes(message.topic)) {
      return absl::InvalidArgumentError(absl::StrCat("a message of ", size, " bytes for ", message.topic));
    }
  }
  return absl::OkStatus();
}

async::Task<absl::StatusOr<Offsets>> KafkaProducer::Commit(backlog::Transaction transaction, async::Instant deadline) {
  if (dead_) co_return Fenced();
  if (begun_) {
    absl::Status aborted = co_await End(false, deadline);
    if (!aborted.ok()) co_return aborted;
  }
  if (absl::Status valid = Check(transaction); !valid.ok()) co_return valid;
  std::optional<KafkaConsumer::Membership> membership;
  if (transaction.consumer != nullptr) {
    membership = static_cast<KafkaConsumer*>(transaction.consumer)->membership();
    if (!membership.has_value()) co_return absl::AbortedError("the consumer is no member of its group");
  }
  if (transaction.messages.empty() && !membership.has_value()) co_return Offsets();
  ++sender_.serial;
  begun_ = true;
  Offsets offsets;
  if (!transaction.messages.empty()) {
    absl::StatusOr<Offsets> appended = co_await Append(std::move(transaction.messages), deadline);
    if (!appended.ok()) co_return appended.status();
    offsets = *std::move(appended);
  }
  if (membership.has_value()) {
    absl::Status added = co_await AddOffsets(*std::move(membership), std::move(transaction.offsets), deadline);
    if (absl::IsAborted(added)) {
      absl::Status ended = co_await End(false, deadline);
      co_return absl::IsFailedPrecondition(ended) ? ended : added;
    }
    if (!added.ok()) co_return added;
  }
  if (link_.kafka().LosesOutcome()) co_return LoseOutcome();
  absl::Status committed = co_await End(true, deadline);
  if (absl::IsUnavailable(committed)) {
    dead_ = true;
    co_return absl::FailedPreconditionError("whether the transaction was committed is not known");
  }
  if (!committed.ok()) co_return committed;
  co_return offsets;
}

async::Task<absl::StatusOr<Offsets>> KafkaProducer::Append(std::vector<backlog::OutgoingMessage> messages,
                                                           async::Instant deadline) {
  auto shared = std::make_shared<const std::vector<backlog::OutgoingMessage>>(std::move(messages));
  KafkaModel* kafka = &link_.kafka();
  const KafkaTransactions::Sender sender = sender_;
  const KafkaTransactions::Appended moving{TransactionAnswer::kConcurrent, {}};
  std::function<KafkaTransactions::Appended()> append = [kafka, sender, shared] {
    std::vector<KafkaTransactions::Target> targets;
    targets.reserve(shared->size());
    for (const backlog::OutgoingMessage& message : *shared) {
      KafkaLog* const log = kafka->Log(message.topic, message.partition);
      if (log == nullptr) return KafkaTransactions::Appended{TransactionAnswer::kConcurrent, {}};  // Deleted meanwhile.
      targets.push_back({log, &message});
    }
    return kafka->transactions().Append(sender, targets);
  };
  KafkaLink::Handler<KafkaTransactions::Appended> handler = link_.AtCoordinator(append, moving);
  for (;;) {
    std::optional<KafkaTransactions::Appended> answer =
        co_await link_.Insist<KafkaTransactions::Appended>(deadline, handler);
    if (answer.has_value() && answer->answer == TransactionAnswer::kOk) co_return std::move(answer->offsets);
    if (answer.has_value() && answer->answer == TransactionAnswer::kFenced) co_return Fenced();
    if (link_.loop().Now() >= deadline) co_return absl::UnavailableError("the broker can't be reached");
    co_await link_.Backoff();
  }
}

async::Task<absl::Status> KafkaProducer::AddOffsets(KafkaConsumer::Membership membership,
                                                    std::map<int32_t, backlog::GroupOffset> offsets,
                                                    async::Instant deadline) {
  KafkaModel* kafka = &link_.kafka();
  const KafkaTransactions::Sender sender = sender_;
  std::function<TransactionAnswer()> add = [kafka, sender, membership, offsets] {
    KafkaGroup& group = kafka->Group(membership.group, membership.topic);
    return kafka->transactions().AddOffsets(sender, group, membership.member, membership.generation, offsets);
  };
  KafkaLink::Handler<TransactionAnswer> handler = link_.AtCoordinator(add, TransactionAnswer::kConcurrent);
  for (;;) {
    std::optional<TransactionAnswer> answer = co_await link_.Insist<TransactionAnswer>(deadline, handler);
    if (answer == TransactionAnswer::kOk) co_return absl::OkStatus();
    if (answer == TransactionAnswer::kFenced) co_return Fenced();
    if (answer == TransactionAnswer::kNotMember)
      co_return absl::AbortedError("the group has gone on without the consumer");
    if (link_.loop().Now() >= deadline) co_return absl::UnavailableError("the broker can't be reached");
    co_await link_.Backoff();
  }
}

async::Task<absl::Status> KafkaProducer::End(bool commit, async::Instant deadline) {
  KafkaModel* kafka = &link_.kafka();
  const KafkaTransactions::Sender sender = sender_;
  std::function<TransactionAnswer()> end = [kafka, sender, commit] {
    return kafka->transactions().End(sender, commit);
  };
  KafkaLink::Handler<TransactionAnswer> handler = link_.AtCoordinator(end, TransactionAnswer::kConcurrent);
  for (;;) {
    std::optional<TransactionAnswer> answer = co_await link_.Insist<TransactionAnswer>(deadline, handler);
    if (answer == TransactionAnswer::kOk) {
      begun_ = false;
      co_return absl::OkStatus();
    }
    if (answer == TransactionAnswer::kFenced) co_return Fenced();
    if (link_.loop().Now() >= deadline) co_return absl::UnavailableError("the broker can't be reached");
    co_await link_.Backoff();
  }
}

}  // namespace causeway::simulation
