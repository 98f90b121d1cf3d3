#include "common/engine/sweeper.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "common/async/sleep.h"
#include "common/backlog/record.h"
#include "common/engine/record_order.h"

namespace causeway::engine {
namespace {

// Entries that are looked at in one turn of the loop: about a millisecond.
constexpr size_t kPortion = 500;
// Deletions that wait or fly at once, so that the partition's other records need not wait for all of them.
constexpr int kDeletionsAtOnce = 32;

async::Task<void> UntilAllBeforeIsFinished(OwnedPartition& partition, int64_t ordinal) {
  while (partition.progress.prefix().ordinal + 1 < ordinal) co_await partition.changed.Wait();
}

}  // namespace

Sweeper::Sweeper(World& world, Destination& destination, const Targets& targets, Index& index, Dispatcher& dispatcher,
                 std::function<void(absl::Status)> on_failure)
    : world_(world), destination_(destination), targets_(targets), index_(index), dispatcher_(dispatcher), on_failure_(std::move(on_failure)) {}

// Whether anything is deleted where the table is written now.
bool Sweeper::Applies(const v1::QueuedRecord& record) const {
  return destination_.uses_index() && record.target() == targets_.Of(record.table()) && destination_.Deletes(record.table());
}

async::Task<void> Sweeper::Count(OwnedPartition& partition, v1::QueuedRecord pass_end) {
  co_await UntilAllBeforeIsFinished(partition, pass_end.ordinal());
  int64_t gone = 0, known = 0;
  const auto count = [&](const std::string&, const v1::IndexEntry& entry) {
    // What the destination held before is nobody's to delete, and would make many that are gone look few.
    if (entry.target() != pass_end.target() || entry.version() == 0) return;
    ++known;
    if (IsGone(entry, pass_end.pass(), pass_end.target())) ++gone;
  };
  const std::string prefix = backlog::RecordKey(pass_end.table(), "");
  std::optional<std::string> after;
  if (Applies(pass_end)) after = "";
  while (after.has_value()) {
    auto next = index_.Scan(partition.id, prefix, *after, kPortion, count);
    if (!next.ok()) co_return on_failure_(next.status());
    after = *std::move(next);
    co_await async::SleepFor(world_.loop, absl::ZeroDuration());
  }
  OutcomesOfRecords::Counted& counted = partition.outcomes.counted[pass_end.ordinal()];
  counted.table = pass_end.table();
  counted.gone.set_pass(pass_end.pass());
  counted.gone.set_gone(gone);
  counted.gone.set_known(known);
  dispatcher_.Finish(partition, pass_end);
}

async::Task<void> Sweeper::Sweep(OwnedPartition& partition, v1::QueuedRecord sweep) {
  co_await UntilAllBeforeIsFinished(partition, sweep.ordinal());
  const std::string prefix = backlog::RecordKey(sweep.table(), "");
  auto sweeping = std::make_shared<Sweeping>();
  std::optional<std::string> after;
  if (Applies(sweep)) after = "";
  while (after.has_value()) {
    std::vector<std::string> keys;
    auto next = index_.Scan(partition.id, prefix, *after, kPortion, [&](const std::string& key, const v1::IndexEntry& entry) {
      if (IsGone(entry, sweep.pass(), sweep.target())) keys.push_back(key);
    });
    if (!next.ok()) co_return on_failure_(next.status());
    after = *std::move(next);
    co_await DeleteKeys(partition, sweep, std::move(keys), sweeping);
    co_await async::SleepFor(world_.loop, absl::ZeroDuration());
  }
  while (sweeping->outstanding > 0) co_await partition.changed.Wait();
  dispatcher_.Finish(partition, sweep);
}

async::Task<void> Sweeper::DeleteKeys(OwnedPartition& partition, const v1::QueuedRecord& sweep, std::vector<std::string> keys,
                                      std::shared_ptr<Sweeping> sweeping) {
  for (const std::string& key : keys) {
    while (sweeping->outstanding >= kDeletionsAtOnce) co_await partition.changed.Wait();
    // What is queued behind the sweep decides of its key itself: it is of this pass, or a later one.
    if (partition.lanes.Find(key) != nullptr) continue;
    QueuedItem item;
    item.record = std::make_unique<v1::QueuedRecord>(sweep);
    item.record->set_kind(v1::QueuedRecord::KIND_DELETE);
    item.record->set_source_id(key.substr(backlog::RecordKey(sweep.table(), "").size()));
    item.uncertain = partition.progress.Uncertain(sweep.ordinal());
    item.sweep = sweeping;
    ++sweeping->outstanding;
    dispatcher_.Push(partition, key, std::move(item));
  }
}

}  // namespace causeway::engine
