#include "common/engine/run_state.h"

#include "common/engine/timestamps.h"

namespace causeway::engine {

v1::TableProgress& RunState::Table(const std::string& table) {
  auto [found, added] = tables_.try_emplace(table);
  if (added) found->second.set_table(table);
  return found->second;
}

void RunState::CountRead(const std::string& table, const v1::ReadTotals& rows) {
  v1::TableProgress& progress = Table(table);
  progress.set_read(progress.read() + rows.read());
  progress.set_queued(progress.queued() + rows.queued());
  progress.set_skipped(progress.skipped() + rows.skipped());
  for (const auto& [reason, count] : rows.skipped_by_reason()) (*progress.mutable_skipped_by_reason())[reason] += count;
  progress.set_dead_lettered(progress.dead_lettered() + rows.rejected());
}

void RunState::Raise(const std::string& type, const std::string& who, const errors::Detail& why, absl::Time now) {
  auto [found, added] = conditions_.try_emplace({type, who});
  v1::Condition& condition = found->second;
  if (added) {
    condition.set_type(type);
    condition.set_replica(replica_);
    *condition.mutable_since() = ToProto(now);
  }
  condition.set_code(why.code);
  condition.set_message(why.message);
}

void RunState::Clear(const std::string& type, const std::string& who) { conditions_.erase({type, who}); }

std::vector<v1::Condition> RunState::Conditions() const {
  std::vector<v1::Condition> conditions;
  for (const auto& [key, condition] : conditions_) conditions.push_back(condition);
  return conditions;
}

}  // namespace causeway::engine
