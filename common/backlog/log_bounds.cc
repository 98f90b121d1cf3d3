#include "common/backlog/log_bounds.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace causeway::backlog {
namespace {

// A broker that is there answers sooner, and whoever asks asks again.
constexpr absl::Duration kSoon = absl::Seconds(4);

}  // namespace

async::Task<absl::StatusOr<int64_t>> LogBounds::Begin(const std::string& topic, int32_t partition) {
  return Ask(RD_KAFKA_OFFSET_BEGINNING, topic, partition);
}

async::Task<absl::StatusOr<int64_t>> LogBounds::End(const std::string& topic, int32_t partition) {
  return Ask(RD_KAFKA_OFFSET_END, topic, partition);
}

async::Task<absl::StatusOr<int64_t>> LogBounds::Ask(int64_t which, const std::string& topic, int32_t partition) {
  Answer answer(loop_);
  const Key key{topic, partition};
  bool first = false, slow = false;
  {
    std::lock_guard lock(mutex_);
    slow = slow_.contains(key);
    Questions& questions = (slow ? apart_ : together_)[which];
    first = questions.empty();
    questions[key].push_back(answer);
  }
  if (first && slow) slow_worker_.Post([this, which] { AnswerApart(which); });
  if (first && !slow) worker_.Post([this, which] { AnswerTogether(which); });
  co_return co_await answer.Wait();
}

void LogBounds::AnswerTogether(int64_t which) {
  Questions questions;
  {
    std::lock_guard lock(mutex_);
    questions.swap(together_[which]);
  }
  rd::PartitionList list = rd::NewPartitionList(questions.size());
  const rd_kafka_resp_err_t error = Look(which, questions, list);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return AnswerFrom(questions, *list, error);
  // Which of them it is, each tells by itself.
  std::lock_guard lock(mutex_);
  const bool first = apart_[which].empty();
  for (auto& [key, answers] : questions) {
    auto& waiting = apart_[which][key];
    waiting.insert(waiting.end(), answers.begin(), answers.end());
  }
  if (first) slow_worker_.Post([this, which] { AnswerApart(which); });
}

// One after the other. Those for which the time doesn't suffice are asked for again by whoever wants to know.
void LogBounds::AnswerApart(int64_t which) {
  Questions all;
  {
    std::lock_guard lock(mutex_);
    all.swap(apart_[which]);
  }
  const Deadline deadline(patience_);
  for (auto& [key, answers] : all) {
    const Questions question = {{key, answers}};
    rd::PartitionList list = rd::NewPartitionList(1);
    rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR__TIMED_OUT;
    if (!deadline.passed()) {
      error = Look(which, question, list);
      std::lock_guard lock(mutex_);
      if (error == RD_KAFKA_RESP_ERR_NO_ERROR) slow_.erase(key);
      else slow_.insert(key);
    }
    AnswerFrom(question, *list, error);
  }
}

rd_kafka_resp_err_t LogBounds::Look(int64_t which, const Questions& questions, rd::PartitionList& list) const {
  for (const auto& [key, answers] : questions) {
    // What this call takes as an offset is a time, of which the first and the last have these same names.
    rd_kafka_topic_partition_list_add(list.get(), key.first.c_str(), key.second)->offset = which;
  }
  const int patience = static_cast<int>(absl::ToInt64Milliseconds(std::min(patience_, kSoon)));
  return rd_kafka_offsets_for_times(client_.get(), list.get(), patience);
}

void LogBounds::AnswerFrom(const Questions& questions, const rd_kafka_topic_partition_list_t& list,
                           rd_kafka_resp_err_t error) const {
  for (const auto& [key, answers] : questions) {
    const rd_kafka_topic_partition_t* entry = rd_kafka_topic_partition_list_find(&list, key.first.c_str(), key.second);
    const absl::StatusOr<int64_t> offset = OffsetOf(key, entry, error);
    for (const Answer& answer : answers) answer.Set(offset);
  }
}

absl::StatusOr<int64_t> LogBounds::OffsetOf(const Key& key, const rd_kafka_topic_partition_t* entry, rd_kafka_resp_err_t error) {
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) error = entry->err;
  const std::string what = absl::StrCat("bounds of ", key.first, " ", key.second);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return ToStatus(error, what);
  if (entry->offset < 0) return absl::UnavailableError(absl::StrCat(what, " aren't known"));
  return entry->offset;
}

}  // namespace causeway::backlog
