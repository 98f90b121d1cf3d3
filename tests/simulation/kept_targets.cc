#include "tests/simulation/kept_targets.h"

#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "common/backlog/record.h"
#include "common/backlog/topics.h"

namespace causeway::simulation {
namespace {

// What was deleted or moved so long ago is in the index, however late its commit was.
constexpr absl::Duration kIndexKnows = absl::Seconds(60);

}  // namespace

std::string KeptTargets::Tick() {
  const std::string key = world_.topics().table_key(kTable);
  if (key != key_) {
    key_ = key;
    next_ = 0;
    last_.Clear();
  }
  const std::string topic(backlog::kCheckpointsTopic);
  int32_t partitions = 0;
  while (world_.kafka.Log(topic, partitions) != nullptr) ++partitions;
  if (partitions == 0) return "";
  KafkaLog& log = *world_.kafka.Log(topic, backlog::CheckpointsPartition(world_.topics(), partitions));
  const KafkaLog::Chunk chunk = log.Read(std::max(log.start(), next_), 1000);
  next_ = chunk.next_offset;
  for (const backlog::Message& message : chunk.messages) {
    if (message.key != key_ || !message.value.has_value()) continue;
    v1::TableCheckpoint after;
    after.ParseFromString(*message.value);
    if (std::string wrong = Judge(after); !wrong.empty()) return wrong;
    last_ = std::move(after);
  }
  return "";
}

std::string KeptTargets::Judge(const v1::TableCheckpoint& after) const {
  const bool elsewhere = last_.pass() > 0 && after.target() != last_.target();
  if (!elsewhere || after.kin() != last_.kin()) return "";
  if (world_.simulation.Now() - world_.campaign.last_removal() < kIndexKnows) return "";
  return AllAreHeld(last_.target()) ? "Campaign's address changed, and it is taken for another one though it holds all that is known" : "";
}

bool KeptTargets::AllAreHeld(uint64_t target) const {
  const std::string prefix = backlog::RecordKey(kTable, "");
  std::map<std::string, std::string> known;  // Key -> PKey.
  for (int32_t partition = 0; partition < world_.plan.partitions; ++partition) {
    KafkaLog* const log = world_.kafka.Log(world_.topics().index(), partition);
    if (log == nullptr) return false;
    log->ForEachCommitted([&](const backlog::Message& message) {
      if (!absl::StartsWith(message.key, prefix)) return;
      v1::IndexEntry entry;
      if (message.value.has_value()) entry.ParseFromString(*message.value);
      const bool certain = entry.target() == target && !entry.uncertain() && !entry.destination_key().empty();
      if (certain) known[message.key] = entry.destination_key().substr(0, entry.destination_key().find(' '));
      else known.erase(message.key);
    });
  }
  const CampaignModel::Rows& rows = world_.campaign.rows(CampaignModel::PlaceOf(world_.wishes.tenant, kResource));
  const bool all = std::all_of(known.begin(), known.end(), [&](const auto& entry) { return rows.contains(entry.second); });
  return !known.empty() && all;
}

}  // namespace causeway::simulation
