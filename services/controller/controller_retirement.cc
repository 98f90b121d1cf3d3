// What the controller removes by itself: topics and positions that a deletion or a reset left (retirement.h).
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/async/sleep.h"
#include "services/controller/controller.h"
#include "services/controller/log_scan.h"
#include "services/controller/retirement.h"

namespace causeway::controller {
namespace {

constexpr absl::Duration kLookEvery = absl::Milliseconds(500);
constexpr absl::Duration kRetryAfter = absl::Seconds(10);
constexpr char kSelf[] = "causeway-controller";

std::string NoteOf(const v1::Retired& retired, size_t positions, const absl::Status& deleted) {
  const std::vector<std::string> topics = TopicsToDelete(retired);
  std::string note = absl::StrCat(positions, " positions of ", TopicsOf(retired).checkpoint_prefix(), " are deleted");
  if (topics.empty()) return absl::StrCat(note, "; its topics are kept.");
  if (!deleted.ok()) return absl::StrCat(note, "; its topics can't be deleted yet: ", deleted.message());
  return absl::StrCat(note, ", with the topics ", absl::StrJoin(topics, ", "), ".");
}

}  // namespace

async::Task<void> Controller::RemoveRetired() {
  for (;;) {
    absl::Duration pause = kLookEvery;
    for (const std::string& key : definitions_.RetiredKeys()) {
      const absl::Status removed = co_await TryToRemove(key);
      if (removed.ok()) continue;
      pause = kRetryAfter;
      observer_.CantRemove(key, removed);
    }
    co_await async::SleepFor(loop_, pause);
  }
}

// Positions don't wait for topics: a broker may never let those be deleted.
async::Task<absl::Status> Controller::TryToRemove(std::string key) {
  const v1::Retired retired = *definitions_.FindRetired(key);
  std::vector<std::string> topics = TopicsToDelete(retired);
  absl::Status deleted;
  if (!topics.empty()) deleted = co_await broker_.DeleteTopics(std::move(topics));
  auto positions = co_await PositionsOf(TopicsOf(retired));
  if (!positions.ok()) co_return positions.status();
  if (!deleted.ok() && positions->empty()) co_return deleted;

  const Turns::Turn turn = co_await edits_.Take();
  Edit edit;
  for (const std::string& position : *positions) edit.checkpoints.push_back({TopicsOf(retired), position, std::nullopt});
  if (deleted.ok()) edit.records[key] = std::nullopt;
  edit.audit.set_action("remove");
  edit.audit.set_resource(retired.workflow());
  edit.audit.set_note(NoteOf(retired, positions->size(), deleted));
  absl::Status committed = co_await Commit(std::move(edit), kSelf);
  co_return committed.ok() ? deleted : committed;
}

// The keys in causeway.checkpoints that a retired workflow still has.
async::Task<absl::StatusOr<std::vector<std::string>>> Controller::PositionsOf(backlog::WorkflowTopics topics) {
  std::string topic(backlog::kCheckpointsTopic);
  auto partitions = co_await broker_.Partitions(topic);
  if (!partitions.ok()) co_return partitions.status();
  std::set<std::string> keys;
  Visit visit = [&](const backlog::Message& message) {
    if (!IsRetired(topics, message.key)) return true;
    message.value.has_value() ? (void)keys.insert(message.key) : (void)keys.erase(message.key);
    return true;
  };
  const int32_t partition = backlog::CheckpointsPartition(topics, *partitions);
  absl::Status read = co_await Scan(broker_, std::move(topic), partition, backlog::kLogStart, std::move(visit));
  if (!read.ok()) co_return read;
  co_return std::vector<std::string>(keys.begin(), keys.end());
}

}  // namespace causeway::controller
