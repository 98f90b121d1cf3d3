// What Causeway needs of Kafka, as an interface: production is KafkaBroker (kafka_broker.h, librdkafka), tests/simulation has
// a model, and one contract suite (tests/contract) holds both to the comments below.
//
// Threading: everything is called and resumes on one Loop's thread. Destroying an object abandons what it waits for; a producer or
// consumer that is destroyed without Close is, for the broker, a process that died.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/async/loop.h"
#include "common/async/task.h"

namespace causeway::backlog {

struct Message {
  int32_t partition = 0;
  int64_t offset = 0;
  std::string key;
  std::optional<std::string> value;  // nullopt: a tombstone.
};

struct OutgoingMessage {
  std::string topic;
  int32_t partition = 0;
  std::string key;
  std::optional<std::string> value;  // nullopt: a tombstone.
};

// A consumer group's position in a partition.
struct GroupOffset {
  int64_t offset = 0;  // Of the next record to consume.
  std::string metadata;
};

struct TopicSpec {
  std::string name;
  int32_t partitions = 1;
  int16_t replication_factor = 1;
  std::map<std::string, std::string> config;
};

// A member of a consumer group that reads one topic, read_committed.
//
// Rebalances are eager: an Assigned event tells what the member may own; nothing is fetched before Start. A Revoked event
// asks to give all partitions up: finish, commit, then call Release, within the group's rebalance time-out. Lost means that the
// group has gone on without this member: whatever it commits is refused.
class GroupConsumer {
 public:
  struct Assigned {
    std::vector<int32_t> partitions;
  };
  struct Revoked {
    std::vector<int32_t> partitions;
    bool lost = false;
  };
  using Event = std::variant<std::monostate, Assigned, Revoked>;  // monostate: nothing until the deadline.

  virtual ~GroupConsumer() = default;

  // The next change of ownership, or nothing when the deadline comes first. UNAVAILABLE never: an unreachable broker is waited for.
  // FAILED_PRECONDITION: this consumer can't go on (fenced, authorization); make a new one.
  virtual async::Task<absl::StatusOr<Event>> NextEvent(async::Instant deadline) = 0;

  // The group's committed offsets of these partitions, after pending transactions on them have been decided (KIP-447);
  // absent: none (or expired).
  virtual async::Task<absl::StatusOr<std::map<int32_t, GroupOffset>>> Committed(std::vector<int32_t> partitions) = 0;

  // Accepts the assignment and begins fetching each partition from its offset. An offset below the log's start is an error of
  // Fetch (OUT_OF_RANGE), never a silent jump.
  virtual absl::Status Start(const std::map<int32_t, int64_t>& offsets) = 0;

  // Up to `max` records of one partition in order; empty when none came before the deadline. What isn't asked for stays in a bounded buffer.
  virtual async::Task<absl::StatusOr<std::vector<Message>>> Fetch(int32_t partition, size_t max, async::Instant deadline) = 0;

  // Gives up what a Revoked event named. Destroys the buffers.
  virtual absl::Status Release() = 0;

  // Leaves the group at once, so that others needn't wait for the session to time out.
  virtual async::Task<absl::Status> Close() = 0;
};

struct Transaction {
  std::vector<OutgoingMessage> messages;
  // With `consumer`: the group's offsets, accepted only while the consumer is a member of the group's present generation (KIP-447).
  GroupConsumer* consumer = nullptr;
  std::map<int32_t, GroupOffset> offsets;
};

// A producer with a transactional id. There is one live producer an id: Open fences the earlier one, whose unfinished
// transaction is aborted, and whose later commits fail.
class TransactionalProducer {
 public:
  virtual ~TransactionalProducer() = default;

  // All of the transaction or nothing, decided when it returns:
  //   OK                   committed; the offsets of `messages`, in their order
  //   UNAVAILABLE          nothing landed; may be tried again
  //   ABORTED              nothing landed: the consumer is not (any more) a member of the group's present generation
  //   FAILED_PRECONDITION  nothing landed: fenced by a later producer of the same id, or beyond use; make a new one
  //   INVALID_ARGUMENT     nothing landed: a message is too large or a topic doesn't exist
  // One call at a time. An unreachable broker is waited for up to `deadline`, then UNAVAILABLE or, when the outcome is not
  // known, FAILED_PRECONDITION: opening the id anew decides it.
  virtual async::Task<absl::StatusOr<std::vector<int64_t>>> Commit(Transaction transaction, async::Instant deadline) = 0;
};

// Reads one partition of a topic from an offset on, read_committed, belonging to no group.
class LogReader {
 public:
  struct Batch {
    std::vector<Message> messages;
    // From which to go on.
    int64_t next_offset = 0;
    // Everything below the high watermark as it was when this Next was called has been returned or is aborted. Not merely the
    // last stable offset: a decided transaction may lack its marker in this partition for a moment, and is waited for.
    bool reached_end = false;
  };
  virtual ~LogReader() = default;
  // Some records, or none at the end. Aborted records and markers are passed over. OUT_OF_RANGE when the offset is below the log's
  // start or beyond its end. UNAVAILABLE: try again.
  virtual async::Task<absl::StatusOr<Batch>> Next() = 0;
};

class Broker {
 public:
  virtual ~Broker() = default;

  // Fences earlier producers of the id and waits until their transactions are decided.
  virtual async::Task<absl::StatusOr<std::unique_ptr<TransactionalProducer>>> OpenProducer(std::string transactional_id) = 0;

  // Joins the group. Records go to GroupConsumer's methods only after its Assigned event.
  virtual async::Task<absl::StatusOr<std::unique_ptr<GroupConsumer>>> Join(std::string group, std::string topic) = 0;

  // offset -2: from the log's start.
  virtual async::Task<absl::StatusOr<std::unique_ptr<LogReader>>> OpenLog(std::string topic, int32_t partition, int64_t offset) = 0;

  // Makes those that don't exist; FAILED_PRECONDITION when one exists with another number of partitions or an unsafe setting
  // (its name and the setting in the message).
  virtual async::Task<absl::Status> CreateTopics(std::vector<TopicSpec> topics) = 0;

  // Deletes topics with all that they hold; one that doesn't exist is fine. They may be seen for a moment longer by who looks elsewhere.
  // UNAVAILABLE: some may be gone, try again. Another error: Kafka refuses, and the message names the topic.
  virtual async::Task<absl::Status> DeleteTopics(std::vector<std::string> topics) = 0;

  // Forgets what lies below the offsets (Kafka's DeleteRecords).
  virtual async::Task<absl::Status> Trim(std::string topic, std::map<int32_t, int64_t> offsets) = 0;

  // Partitions of a topic; NOT_FOUND when there is none of that name.
  virtual async::Task<absl::StatusOr<int32_t>> Partitions(std::string topic) = 0;
};

inline constexpr int64_t kLogStart = -2;

}  // namespace causeway::backlog
