#include "common/backlog/group_client.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"

namespace causeway::backlog {
namespace {

constexpr absl::Duration kSlice = absl::Milliseconds(500);
constexpr auto kRetryAfter = std::chrono::milliseconds(50);

Client::Settings Fixed(const KafkaOptions& options, const std::string& group) {
  return {
      {"group.id", group},
      {"session.timeout.ms", Milliseconds(options.session_timeout)},
      {"heartbeat.interval.ms", Milliseconds(options.session_timeout / 4)},
      {"max.poll.interval.ms", Milliseconds(std::max(options.rebalance_timeout, options.session_timeout))},
      // Both are eager.
      {"partition.assignment.strategy", "range,roundrobin"},
      {"isolation.level", "read_committed"},
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"auto.offset.reset", "error"},
      {"check.crcs", "true"},
  };
}

// What the partitions' queues and the fetches on their way hold together stays within the options' buffer, with what
// each record takes on top, and with batches that unpack to a multiple of what was fetched.
Feed::Capacity Share(const KafkaOptions& options, int32_t partitions) {
  const size_t bytes = std::max<size_t>(options.consumer_buffer_bytes / (4 * std::max(partitions, 1)), 64 << 10);
  return {.bytes = bytes, .records = bytes / 256};
}

Client::Settings Tuning(const Feed::Capacity& capacity) {
  return {
      {"queued.max.messages.kbytes", absl::StrCat(capacity.bytes >> 10)},
      {"queued.min.messages", absl::StrCat(capacity.records)},
      {"max.partition.fetch.bytes", absl::StrCat(capacity.bytes / 2)},
      // A record keeps the whole answer in memory that it came with.
      {"fetch.max.bytes", absl::StrCat(1 << 20)},
      // While a fetch waits at the end of some partitions, the others wait for it.
      {"fetch.wait.max.ms", "100"},
  };
}

}  // namespace

absl::StatusOr<std::unique_ptr<GroupClient>> GroupClient::Make(const KafkaOptions& options, const std::string& group,
                                                               const std::string& topic, int32_t partitions) {
  std::unique_ptr<GroupClient> result(new GroupClient(topic, Share(options, partitions)));
  Client::Hooks hooks{options.log, nullptr, RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_ERROR};
  auto client =
      Client::Make(RD_KAFKA_CONSUMER, options, Tuning(result->capacity_), Fixed(options, group), std::move(hooks));
  if (!client.ok()) return client.status();
  result->client_ = *std::move(client);
  rd_kafka_poll_set_consumer(result->get());
  rd::PartitionList topics = rd::NewPartitionList(1);
  rd_kafka_topic_partition_list_add(topics.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
  const rd_kafka_resp_err_t error = rd_kafka_subscribe(result->get(), topics.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return ToStatus(error, absl::StrCat("subscribing ", topic));
  return result;
}

rd::Queue GroupClient::EventQueue() const { return rd::Queue(rd_kafka_queue_get_consumer(get())); }

absl::Status GroupClient::Assign(const std::map<int32_t, int64_t>& offsets) {
  rd::PartitionList list = rd::NewPartitionList(offsets.size());
  for (const auto& [partition, offset] : offsets) {
    rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), partition)->offset =
        offset == kLogStart ? RD_KAFKA_OFFSET_BEGINNING : offset;
  }
  return ToStatus(rd_kafka_assign(get(), list.get()), "starting to fetch");
}

absl::Status GroupClient::Unassign() { return ToStatus(rd_kafka_assign(get(), nullptr), "giving up partitions"); }

std::unique_ptr<Feed> GroupClient::MakeFeed(async::Loop& loop, int32_t partition) const {
  rd::Queue queue(rd_kafka_queue_get_partition(get(), topic_.c_str(), partition));
  if (!queue) return nullptr;
  // Not into the queue of events: this holds for all assignments to come.
  rd_kafka_queue_forward(queue.get(), nullptr);
  return std::make_unique<Feed>(loop, std::move(queue), capacity_);
}

std::shared_ptr<const rd::GroupMetadata> GroupClient::Member() const {
  auto metadata = std::make_shared<rd::GroupMetadata>(rd_kafka_consumer_group_metadata(get()));
  // Kafka takes offsets without a member for those of a client that manages its partitions itself, and accepts them. A
  // membership that is lost doesn't come back without Release, so this look after the other tells of both.
  char* id = rd_kafka_memberid(get());
  const bool is_member = *metadata != nullptr && id != nullptr && *id != '\0';
  rd_kafka_mem_free(get(), id);
  return is_member ? std::move(metadata) : nullptr;
}

absl::StatusOr<std::map<int32_t, GroupOffset>> GroupClient::Committed(const std::vector<int32_t>& partitions,
                                                                      Deadline deadline) {
  rd::PartitionList list = rd::NewPartitionList(partitions.size());
  for (int32_t partition : partitions) rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), partition);
  for (;;) {
    rd_kafka_resp_err_t error = rd_kafka_committed(get(), list.get(), deadline.Milliseconds(kSlice));
    std::map<int32_t, GroupOffset> offsets;
    for (int i = 0; i < list->cnt && error == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
      const rd_kafka_topic_partition_t& entry = list->elems[i];
      error = entry.err;
      if (entry.offset < 0) continue;
      offsets[entry.partition] = {entry.offset,
                                  std::string(static_cast<const char*>(entry.metadata), entry.metadata_size)};
    }
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return offsets;
    // UNSTABLE_OFFSET_COMMIT among them: a transaction on the offsets isn't decided yet.
    const absl::Status status = ToStatus(error, "committed offsets");
    if (!absl::IsUnavailable(status) || stopped_ || deadline.passed()) return status;
    std::this_thread::sleep_for(kRetryAfter);
  }
}

}  // namespace causeway::backlog
