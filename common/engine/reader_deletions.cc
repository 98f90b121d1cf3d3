// What the Reader does about what a pass over a table did not find (deletions.h): it has each partition count it, then has it deleted, or
// holds it until a person has confirmed it.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/engine/deletions.h"
#include "common/engine/reader.h"
#include "common/engine/settings.h"
#include "common/engine/timestamps.h"
#include "common/errors/error.h"

namespace causeway::engine {
namespace {

v1::QueuedRecord Marker(v1::QueuedRecord::Kind kind, const std::string& table, const v1::TableCheckpoint& checkpoint) {
  v1::QueuedRecord record;
  record.set_kind(kind);
  record.set_table(table);
  record.set_pass(checkpoint.pass());
  record.set_target(checkpoint.target());
  return record;
}

}  // namespace

// In every partition: what the pass did not see is each partition's own to count. Before the first pass nothing was written, unless by
// the generation before a reset.
void Reader::EndPass(const std::string& table, v1::TableCheckpoint& checkpoint, backlog::Transaction& transaction) {
  checkpoint.set_following(true);
  const bool nothing_before = checkpoint.pass() <= 1 && definition_.generation() == 0;
  if (nothing_before || !Sweeps(table)) {
    checkpoint.set_swept_pass(checkpoint.pass());
    return;
  }
  for (int32_t partition = 0; partition < definition_.partitions(); ++partition) {
    AppendRecord(transaction, partition, Marker(v1::QueuedRecord::KIND_PASS_END, table, checkpoint));
  }
}

bool Reader::AwaitsDeletions(const std::string& table) const {
  const auto found = tables_.find(table);
  return found != tables_.end() && found->second.following() && found->second.swept_pass() < found->second.pass();
}

// Nothing happens until all partitions have counted, and, where it is held, until it is confirmed.
async::Task<absl::Status> Reader::ResolveDeletions(const std::string& table) {
  if (!AwaitsDeletions(table)) co_return absl::OkStatus();
  const v1::TableCheckpoint& checkpoint = tables_[table];
  if (checkpoint.has_held()) {
    if (checkpoints_->confirmed[table].pass() != checkpoint.pass()) co_return absl::OkStatus();
    co_return co_await QueueSweep(table);
  }
  std::optional<PassCount> count = CountOf(checkpoints_->gone[table], checkpoint.pass(), definition_.partitions());
  if (!count.has_value()) co_return absl::OkStatus();
  count->unidentified = checkpoint.unidentified();
  std::string reason = WhyHeld(table, *count, DeletionLimitsOf(definition_.settings()));
  if (reason.empty()) co_return co_await QueueSweep(table);
  co_return co_await HoldDeletions(table, *count, std::move(reason));
}

async::Task<absl::Status> Reader::QueueSweep(const std::string& table) {
  v1::TableCheckpoint checkpoint = tables_[table];
  const std::map<int32_t, v1::GoneCheckpoint>& counted = checkpoints_->gone[table];
  backlog::Transaction transaction;
  BeginTransaction();
  for (int32_t partition = 0; partition < definition_.partitions(); ++partition) {
    const auto found = counted.find(partition);
    const bool none = found != counted.end() && found->second.pass() == checkpoint.pass() && found->second.gone() == 0;
    if (!none) AppendRecord(transaction, partition, Marker(v1::QueuedRecord::KIND_SWEEP, table, checkpoint));
  }
  checkpoint.set_swept_pass(checkpoint.pass());
  checkpoint.clear_held();
  absl::Status committed = co_await Commit(table, std::move(checkpoint), std::move(transaction));
  if (committed.ok()) ShowDeletions(table);
  co_return committed;
}

async::Task<absl::Status> Reader::HoldDeletions(const std::string& table, const PassCount& count, std::string reason) {
  v1::TableCheckpoint checkpoint = tables_[table];
  v1::HeldDeletions& held = *checkpoint.mutable_held();
  held.set_pass(checkpoint.pass());
  held.set_records(count.gone);
  held.set_known(count.known);
  *held.mutable_time() = ToProto(world_.loop.WallTime());
  held.set_reason(std::move(reason));
  BeginTransaction();
  absl::Status committed = co_await Commit(table, std::move(checkpoint), backlog::Transaction());
  if (committed.ok()) ShowDeletions(table);
  co_return committed;
}

void Reader::ShowDeletions(const std::string& table) {
  const v1::TableCheckpoint& checkpoint = tables_[table];
  if (!checkpoint.has_held()) return state_.Clear(kDeletionsHeld, table);
  const v1::HeldDeletions& held = checkpoint.held();
  const auto& mappings = definition_.table_mappings();
  const auto mapping = std::find_if(mappings.begin(), mappings.end(), [&](const auto& one) { return one.source_table() == table; });
  const std::string name = mapping == mappings.end() ? table : mapping->name();
  const std::string message = absl::StrCat(held.reason(), " They are kept until that is confirmed: causewayctl mappings confirm-deletions ",
                                           name, " --records ", held.records());
  state_.Raise(kDeletionsHeld, table, errors::NewDetail(errors::kDeletionsHeld, message, table), FromProto(held.time()));
}

}  // namespace causeway::engine
