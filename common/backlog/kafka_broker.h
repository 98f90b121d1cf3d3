// KafkaBroker: the Broker of production, over librdkafka's C API.
//
// Life: Make; use on the loop's thread; destroy after everything that it made. Destroying what it made never blocks the
// loop: librdkafka's instances end on a thread of the broker's, which the broker's destructor joins (up to a few
// seconds when Kafka is away). The loop outlives the broker.
//
// Threads: each producer, consumer and group of log readers has a librdkafka instance (its threads: one, and one a
// broker) and a thread for calls that block.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/backlog/broker.h"
#include "common/backlog/topic_check.h"
#include "common/backlog/topics.h"

namespace causeway::backlog {

struct KafkaOptions {
  std::string bootstrap_servers;
  // librdkafka's own settings, for TLS, SASL and tuning; what the contract of broker.h rests on can't be changed here.
  std::map<std::string, std::string> properties = {};
  std::string client_id = "causeway";

  // A member that isn't heard of for so long is out of its group.
  absl::Duration session_timeout = absl::Seconds(6);
  // Within which Revoked wants its Release, and the longest that the loop may stand still before the group goes on
  // without this member.
  absl::Duration rebalance_timeout = absl::Seconds(60);
  // After which Kafka aborts the transaction of a producer that died. Readers and successors wait for it.
  absl::Duration transaction_timeout = absl::Seconds(10);
  // For calls that have no deadline of their own; then UNAVAILABLE.
  absl::Duration request_timeout = absl::Seconds(10);

  // The largest message that a transaction takes.
  int64_t max_message_bytes = kMaxMessageBytes;
  // Of what a consumer holds that Fetch hasn't asked for yet, over all its partitions. A record larger than its
  // partition's share is fetched nevertheless.
  int64_t consumer_buffer_bytes = 16 << 20;

  // Gets librdkafka's log, on any thread: severity as in syslog (0 worst … 7 debug), facility, text. None: it is
  // dropped.
  std::function<void(int severity, absl::string_view facility, absl::string_view text)> log = nullptr;
};

class KafkaBroker final : public Broker {
 public:
  // INVALID_ARGUMENT when librdkafka doesn't take the options. Doesn't wait for a connection.
  static absl::StatusOr<std::unique_ptr<KafkaBroker>> Make(async::Loop& loop, KafkaOptions options);
  ~KafkaBroker() override;

  async::Task<absl::StatusOr<std::unique_ptr<TransactionalProducer>>> OpenProducer(
      std::string transactional_id) override;
  async::Task<absl::StatusOr<std::unique_ptr<GroupConsumer>>> Join(std::string group, std::string topic) override;
  async::Task<absl::StatusOr<std::unique_ptr<LogReader>>> OpenLog(std::string topic, int32_t partition,
                                                                  int64_t offset) override;
  async::Task<absl::Status> CreateTopics(std::vector<TopicSpec> topics) override;
  async::Task<absl::Status> DeleteTopics(std::vector<std::string> topics) override;
  async::Task<absl::Status> Trim(std::string topic, std::map<int32_t, int64_t> offsets) override;
  async::Task<absl::StatusOr<int32_t>> Partitions(std::string topic) override;

  // In what these topics, which were made once, keep less than they must. UNAVAILABLE, or the status with which Kafka refuses to show
  // their settings.
  async::Task<absl::StatusOr<std::vector<TopicFlaw>>> Inspect(std::vector<TopicSpec> topics);

  // Deletes all topics whose names begin so, with what they hold; their names. Done again, it deletes what was left.
  async::Task<absl::StatusOr<std::vector<std::string>>> DeleteTopicsThatBeginWith(std::string prefix);

 private:
  struct Impl;
  explicit KafkaBroker(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace causeway::backlog
