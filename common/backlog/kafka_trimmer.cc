#include "common/backlog/kafka_trimmer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace causeway::backlog {
namespace {

// librdkafka (2.0.2, and all that came since) begins the call on the caller's thread and lets its own thread time it out: when
// both happen at once the request is freed twice. So its time never runs out while it is begun, however long this thread isn't
// scheduled; who waits has a deadline of his own.
constexpr int kNeverMilliseconds = 10 * 60 * 1000;

}  // namespace

absl::Status KafkaTrimmer::Trim(const std::string& topic, const std::map<int32_t, int64_t>& offsets, Deadline deadline) {
  if (offsets.empty()) return absl::OkStatus();
  if (unanswered_ && rd_kafka_queue_length(unanswered_.get()) == 0) {
    return absl::UnavailableError(absl::StrCat("trimming ", topic, ": an earlier call is unanswered"));
  }
  std::map<int32_t, int64_t> led = offsets;
  bool all = true;
  if (absl::Status known = Led(topic, deadline, led, all); !known.ok()) return known;
  if (!led.empty()) {
    rd::PartitionList list = rd::NewPartitionList(led.size());
    for (const auto& [partition, offset] : led) {
      rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = offset;
    }
    const rd::DeleteRecords records(rd_kafka_DeleteRecords_new(list.get()));
    rd_kafka_DeleteRecords_t* record_list[] = {records.get()};
    const rd::AdminOptions options(rd_kafka_AdminOptions_new(client_.get(), RD_KAFKA_ADMIN_OP_DELETERECORDS));
    rd_kafka_AdminOptions_set_request_timeout(options.get(), kNeverMilliseconds, nullptr, 0);
    rd_kafka_AdminOptions_set_operation_timeout(options.get(), std::max(deadline.Milliseconds(), 1), nullptr, 0);
    unanswered_ = rd::Queue(rd_kafka_queue_new(client_.get()));
    rd_kafka_DeleteRecords(client_.get(), record_list, 1, options.get(), unanswered_.get());
    if (absl::Status trimmed = Await(topic, deadline); !trimmed.ok()) return trimmed;
  }
  return all ? absl::OkStatus() : absl::UnavailableError(absl::StrCat("trimming ", topic, ": a partition has no leader"));
}

// Asking also fills librdkafka's cache, so that the call finds every leader there and needn't wait for any while it is begun,
// which would be the other way to free it twice.
absl::Status KafkaTrimmer::Led(const std::string& topic, Deadline deadline, std::map<int32_t, int64_t>& offsets, bool& all) const {
  const rd::Topic handle(rd_kafka_topic_new(client_.get(), topic.c_str(), nullptr));
  const struct rd_kafka_metadata* raw = nullptr;
  const rd_kafka_resp_err_t error = rd_kafka_metadata(client_.get(), 0, handle.get(), &raw, deadline.Milliseconds());
  const rd::Metadata metadata(raw);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return ToStatus(error, absl::StrCat("trimming ", topic));
  if (metadata->topic_cnt != 1) return absl::NotFoundError(absl::StrCat("no topic ", topic));
  const rd_kafka_metadata_topic_t& found = metadata->topics[0];
  if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) return ToStatus(found.err, absl::StrCat("trimming ", topic));
  std::map<int32_t, int64_t> led;
  for (int i = 0; i < found.partition_cnt; ++i) {
    const rd_kafka_metadata_partition_t& partition = found.partitions[i];
    const auto offset = offsets.find(partition.id);
    if (offset != offsets.end() && partition.leader >= 0) led.insert(*offset);
  }
  all = led.size() == offsets.size();
  offsets = std::move(led);
  return absl::OkStatus();
}

absl::Status KafkaTrimmer::Await(const std::string& topic, Deadline deadline) {
  const rd::Event event(rd_kafka_queue_poll(unanswered_.get(), std::max(deadline.Milliseconds(), 1)));
  if (!event) return absl::UnavailableError(absl::StrCat("trimming ", topic, ": no answer"));
  unanswered_.reset();
  const rd_kafka_resp_err_t error = rd_kafka_event_error(event.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return ToStatus(error, absl::StrCat("trimming ", topic));
  const rd_kafka_topic_partition_list_t* results =
      rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event.get()));
  for (int i = 0; i < results->cnt; ++i) {
    const rd_kafka_resp_err_t of_partition = results->elems[i].err;
    if (of_partition != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return ToStatus(of_partition, absl::StrCat("trimming ", topic, " partition ", results->elems[i].partition));
    }
  }
  return absl::OkStatus();
}

}  // namespace causeway::backlog
