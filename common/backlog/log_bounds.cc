#include "common/backlog/log_bounds.h"

#include "absl/strings/str_cat.h"

namespace causeway::backlog {

async::Task<absl::StatusOr<int64_t>> LogBounds::Begin(const std::string& topic, int32_t partition) {
  return Ask(RD_KAFKA_OFFSET_BEGINNING, topic, partition);
}

async::Task<absl::StatusOr<int64_t>> LogBounds::End(const std::string& topic, int32_t partition) {
  return Ask(RD_KAFKA_OFFSET_END, topic, partition);
}

async::Task<absl::StatusOr<int64_t>> LogBounds::Ask(int64_t which, const std::string& topic, int32_t partition) {
  Answer answer(loop_);
  bool first = false;
  {
    std::lock_guard lock(mutex_);
    Questions& questions = questions_[which];
    first = questions.empty();
    questions[{topic, partition}].push_back(answer);
  }
  if (first) worker_.Post([this, which] { AnswerAll(which); });
  co_return co_await answer.Wait();
}

void LogBounds::AnswerAll(int64_t which) {
  Questions questions;
  {
    std::lock_guard lock(mutex_);
    questions.swap(questions_[which]);
  }
  rd::PartitionList list = rd::NewPartitionList(questions.size());
  for (const auto& [key, answers] : questions) {
    // What this call takes as an offset is a time, of which the first and the last have these same names.
    rd_kafka_topic_partition_list_add(list.get(), key.first.c_str(), key.second)->offset = which;
  }
  const int patience = static_cast<int>(absl::ToInt64Milliseconds(patience_));
  const rd_kafka_resp_err_t error = rd_kafka_offsets_for_times(client_.get(), list.get(), patience);
  for (const auto& [key, answers] : questions) {
    const rd_kafka_topic_partition_t* entry =
        rd_kafka_topic_partition_list_find(list.get(), key.first.c_str(), key.second);
    const absl::StatusOr<int64_t> offset = OffsetOf(*entry, error);
    for (const Answer& answer : answers) answer.Set(offset);
  }
}

absl::StatusOr<int64_t> LogBounds::OffsetOf(const rd_kafka_topic_partition_t& entry, rd_kafka_resp_err_t error) const {
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) error = entry.err;
  const std::string what = absl::StrCat("bounds of ", entry.topic, " ", entry.partition);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return ToStatus(error, what);
  if (entry.offset < 0) return absl::UnavailableError(absl::StrCat(what, " aren't known"));
  return entry.offset;
}

}  // namespace causeway::backlog
