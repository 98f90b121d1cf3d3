#include "common/engine/committer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/async/sleep.h"
#include "common/backlog/record.h"
#include "common/engine/checkpoints.h"
#include "common/engine/timestamps.h"
#include "common/errors/error.h"
#include "common/limits/retry_policy.h"

namespace causeway::engine {
namespace {

constexpr char kWho[] = "commits";
// Records finished within this time share a transaction: a transaction costs the broker about as much as a thousand records.
constexpr absl::Duration kGather = absl::Milliseconds(150);
constexpr absl::Duration kCommitDeadline = absl::Seconds(20);
constexpr absl::Duration kTrimEvery = absl::Seconds(10);

// What a transaction says of a partition.
struct Carried {
  backlog::PartitionProgress::Position position;
  size_t swept;  // So many of its sweeps' dead letters.
};

}  // namespace

Committer::Committer(World& world, const backlog::WorkflowTopics& topics, OwnedPartitions& partitions, Index& index, RunFence& fence,
                     RunState& state)
    : world_(world),
      topics_(topics),
      partitions_(partitions),
      index_(index),
      fence_(fence),
      state_(state),
      last_commit_(world.loop.Now() - kGather),
      last_trim_(world.loop.Now()),
      wish_(world.loop),
      decided_(world.loop),
      trims_(world.loop) {}

Committer::~Committer() { state_.Clear(kDegraded, kWho); }

async::Task<absl::Status> Committer::Open() {
  auto opened = co_await world_.broker.OpenProducer(topics_.writer_id(world_.replica));
  if (!opened.ok()) co_return errors::Make(errors::kBrokerAway, opened.status().message());
  producer_ = *std::move(opened);
  auto partition = co_await FindCheckpointsPartition(world_.broker, topics_);
  if (!partition.ok()) co_return errors::Make(errors::kBrokerAway, partition.status().message());
  checkpoints_partition_ = *partition;
  co_return absl::OkStatus();
}

void Committer::Wish() {
  if (std::exchange(wished_, true)) return;
  wish_.Notify();
}

void Committer::Stop() {
  stopping_ = true;
  wish_.Notify();
}

void Committer::NewAssignment() {
  lost_ = false;
  right_until_ = async::Instant();
}

async::Task<absl::Status> Committer::Run() {
  int attempt = 0;
  while (!stopping_) {
    const async::Instant now = world_.loop.Now();
    pulse_.Turn(now + kCommitDeadline + kPulseSlack);
    if (!store_trouble_.ok()) co_return store_trouble_;
    if (!wished_ && !right_wished_) {
      co_await wish_.WaitUntil(now + absl::Seconds(1));
      continue;
    }
    if (!right_wished_ && now < last_commit_ + kGather) {
      co_await wish_.WaitUntil(last_commit_ + kGather);
      continue;
    }
    if (committing_) {
      co_await decided_.WaitUntil(now + absl::Seconds(1));
      continue;
    }
    absl::Status committed = co_await CommitOnce(false, now + kCommitDeadline);
    if (committed.ok() || absl::IsAborted(committed)) {
      attempt = 0;
      state_.Clear(kDegraded, kWho);
      continue;
    }
    const absl::Status away = errors::Make(errors::kBrokerAway, absl::StrCat("Progress can't be committed: ", committed.message()));
    state_.Raise(kDegraded, kWho, errors::Describe(away), world_.loop.WallTime());
    if (!absl::IsUnavailable(committed)) co_return away;
    wished_ = true;
    const async::Instant retry = world_.loop.Now() + limits::RetryPolicy{}.Delay(++attempt, std::nullopt, world_.random);
    while (!stopping_ && world_.loop.Now() < retry) co_await wish_.WaitUntil(retry);
  }
  co_return absl::OkStatus();
}

async::Task<absl::Status> Committer::Flush(bool release, async::Instant deadline) {
  for (int attempt = 0;; ++attempt) {
    while (committing_) {
      if (!co_await decided_.WaitUntil(deadline)) co_return absl::DeadlineExceededError("a commit is undecided");
    }
    absl::Status committed = co_await CommitOnce(release, deadline);
    if (!absl::IsUnavailable(committed) || world_.loop.Now() >= deadline) co_return committed;
    co_await async::SleepFor(world_.loop, limits::RetryPolicy{}.Delay(attempt + 1, std::nullopt, world_.random));
  }
}

bool Committer::AnythingToCommit() const {
  if (index_.HasChanges()) return true;
  for (const auto& [id, partition] : partitions_) {
    if (partition->progress.dirty()) return true;
  }
  return false;
}

// What the transaction carried counts as done only when it is committed; whatever else comes, it is carried again.
async::Task<absl::Status> Committer::CommitOnce(bool release, async::Instant deadline) {
  const bool for_right = std::exchange(right_wished_, false);
  wished_ = false;
  if (lost_) co_return absl::AbortedError("the partitions are lost");
  if (partitions_.empty() || (!release && !for_right && !AnythingToCommit())) co_return absl::OkStatus();

  committing_ = true;
  const async::Instant sent = world_.loop.Now();
  std::map<int32_t, Carried> carried;
  for (const auto& [id, partition] : partitions_) carried[id] = {partition->progress.prefix(), partition->outcomes.swept.size()};
  std::vector<backlog::OutgoingMessage> changes = index_.TakeChanges();
  backlog::Transaction transaction = BuildTransaction(release);
  const size_t first_change = transaction.messages.size();
  transaction.messages.insert(transaction.messages.end(), changes.begin(), changes.end());

  auto offsets = co_await producer_->Commit(std::move(transaction), deadline);
  committing_ = false;
  last_commit_ = world_.loop.Now();
  decided_.Notify();
  if (!offsets.ok()) {
    index_.PutBack(changes);
    if (absl::IsAborted(offsets.status())) lost_ = true;
    co_return offsets.status();
  }
  right_until_ = sent + kRightLasts;
  const std::vector<int64_t> change_offsets(offsets->begin() + first_change, offsets->end());
  if (absl::Status stored = index_.Committed(changes, change_offsets); !stored.ok()) store_trouble_ = std::move(stored);
  for (const auto& [id, of_partition] : carried) {
    auto found = partitions_.find(id);
    if (found == partitions_.end()) continue;  // Given up as lost while this was under way.
    OwnedPartition& partition = *found->second;
    partition.progress.Committed(of_partition.position);
    partition.outcomes.EraseUntil(of_partition.position.ordinal, of_partition.swept);
    partition.changed.Notify();
  }
  if (!trimming_ && world_.loop.Now() - last_trim_ > kTrimEvery) trims_.Spawn(Trim());
  co_return absl::OkStatus();
}

backlog::Transaction Committer::BuildTransaction(bool release) {
  backlog::Transaction transaction;
  transaction.consumer = consumer_;
  for (const auto& [id, partition] : partitions_) {
    const backlog::PartitionProgress::Position position = partition->progress.prefix();
    // A release that leaves something in doubt is none: the next owner has to look it up.
    const std::string owner = release && partition->CanReleaseClean() ? "" : world_.replica;
    const int32_t window = static_cast<int32_t>(partition->progress.OpenWindow());
    const backlog::OffsetMetadata metadata{position.ordinal, position.bytes, owner, window, partition->request_deadline, fence_.run()};
    transaction.offsets[id] = {position.offset, metadata.Encode()};
    v1::FinishedCheckpoint finished;
    finished.set_ordinal(position.ordinal);
    finished.set_offset(position.offset);
    finished.set_bytes(position.bytes);
    finished.set_owner(owner);
    finished.set_window(window);
    *finished.mutable_request_deadline() = ToProto(partition->request_deadline);
    finished.set_run(fence_.run());
    *finished.mutable_time() = ToProto(world_.loop.WallTime());
    finished.mutable_tables()->insert(partition->progress.totals().begin(), partition->progress.totals().end());
    transaction.messages.push_back(
        {std::string(backlog::kCheckpointsTopic), checkpoints_partition_, topics_.finished_key(id), finished.SerializeAsString()});
    AppendOutcomes(*partition, position.ordinal, transaction);
  }
  return transaction;
}

void Committer::AppendOutcomes(const OwnedPartition& partition, int64_t until, backlog::Transaction& transaction) const {
  const OutcomesOfRecords& outcomes = partition.outcomes;
  const auto letters = outcomes.dead_letters.upper_bound(until);
  for (auto letter = outcomes.dead_letters.begin(); letter != letters; ++letter) transaction.messages.push_back(letter->second);
  transaction.messages.insert(transaction.messages.end(), outcomes.swept.begin(), outcomes.swept.end());
  const auto counts = outcomes.counted.upper_bound(until);
  for (auto count = outcomes.counted.begin(); count != counts; ++count) {
    transaction.messages.push_back({std::string(backlog::kCheckpointsTopic), checkpoints_partition_, topics_.gone_key(partition.id, count->second.table),
                                    count->second.gone.SerializeAsString()});
  }
}

async::Task<absl::Status> Committer::Obtain() {
  for (;;) {
    absl::Status right = Check();
    if (right.ok() || lost_ || fence_.over()) co_return right;
    if (stopping_) co_return errors::Make(errors::kPartitionLost, "The writer is stopping.");
    if (Owns()) {
      co_await fence_.changed().WaitUntil(world_.loop.Now() + absl::Seconds(1));
      continue;
    }
    right_wished_ = true;
    wish_.Notify();
    co_await decided_.WaitUntil(world_.loop.Now() + absl::Seconds(1));
  }
}

absl::Status Committer::Check() const {
  if (lost_) return errors::Make(errors::kPartitionLost, "The partition is written by another replica now.");
  if (!Owns()) return errors::Make(errors::kPartitionLost, "Whether the partition is still this replica's isn't known at this moment.");
  if (fence_.over()) return errors::Make(errors::kPartitionLost, "The run is over.");
  if (!fence_.Holds()) return errors::Make(errors::kPartitionLost, "Whether the run goes on isn't known at this moment.");
  return absl::OkStatus();
}

// Frees the disk of what is finished in all replicas' view. Losing a trim costs nothing: the next one covers it.
async::Task<void> Committer::Trim() {
  trimming_ = true;
  last_trim_ = world_.loop.Now();
  std::map<int32_t, int64_t> offsets;
  for (const auto& [id, partition] : partitions_) offsets[id] = partition->progress.committed().offset;
  absl::Status trimmed = co_await world_.broker.Trim(topics_.backlog(), std::move(offsets));
  (void)trimmed;
  trimming_ = false;
}

}  // namespace causeway::engine
