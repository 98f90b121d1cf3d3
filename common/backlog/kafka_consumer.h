// KafkaConsumer: GroupConsumer over a GroupClient. Internal to this library.
//
// Membership is librdkafka's: its threads send heartbeats. Its events are taken from one queue, on the loop, whenever
// it signals and every half second besides, because librdkafka leaves the group when nobody asks for events for
// KafkaOptions::rebalance_timeout (max.poll.interval.ms). So a destination that is slow never costs the membership, and
// a loop that stands still does.
//
// An assignment is accepted at once, with nothing to fetch, and filled by Start: as long as one isn't accepted,
// librdkafka doesn't tell that it is lost.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/backlog/broker.h"
#include "common/backlog/group_client.h"
#include "common/backlog/worker.h"

namespace causeway::backlog {

class KafkaConsumer final : public GroupConsumer {
 public:
  // The client ends on the reaper, which outlives the consumer. `committed_patience`: of Committed.
  KafkaConsumer(async::Loop& loop, Worker& reaper, std::unique_ptr<GroupClient> client,
                absl::Duration committed_patience);
  ~KafkaConsumer() override;

  async::Task<absl::StatusOr<Event>> NextEvent(async::Instant deadline) override;
  async::Task<absl::StatusOr<std::map<int32_t, GroupOffset>>> Committed(std::vector<int32_t> partitions) override;
  absl::Status Start(const std::map<int32_t, int64_t>& offsets) override;
  async::Task<absl::StatusOr<std::vector<Message>>> Fetch(int32_t partition, size_t max,
                                                          async::Instant deadline) override;
  absl::Status Release() override;
  async::Task<absl::Status> Close() override;

  // What proves to Kafka that this is a member of the group's present generation; null when it isn't, as far as it
  // knows.
  std::shared_ptr<const rd::GroupMetadata> member() const;
  const std::string& topic() const;

 private:
  struct State;

  // Shared with the coroutines that wait: destroying the consumer under them is safe.
  std::shared_ptr<State> state_;
};

}  // namespace causeway::backlog
