#include "tests/simulation/model/kafka_log_reader.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/simulation/model/kafka_fetch.h"

namespace causeway::simulation {
namespace {

constexpr size_t kBatch = 50;

}  // namespace

async::Task<absl::StatusOr<backlog::LogReader::Batch>> KafkaLogReader::Next() {
  KafkaLog* log = link_.kafka().Log(topic_, partition_);
  if (log == nullptr) co_return absl::UnavailableError(absl::StrCat("topic ", topic_, " is gone"));
  Simulation* simulation = &link_.kafka().simulation();
  const int64_t offset = offset_;
  KafkaLink::Handler<FetchAnswer> handler = [simulation, log, offset](std::function<void(FetchAnswer)> answer) {
    // Records of a decided transaction whose marker is missing lie between the stable offset and the end: they are
    // waited for.
    FetchWhenReady(*simulation, *log,
                   {offset == backlog::kLogStart ? log->start() : offset, kBatch, false, absl::Milliseconds(300)},
                   std::move(answer));
  };
  const async::Instant deadline = link_.loop().Now() + absl::Seconds(5);
  std::optional<FetchAnswer> fetched = co_await link_.Insist<FetchAnswer>(deadline, handler);
  if (!fetched.has_value()) co_return absl::UnavailableError("the broker can't be reached");
  if (fetched->out_of_range) {
    co_return absl::OutOfRangeError(absl::StrCat("offset ", offset, " of partition ", partition_, " of ", topic_));
  }
  offset_ = fetched->chunk.next_offset;
  co_return Batch{std::move(fetched->chunk.messages), offset_, offset_ >= fetched->end};
}

}  // namespace causeway::simulation
