// What the Reader does when a table's address isn't the one that its checkpoint names: it finds out whether it is the same system there
// (docs/decisions/targets.md).
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/engine/index_sample.h"
#include "common/engine/reader.h"
#include "common/errors/error.h"

namespace causeway::engine {
namespace {

// How many records are looked up, each for a call that customers pay for.
constexpr size_t kSample = 20;
constexpr absl::Duration kBatchDeadline = absl::Seconds(60);

// Which of two systems it is can't be told from their errors, so nothing is assumed.
absl::Status NotTold(const std::string& table, const absl::Status& error) {
  errors::Detail why = errors::Describe(error);
  why.message = absl::StrCat("Table ", table, " has another address in the destination, and whether it is the same system there can't be told: ",
                             why.message);
  return errors::Make(std::move(why));
}

}  // namespace

// Before anything is read, so that the writers, who wait for it, never wait for a reader who waits for them.
async::Task<absl::Status> Reader::SettleTargets() {
  for (const std::string& table : source_.Tables()) {
    if (stopping_) break;
    if (targets_.Settled(table, tables_[table])) continue;
    absl::Status settled = co_await SettleTarget(table);
    if (!settled.ok() && !stopping_) co_return settled;
  }
  if (stopping_) co_return absl::OkStatus();
  targets_.Learn(tables_);
  co_return absl::OkStatus();
}

async::Task<absl::Status> Reader::SettleTarget(const std::string& table) {
  v1::TableCheckpoint checkpoint = tables_[table];
  absl::StatusOr<bool> same = co_await IsSameTarget(table, checkpoint);
  if (!same.ok()) co_return same.status();
  if (!*same) {
    co_return co_await StartOverElsewhere(table);
  }
  NameAddress(table, checkpoint);
  BeginTransaction();
  co_return co_await Commit(table, std::move(checkpoint), backlog::Transaction());
}

// If most records of the sample are there under the keys that the index knows. One that isn't may have been deleted or made anew by hand;
// of another system none is, and a copy that lacks half of what counts as written has to be filled.
async::Task<absl::StatusOr<bool>> Reader::IsSameTarget(const std::string& table, const v1::TableCheckpoint& checkpoint) {
  if (checkpoint.kin() == 0 || checkpoint.kin() != destination_.Kin(table)) co_return false;
  const auto turn = [this] { pulse_.Turn(world_.loop.Now() + kBatchDeadline); };
  auto sample = co_await SampleIndex(world_.broker, topics_, definition_.partitions(), table, checkpoint.target(), kSample, turn);
  if (!sample.ok()) co_return errors::Make(errors::kBrokerAway, absl::StrCat("The index can't be read: ", sample.status().message()));
  size_t held = 0, other = 0;
  for (const auto& [id, key] : *sample) {
    if (2 * held > sample->size() || 2 * other >= sample->size()) break;
    if (stopping_) co_return absl::CancelledError("stopping");
    pulse_.Turn(world_.loop.Now() + PageDeadline());
    absl::StatusOr<bool> there = co_await destination_.Holds(table, id, key);
    if (!there.ok()) co_return NotTold(table, there.status());
    ++(*there ? held : other);
  }
  co_return 2 * held > sample->size();
}

// The next pass, over all rows, and before it the keys that the other system holds.
async::Task<absl::Status> Reader::StartOverElsewhere(const std::string& table) {
  v1::TableCheckpoint checkpoint = tables_[table];
  const uint64_t before = checkpoint.target();
  BeginPass(table, checkpoint);
  NameAddress(table, checkpoint);
  // An address may come back after it was another system's, under a number that the index knows.
  checkpoint.set_target(checkpoint.address() == before ? checkpoint.address() + checkpoint.pass() : checkpoint.address());
  checkpoint.set_primed(false);
  const errors::Detail why =
      errors::NewDetail(errors::kRereading, "The table is written to another target. The table is read again.", table);
  state_.Raise(kRereading, table, why, world_.loop.WallTime());
  BeginTransaction();
  co_return co_await Commit(table, std::move(checkpoint), backlog::Transaction());
}

void Reader::NameAddress(const std::string& table, v1::TableCheckpoint& checkpoint) const {
  checkpoint.set_address(destination_.Address(table));
  checkpoint.set_kin(destination_.Kin(table));
}

}  // namespace causeway::engine
