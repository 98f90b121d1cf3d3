#include "common/backlog/end_offsets.h"

#include "absl/strings/str_cat.h"

namespace causeway::backlog {

async::Task<absl::StatusOr<int64_t>> EndOffsets::HighWatermark(std::string topic, int32_t partition) {
  Answer answer(loop_);
  bool first = false;
  {
    std::lock_guard lock(mutex_);
    first = questions_.empty();
    questions_[{std::move(topic), partition}].push_back(answer);
  }
  if (first) worker_.Post([this] { AnswerAll(); });
  co_return co_await answer.Wait();
}

void EndOffsets::AnswerAll() {
  Questions questions;
  {
    std::lock_guard lock(mutex_);
    questions.swap(questions_);
  }
  rd::PartitionList list = rd::NewPartitionList(questions.size());
  for (const auto& [key, answers] : questions) {
    // In this call the offset is a time, and this one means the latest.
    rd_kafka_topic_partition_list_add(list.get(), key.first.c_str(), key.second)->offset = RD_KAFKA_OFFSET_END;
  }
  const rd_kafka_resp_err_t error = Ask(list.get());
  for (const auto& [key, answers] : questions) {
    const rd_kafka_topic_partition_t* entry =
        rd_kafka_topic_partition_list_find(list.get(), key.first.c_str(), key.second);
    const rd_kafka_resp_err_t why = error != RD_KAFKA_RESP_ERR_NO_ERROR ? error : entry->err;
    absl::StatusOr<int64_t> offset = entry->offset;
    if (why != RD_KAFKA_RESP_ERR_NO_ERROR)
      offset = ToStatus(why, absl::StrCat("the end of ", key.first, " ", key.second));
    else if (entry->offset < 0)
      offset = absl::UnavailableError(absl::StrCat("the end of ", key.first, " isn't known"));
    for (const Answer& answer : answers) answer.Set(offset);
  }
}

rd_kafka_resp_err_t EndOffsets::Ask(rd_kafka_topic_partition_list_t* list) {
  return rd_kafka_offsets_for_times(client_.get(), list, static_cast<int>(absl::ToInt64Milliseconds(patience_)));
}

}  // namespace causeway::backlog
