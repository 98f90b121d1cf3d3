// Client: one librdkafka instance with the settings that broker.h's contract rests on. Internal to this library.
//
// Life: Make; destroy on a thread that may wait (it ends librdkafka's threads), after every handle made from it.
// Destroying is, for the broker, a process that died: no group is left, no transaction ended.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/backlog/kafka_broker.h"
#include "common/backlog/rd_handles.h"

namespace causeway::backlog {

class Client {
 public:
  using Settings = std::map<std::string, std::string>;
  struct Hooks {
    std::function<void(int, absl::string_view, absl::string_view)> log;
    // A producer's delivery reports, on the thread that polls.
    std::function<void(const rd_kafka_message_t&)> delivered = nullptr;
    // rd_kafka_event types that a consumer gets on its queue.
    int events = 0;
  };

  // `tuning` gives way to the options' properties, `fixed` doesn't.
  static absl::StatusOr<std::unique_ptr<Client>> Make(rd_kafka_type_t type, const KafkaOptions& options,
                                                      const Settings& tuning, const Settings& fixed, Hooks hooks);
  ~Client();

  rd_kafka_t* get() const { return handle_; }

  // Makes a consumer look again what it could fetch; waits for up to half a second. Any request to a partition's leader
  // wakes the thread that fetches from it; librdkafka 2.0 has no call for that, and by itself it notices that a full
  // buffer was emptied within a second only.
  void WakeFetcher(const std::string& topic, int32_t partition) const;

 private:
  explicit Client(Hooks hooks) : hooks_(std::move(hooks)) {}

  const Hooks hooks_;
  rd_kafka_t* handle_ = nullptr;
};

std::string Milliseconds(absl::Duration duration);

// An error of librdkafka's or the broker's as a status: what passes is UNAVAILABLE.
absl::Status ToStatus(rd_kafka_resp_err_t error, absl::string_view what);

}  // namespace causeway::backlog
