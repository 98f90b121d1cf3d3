#include "services/controller/journal.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/async/sleep.h"
#include "common/errors/error.h"
#include "services/controller/protos.h"

namespace causeway::controller {
namespace {

// What a person waits for at most before hearing that the broker is away.
constexpr absl::Duration kCommitDeadline = absl::Seconds(5);
constexpr absl::Duration kFollowEvery = absl::Seconds(1);
constexpr absl::Duration kRetryAfter = absl::Milliseconds(500);

absl::Status Away(const absl::Status& status) {
  return errors::Make(errors::kBrokerAway, absl::StrCat("Kafka can't be reached: ", status.message()));
}

absl::Status Replaced() { return absl::AbortedError("Another controller has taken over."); }

absl::StatusOr<v1::StoredRecord> Decode(const backlog::Message& message) {
  v1::StoredRecord record;
  if (record.ParseFromString(*message.value)) return record;
  return errors::Make(errors::kBacklogRecord, absl::StrCat("The record at offset ", message.offset, " of ",
                                                           backlog::kDefinitionsTopic, " is no definition."));
}

}  // namespace

Journal::Journal(async::Loop& loop, backlog::Broker& broker, std::string incarnation)
    : loop_(loop), broker_(broker), incarnation_(std::move(incarnation)) {}

async::Task<absl::Status> Journal::Open(const backlog::TopicSettings& settings, Definitions& definitions) {
  std::vector<backlog::TopicSpec> topics = backlog::InstallationTopics(settings);
  for (backlog::TopicSpec& topic : topics) {
    // Where a workflow's keys are depends on their number, so the topic keeps what it was made with.
    if (topic.name != backlog::kCheckpointsTopic) continue;
    auto partitions = co_await broker_.Partitions(topic.name);
    if (partitions.ok()) topic.partitions = *partitions;
    if (!partitions.ok() && !absl::IsNotFound(partitions.status())) co_return Away(partitions.status());
    checkpoints_partitions_ = topic.partitions;
  }
  absl::Status made = co_await broker_.CreateTopics(std::move(topics));
  if (!made.ok()) co_return absl::IsUnavailable(made) ? Away(made) : made;
  auto producer = co_await broker_.OpenProducer(kTransactionalId);
  if (!producer.ok()) co_return Away(producer.status());
  producer_ = *std::move(producer);

  auto log = co_await broker_.OpenLog(std::string(backlog::kDefinitionsTopic), 0, backlog::kLogStart);
  if (!log.ok()) co_return Away(log.status());
  for (bool at_end = false; !at_end;) {
    auto batch = co_await (*log)->Next();
    if (!batch.ok()) co_return Away(batch.status());
    for (const backlog::Message& message : batch->messages) {
      if (!message.value.has_value()) {
        definitions.Apply(message.key, std::nullopt);
        continue;
      }
      auto record = Decode(message);
      if (!record.ok()) co_return record.status();
      definitions.Apply(message.key, *std::move(record));
    }
    at_end = batch->reached_end;
  }
  co_return co_await Claim();
}

async::Task<absl::Status> Journal::Claim() {
  v1::StoredRecord record;
  record.mutable_claim()->set_incarnation(incarnation_);
  *record.mutable_claim()->mutable_time() = ToProto(loop_.WallTime());
  Records records;
  records[std::string(kClaimKey)] = std::move(record);
  backlog::Transaction transaction = ToTransaction(records);
  auto offsets = co_await producer_->Commit(std::move(transaction), loop_.Now() + kCommitDeadline);
  if (!offsets.ok()) co_return Away(offsets.status());
  claim_offset_ = offsets->front();
  co_return absl::OkStatus();
}

backlog::Transaction Journal::ToTransaction(const Records& records) const {
  backlog::Transaction transaction;
  for (const auto& [key, record] : records) {
    backlog::OutgoingMessage message{std::string(backlog::kDefinitionsTopic), 0, key, std::nullopt};
    if (record.has_value()) message.value = record->SerializeAsString();
    transaction.messages.push_back(std::move(message));
  }
  return transaction;
}

async::Task<absl::Status> Journal::Append(Edit edit) {
  const auto& sequence = edit.records.at(std::string(kSequenceKey));
  const int64_t number = sequence->sequence().number();
  backlog::Transaction transaction = ToTransaction(edit.records);
  transaction.messages.push_back({std::string(backlog::kAuditTopic), 0, edit.audit.name(), edit.audit.SerializeAsString()});
  for (CheckpointRecord& record : edit.checkpoints) {
    const int32_t partition = backlog::CheckpointsPartition(record.topics, checkpoints_partitions_);
    transaction.messages.push_back({std::string(backlog::kCheckpointsTopic), partition, record.key, std::move(record.value)});
  }
  auto offsets = co_await producer_->Commit(std::move(transaction), loop_.Now() + kCommitDeadline);
  if (offsets.ok()) co_return absl::OkStatus();
  if (absl::IsUnavailable(offsets.status())) co_return Away(offsets.status());
  if (!absl::IsFailedPrecondition(offsets.status())) co_return errors::Make(errors::kBug, offsets.status().message());
  co_return co_await Decide(number);
}

// The producer is of no use any more, and the mutation may have been committed or not. Opening the id anew decides it;
// not before it is known that the id is still ours.
async::Task<absl::Status> Journal::Decide(int64_t number) {
  for (;; co_await async::SleepFor(loop_, kRetryAfter)) {
    auto before = co_await ReadSinceClaim();
    if (!before.ok()) continue;
    if (before->replaced) co_return Replaced();
    auto producer = co_await broker_.OpenProducer(kTransactionalId);
    if (!producer.ok()) continue;
    producer_ = *std::move(producer);
    auto after = co_await ReadSinceClaim();
    while (!after.ok()) {
      co_await async::SleepFor(loop_, kRetryAfter);
      after = co_await ReadSinceClaim();
    }
    if (after->replaced) co_return Replaced();
    if (after->sequence >= number) co_return absl::OkStatus();
    co_return errors::Make(errors::kBrokerAway, "Kafka didn't take the change.");
  }
}

// Of a message behind this process's own claim, or that claim.
void Journal::Note(const backlog::Message& message, Since& since) const {
  if (!message.value.has_value()) return;
  if (message.key != kClaimKey && message.key != kSequenceKey) return;
  const auto record = Decode(message);
  if (!record.ok()) return;
  if (record->has_claim() && record->claim().incarnation() != incarnation_) since.replaced = true;
  if (record->has_sequence()) since.sequence = record->sequence().number();
}

async::Task<absl::StatusOr<Journal::Since>> Journal::ReadSinceClaim() {
  auto log = co_await broker_.OpenLog(std::string(backlog::kDefinitionsTopic), 0, claim_offset_);
  if (!log.ok()) co_return log.status();
  Since since;
  for (bool at_end = false; !at_end;) {
    auto batch = co_await (*log)->Next();
    if (!batch.ok()) co_return batch.status();
    for (const backlog::Message& message : batch->messages) Note(message, since);
    at_end = batch->reached_end;
  }
  co_return since;
}

async::Task<absl::Status> Journal::Follow() {
  std::unique_ptr<backlog::LogReader> log;
  Since since;
  for (;; co_await async::SleepFor(loop_, kFollowEvery)) {
    if (!log) {
      auto opened = co_await broker_.OpenLog(std::string(backlog::kDefinitionsTopic), 0, claim_offset_);
      if (!opened.ok()) continue;
      log = *std::move(opened);
    }
    auto batch = co_await log->Next();
    if (!batch.ok()) {
      log = nullptr;
      continue;
    }
    for (const backlog::Message& message : batch->messages) Note(message, since);
    if (since.replaced) co_return Replaced();
  }
}

}  // namespace causeway::controller
