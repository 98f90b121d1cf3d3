// ProducerSession: the blocking side of a transactional producer: librdkafka's transaction calls in their order, and
// what their errors mean for broker.h's TransactionalProducer.
//
// Life: Make; Init once; Commit any number of times; destroy where it may take a while. One thread at a time, but for
// Stop, which any thread may call: what is under way then returns soon.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/backlog/rd_client.h"
#include "common/backlog/worker.h"

namespace causeway::backlog {

class ProducerSession {
 public:
  // What a transaction tells of its consumer.
  struct GroupOffsets {
    std::shared_ptr<const rd::GroupMetadata> member;
    std::string topic;
    std::map<int32_t, GroupOffset> offsets;
  };

  static absl::StatusOr<std::unique_ptr<ProducerSession>> Make(const KafkaOptions& options,
                                                               const std::string& transactional_id);

  // Fences the id's earlier producers and waits until their transactions are decided.
  absl::Status Init(Deadline deadline);

  // As broker.h's TransactionalProducer::Commit. `group` may be null.
  absl::StatusOr<std::vector<int64_t>> Commit(std::vector<OutgoingMessage> messages, const GroupOffsets* group,
                                              Deadline deadline);

  void Stop() { stopped_ = true; }

 private:
  ProducerSession() = default;

  absl::Status FindTopics(const std::vector<OutgoingMessage>& messages, Deadline deadline);
  absl::StatusOr<rd::Topic> FindTopic(const std::string& name, Deadline deadline);
  absl::Status Begin();
  absl::Status Produce(std::vector<OutgoingMessage> messages, Deadline deadline);
  absl::Status Enqueue(const OutgoingMessage& message, size_t index, Deadline deadline);
  absl::Status Flush(Deadline deadline);
  absl::Status SendOffsets(const GroupOffsets& group, Deadline deadline);
  absl::Status End(Deadline deadline);
  absl::Status Abort(Deadline deadline);

  void OnDelivered(const rd_kafka_message_t& message);
  bool GiveUp(Deadline deadline) const { return stopped_ || deadline.passed(); }
  absl::Status Dead(absl::string_view why);
  absl::Status Meaning(const rd::Error& error);

  std::unique_ptr<Client> client_;
  std::map<std::string, rd::Topic> topics_;  // Known to exist.
  std::atomic<bool> stopped_ = false;
  // A transaction that isn't decided: to be aborted before the next one.
  bool begun_ = false;
  std::string dead_;  // Why no transaction can follow.

  // Of the present transaction.
  std::vector<int64_t> delivered_;
  absl::Status failure_;
};

}  // namespace causeway::backlog
