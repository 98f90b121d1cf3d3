#include "common/backlog/producer_session.h"

#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace causeway::backlog {
namespace {

// How long a call blocks before it looks at Stop.
constexpr absl::Duration kSlice = absl::Milliseconds(200);
// How long a topic that was just made may be unknown to a broker.
constexpr absl::Duration kPropagation = absl::Seconds(1);
constexpr absl::Duration kRetryAfter = absl::Milliseconds(50);

// What comes of a message, whatever becomes of the others.
absl::Status MeaningForMessage(rd_kafka_resp_err_t error, const std::string& topic) {
  switch (error) {
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      return absl::InvalidArgumentError(absl::StrCat("a message for ", topic, ": ", rd_kafka_err2str(error)));
    default:
      return ToStatus(error, absl::StrCat("a message for ", topic));
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<ProducerSession>> ProducerSession::Make(const KafkaOptions& options,
                                                                       const std::string& transactional_id) {
  std::unique_ptr<ProducerSession> session(new ProducerSession);
  const Client::Settings tuning{
      // Flush sends what waits; until then batches fill up.
      {"linger.ms", "5"},
      {"compression.type", "lz4"},
      {"queue.buffering.max.messages", "100000"},
      {"queue.buffering.max.kbytes", "65536"},
      {"topic.metadata.propagation.max.ms", Milliseconds(kPropagation)},
  };
  const Client::Settings fixed{
      {"transactional.id", transactional_id},
      {"transaction.timeout.ms", Milliseconds(options.transaction_timeout)},
      {"enable.idempotence", "true"},
      {"acks", "all"},
      {"message.max.bytes", absl::StrCat(options.max_message_bytes)},
  };
  Client::Hooks hooks{options.log,
                      [session = session.get()](const rd_kafka_message_t& message) { session->OnDelivered(message); }};
  auto client = Client::Make(RD_KAFKA_PRODUCER, options, tuning, fixed, std::move(hooks));
  if (!client.ok()) return client.status();
  session->client_ = *std::move(client);
  return session;
}

absl::Status ProducerSession::Init(Deadline deadline) {
  for (;;) {
    // Resumes where the call before it stopped waiting.
    const rd::Error error(rd_kafka_init_transactions(client_->get(), deadline.Milliseconds(kSlice)));
    if (!error) return absl::OkStatus();
    const absl::Status status = Meaning(error);
    if (!rd_kafka_error_is_retriable(error.get()) || GiveUp(deadline)) return status;
  }
}

absl::StatusOr<std::vector<int64_t>> ProducerSession::Commit(std::vector<OutgoingMessage> messages,
                                                             const GroupOffsets* group, Deadline deadline) {
  if (!dead_.empty()) return absl::FailedPreconditionError(dead_);
  if (absl::Status aborted = Abort(deadline); !aborted.ok()) return aborted;
  if (absl::Status found = FindTopics(messages, deadline); !found.ok()) return found;
  absl::Status status = Begin();
  if (status.ok()) status = Produce(std::move(messages), deadline);
  if (status.ok() && group != nullptr) status = SendOffsets(*group, deadline);
  if (status.ok()) {
    status = End(deadline);
    if (status.ok()) return std::move(delivered_);
  }
  // What can't be aborted now is aborted before the next transaction; it isn't committed either way.
  if (dead_.empty()) (void)Abort(deadline);
  // A topic that didn't exist is looked for anew.
  if (absl::IsInvalidArgument(status)) topics_.clear();
  if (!dead_.empty()) return absl::FailedPreconditionError(dead_);
  return status;
}

absl::Status ProducerSession::FindTopics(const std::vector<OutgoingMessage>& messages, Deadline deadline) {
  for (const OutgoingMessage& message : messages) {
    if (topics_.count(message.topic) > 0) continue;
    auto topic = FindTopic(message.topic, deadline);
    if (!topic.ok()) return topic.status();
    topics_[message.topic] = *std::move(topic);
  }
  return absl::OkStatus();
}

absl::StatusOr<rd::Topic> ProducerSession::FindTopic(const std::string& name, Deadline deadline) {
  rd::Topic topic(rd_kafka_topic_new(client_->get(), name.c_str(), nullptr));
  const Deadline unknown_until(kPropagation);
  for (;;) {
    const struct rd_kafka_metadata* raw = nullptr;
    rd_kafka_resp_err_t error = rd_kafka_metadata(client_->get(), 0, topic.get(), &raw, deadline.Milliseconds(kSlice));
    const rd::Metadata metadata(raw);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) error = metadata->topics[0].err;
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return topic;
    const absl::Status status = MeaningForMessage(error, name);
    if (absl::IsInvalidArgument(status) && unknown_until.passed()) return status;
    if (GiveUp(deadline)) return absl::UnavailableError(status.message());
    absl::SleepFor(kRetryAfter);
  }
}

absl::Status ProducerSession::Begin() {
  delivered_.clear();
  failure_ = absl::OkStatus();
  const rd::Error error(rd_kafka_begin_transaction(client_->get()));
  if (error) return Meaning(error);
  begun_ = true;
  return absl::OkStatus();
}

absl::Status ProducerSession::Produce(std::vector<OutgoingMessage> messages, Deadline deadline) {
  delivered_.resize(messages.size(), -1);
  for (size_t i = 0; i < messages.size(); ++i) {
    absl::Status enqueued = Enqueue(messages[i], i, deadline);
    if (!enqueued.ok()) return enqueued;
    messages[i] = OutgoingMessage();  // librdkafka has its copy: one at a time is in memory twice.
  }
  return Flush(deadline);
}

absl::Status ProducerSession::Enqueue(const OutgoingMessage& message, size_t index, Deadline deadline) {
  rd_kafka_topic_t* topic = topics_[message.topic].get();
  // Null is a tombstone, an empty value isn't.
  void* value = message.value.has_value() ? const_cast<char*>(message.value->data()) : nullptr;
  const size_t size = message.value.has_value() ? message.value->size() : 0;
  for (;;) {
    const int enqueued = rd_kafka_produce(topic, message.partition, RD_KAFKA_MSG_F_COPY, value, size,
                                          message.key.data(), message.key.size(), reinterpret_cast<void*>(index));
    if (enqueued == 0) return absl::OkStatus();
    const rd_kafka_resp_err_t error = rd_kafka_last_error();
    if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) return MeaningForMessage(error, message.topic);
    if (!failure_.ok()) return failure_;
    if (GiveUp(deadline)) return absl::UnavailableError("Kafka takes no messages");
    rd_kafka_poll(client_->get(), deadline.Milliseconds(kSlice));
  }
}

absl::Status ProducerSession::Flush(Deadline deadline) {
  for (;;) {
    const rd_kafka_resp_err_t error = rd_kafka_flush(client_->get(), deadline.Milliseconds(kSlice));
    if (!failure_.ok() || error == RD_KAFKA_RESP_ERR_NO_ERROR) return failure_;
    if (GiveUp(deadline)) return absl::UnavailableError("messages were not acknowledged in time");
  }
}

absl::Status ProducerSession::SendOffsets(const GroupOffsets& group, Deadline deadline) {
  rd::PartitionList list = rd::NewPartitionList(group.offsets.size());
  for (const auto& [partition, offset] : group.offsets) {
    rd_kafka_topic_partition_t* entry = rd_kafka_topic_partition_list_add(list.get(), group.topic.c_str(), partition);
    entry->offset = offset.offset;
    entry->metadata_size = offset.metadata.size();
    entry->metadata = strdup(offset.metadata.c_str());  // The list's, freed with it.
  }
  for (;;) {
    const rd::Error error(
        rd_kafka_send_offsets_to_transaction(client_->get(), list.get(), group.member->get(), deadline.Milliseconds()));
    if (!error) return absl::OkStatus();
    switch (rd_kafka_error_code(error.get())) {
      case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION:
      case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:
      case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
      case RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
        return absl::AbortedError("the group has gone on without the consumer");
      default:
        break;
    }
    const absl::Status status = Meaning(error);
    if (!rd_kafka_error_is_retriable(error.get()) || GiveUp(deadline)) return status;
  }
}

absl::Status ProducerSession::End(Deadline deadline) {
  for (;;) {
    const rd::Error error(rd_kafka_commit_transaction(client_->get(), deadline.Milliseconds(kSlice)));
    if (!error) {
      begun_ = false;
      return absl::OkStatus();
    }
    if (rd_kafka_error_is_fatal(error.get())) return Meaning(error);
    // Then an abort that succeeds proves that nothing was committed, and one that doesn't is fatal.
    if (rd_kafka_error_txn_requires_abort(error.get())) return Meaning(error);
    if (!rd_kafka_error_is_retriable(error.get())) return Dead(rd_kafka_error_string(error.get()));
    if (GiveUp(deadline)) return Dead("whether the transaction was committed is not known");
  }
}

absl::Status ProducerSession::Abort(Deadline deadline) {
  while (begun_) {
    const rd::Error error(rd_kafka_abort_transaction(client_->get(), deadline.Milliseconds(kSlice)));
    if (!error) {
      begun_ = false;
      break;
    }
    const absl::Status status = Meaning(error);
    if (!dead_.empty()) return status;
    if (!rd_kafka_error_is_retriable(error.get())) return Dead(rd_kafka_error_string(error.get()));
    if (GiveUp(deadline)) return status;
  }
  return absl::OkStatus();
}

void ProducerSession::OnDelivered(const rd_kafka_message_t& message) {
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const size_t index = reinterpret_cast<size_t>(message._private);
    if (index < delivered_.size()) delivered_[index] = message.offset;
    return;
  }
  // A message that Kafka refuses is the reason, the others' failures follow from it.
  const absl::Status status = MeaningForMessage(message.err, rd_kafka_topic_name(message.rkt));
  if (failure_.ok() || absl::IsInvalidArgument(status)) failure_ = status;
}

absl::Status ProducerSession::Dead(absl::string_view why) {
  dead_ = std::string(why);
  return absl::FailedPreconditionError(dead_);
}

absl::Status ProducerSession::Meaning(const rd::Error& error) {
  const char* text = rd_kafka_error_string(error.get());
  if (rd_kafka_error_is_fatal(error.get())) return Dead(text);
  const absl::Status status = ToStatus(rd_kafka_error_code(error.get()), text);
  return absl::IsFailedPrecondition(status) ? status : absl::UnavailableError(text);
}

}  // namespace causeway::backlog
