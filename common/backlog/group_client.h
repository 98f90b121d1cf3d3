// GroupClient: a librdkafka consumer of one topic in one group, call by call. Internal to this library; KafkaConsumer
// makes broker.h's GroupConsumer of it.
//
// Life: Make subscribes; destroy where it may take a while. Methods marked "blocks" belong on a worker's thread, the
// others on the loop's.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/backlog/broker.h"
#include "common/backlog/feed.h"
#include "common/backlog/rd_client.h"
#include "common/backlog/worker.h"

namespace causeway::backlog {

class GroupClient {
 public:
  // `partitions`: how many the topic has; they share the options' buffer.
  static absl::StatusOr<std::unique_ptr<GroupClient>> Make(const KafkaOptions& options, const std::string& group,
                                                           const std::string& topic, int32_t partitions);

  rd_kafka_t* get() const { return client_->get(); }
  const std::string& topic() const { return topic_; }

  // Where rebalances and errors come as events.
  rd::Queue EventQueue() const;
  // Replaces what is fetched.
  absl::Status Assign(const std::map<int32_t, int64_t>& offsets);
  absl::Status Unassign();
  // The partition's records come on a queue of their own, from Assign on.
  std::unique_ptr<Feed> MakeFeed(async::Loop& loop, int32_t partition) const;
  // Null when this is no member of the group.
  std::shared_ptr<const rd::GroupMetadata> Member() const;

  // Blocks. As broker.h's Committed.
  absl::StatusOr<std::map<int32_t, GroupOffset>> Committed(const std::vector<int32_t>& partitions, Deadline deadline);
  // Blocks. As Client's.
  void WakeFetcher(int32_t partition) { client_->WakeFetcher(topic_, partition); }

  // Any thread: what blocks returns soon.
  void Stop() { stopped_ = true; }

 private:
  GroupClient(std::string topic, Feed::Capacity capacity) : topic_(std::move(topic)), capacity_(capacity) {}

  const std::string topic_;
  const Feed::Capacity capacity_;
  std::unique_ptr<Client> client_;
  std::atomic<bool> stopped_ = false;
};

}  // namespace causeway::backlog
