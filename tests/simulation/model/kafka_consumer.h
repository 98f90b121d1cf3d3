// KafkaConsumer: backlog::GroupConsumer against the KafkaModel. Its membership (join, heartbeats, leaving) runs beside
// whoever uses it, as librdkafka's threads do: it stops when the process is killed or paused, not when the process's
// own work hangs.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/async/notifier.h"
#include "common/async/scope.h"
#include "common/backlog/broker.h"
#include "tests/simulation/model/kafka_link.h"

namespace causeway::simulation {

class KafkaConsumer final : public backlog::GroupConsumer {
 public:
  // What proves to the broker that the consumer belongs to the group's present generation.
  struct Membership {
    std::string group;
    std::string topic;
    std::string member;
    int32_t generation = 0;
  };

  KafkaConsumer(const KafkaLink& link, std::string group, std::string topic);

  async::Task<absl::StatusOr<Event>> NextEvent(async::Instant deadline) override;
  async::Task<absl::StatusOr<std::map<int32_t, backlog::GroupOffset>>> Committed(
      std::vector<int32_t> partitions) override;
  absl::Status Start(const std::map<int32_t, int64_t>& offsets) override;
  async::Task<absl::StatusOr<std::vector<backlog::Message>>> Fetch(int32_t partition, size_t max,
                                                                   async::Instant deadline) override;
  absl::Status Release() override;
  async::Task<absl::Status> Close() override;

  // nullopt: as far as this consumer knows the group has gone on without it.
  std::optional<Membership> membership() const;

 private:
  async::Task<void> TakePart();
  async::Task<void> Enter();
  // Whether membership was lost. Returns when partitions are to be given up, or when `until_released` and they were.
  async::Task<bool> Beat(bool until_released);

  KafkaLink link_;
  const std::string group_;
  const std::string topic_;
  std::string member_;
  int32_t generation_ = 0;
  bool is_member_ = false;
  bool holds_ = false;  // Partitions that Release must give up.
  async::Instant last_beat_;
  std::vector<int32_t> assigned_;
  std::deque<Event> events_;
  std::map<int32_t, int64_t> positions_;
  std::shared_ptr<async::Notifier> event_came_;  // Shared with who waits, and may be left over.
  async::Notifier released_;
  async::Scope scope_;
};

}  // namespace causeway::simulation
