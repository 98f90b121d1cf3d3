#include "common/engine/writer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/async/sleep.h"
#include "common/backlog/record.h"
#include "common/engine/checkpoints.h"
#include "common/engine/queue_tail.h"
#include "common/engine/settings.h"
#include "common/engine/timestamps.h"
#include "common/errors/error.h"

namespace causeway::engine {
namespace {

constexpr char kWho[] = "writer";
constexpr absl::Duration kTurn = absl::Milliseconds(500);
constexpr absl::Duration kStepDeadline = absl::Seconds(60);
constexpr absl::Duration kFlushDeadline = absl::Seconds(20);
// A process has ten seconds from SIGTERM to its end.
constexpr absl::Duration kStopPatience = absl::Seconds(4);
constexpr size_t kFetchRecords = 256;
// Of admitted, unfinished rows of one partition: memory is bounded whatever the rows' size.
constexpr int64_t kMaxBufferedBytes = 1 << 20;
// While what a dead owner may have dispatched is gathered.
constexpr int64_t kMaxHeldBytes = 16 << 20;

}  // namespace

Writer::Writer(World& world, const v1::Definition& definition, Destination& destination, Targets& targets, RunFence& fence, RunState& state)
    : world_(world),
      definition_(definition),
      destination_(destination),
      targets_(targets),
      fence_(fence),
      state_(state),
      topics_(backlog::TopicsOf(definition.workflow(), definition.instance_uid(), definition.generation())),
      window_(DispatchWindow(definition.settings())),
      index_(world, topics_),
      committer_(world, topics_, partitions_, index_, fence, state),
      dispatcher_(world, definition, destination, targets, partitions_, index_, committer_, state,
                  [this](absl::Status error) { Fail(std::move(error)); }),
      sweeper_(world, destination, targets, index_, dispatcher_, [this](absl::Status error) { Fail(std::move(error)); }),
      loops_(world.loop) {
  if (definition.generation() > 0)
    index_before_.emplace(world, backlog::TopicsOf(definition.workflow(), definition.instance_uid(), definition.generation() - 1));
}

// The partitions' tasks wait for the committer and the dispatcher, which are declared behind the partitions.
Writer::~Writer() {
  loops_.Clear();
  for (auto& [id, partition] : partitions_) partition->tasks.Clear();
}

void Writer::Stop() { stopping_ = true; }

void Writer::Fail(absl::Status error) {
  if (!failure_.has_value()) failure_ = std::move(error);
}

// While the store takes nothing this replica stays out of the group, so that others, whose stores do, write in its place.
async::Task<absl::Status> Writer::Run() {
  absl::Status ended;
  if (destination_.uses_index()) ended = index_.CheckStore();
  if (ended.ok()) ended = co_await RunOnce();
  if (errors::Is(ended, errors::kStoreFull) || errors::Is(ended, errors::kStoreFailed)) {
    state_.Raise(kStoreUnusable, kWho, errors::Describe(ended), world_.loop.WallTime());
  }
  co_return ended;
}

// The reader finds out what a new address means. Before the group is joined, so that nobody waits for partitions that nobody writes.
async::Task<absl::Status> Writer::AwaitTargets() {
  Checkpoints checkpoints(world_.broker, topics_);
  while (!stopping_ && !targets_.known()) {
    pulse_.Turn(world_.loop.Now() + kStepDeadline);
    absl::Status read = co_await checkpoints.CatchUp();
    if (!read.ok()) co_return errors::Make(errors::kBrokerAway, read.message());
    if (targets_.Learn(checkpoints.tables)) break;
    co_await async::SleepFor(world_.loop, kTurn);
  }
  co_return absl::OkStatus();
}

async::Task<absl::Status> Writer::RunOnce() {
  absl::Status known = co_await AwaitTargets();
  if (!known.ok() || stopping_) co_return known;
  pulse_.Turn(world_.loop.Now() + kStepDeadline);
  absl::Status opened = co_await committer_.Open();
  if (!opened.ok()) co_return opened;
  auto joined = co_await world_.broker.Join(topics_.group(), topics_.backlog());
  if (!joined.ok()) co_return errors::Make(errors::kBrokerAway, joined.status().message());
  consumer_ = *std::move(joined);
  committer_.set_consumer(consumer_.get());
  loops_.Spawn(RunCommitter());
  loops_.Spawn(dispatcher_.Run());

  absl::Status followed = co_await FollowGroup();
  absl::Status given_up = co_await GiveUp(false);
  absl::Status closed = co_await consumer_->Close();
  loops_.Clear();
  if (failure_.has_value()) co_return *failure_;
  if (!followed.ok()) co_return followed;
  // A release that did not land costs the next owner a wait, nothing else.
  (void)given_up;
  (void)closed;
  co_return absl::OkStatus();
}

async::Task<void> Writer::RunCommitter() {
  absl::Status ended = co_await committer_.Run();
  if (!ended.ok()) Fail(std::move(ended));
}

async::Task<absl::Status> Writer::FollowGroup() {
  while (!stopping_ && !failure_.has_value()) {
    const async::Instant turn = world_.loop.Now() + kTurn;
    pulse_.Turn(turn + kPulseSlack);
    auto event = co_await consumer_->NextEvent(turn);
    if (!event.ok()) co_return errors::Make(errors::kBrokerAway, event.status().message());
    if (auto* assigned = std::get_if<backlog::GroupConsumer::Assigned>(&*event)) {
      absl::Status taken = co_await TakeOver(assigned->partitions);
      if (!taken.ok()) co_return taken;
    } else if (auto* revoked = std::get_if<backlog::GroupConsumer::Revoked>(&*event)) {
      absl::Status given_up = co_await GiveUp(revoked->lost);
      if (!given_up.ok()) co_return given_up;
      absl::Status released = consumer_->Release();
      if (!released.ok()) co_return errors::Make(errors::kBrokerAway, released.message());
    }
  }
  co_return absl::OkStatus();
}

// From here on the partitions are this member's: the group's generation has moved on, so whoever had them before can't commit.
async::Task<absl::Status> Writer::TakeOver(const std::vector<int32_t>& ids) {
  const async::Instant taken = world_.loop.Now();
  pulse_.Turn(taken + kStepDeadline);
  auto takeovers = co_await FindPositions(ids, taken);
  if (!takeovers.ok()) co_return takeovers.status();
  if (stopping_) co_return absl::OkStatus();  // Left as they were found.
  absl::Status restored = co_await RestoreIndex(ids);
  if (!restored.ok()) co_return restored;
  std::map<int32_t, int64_t> offsets;
  for (const auto& [id, takeover] : *takeovers) {
    backlog::PartitionProgress progress(id, takeover.position, window_, takeover.uncertain_until, takeover.totals);
    const absl::Duration longest = std::max(takeover.request_deadline, LandingTimeOfRun());
    partitions_[id] = std::make_unique<OwnedPartition>(world_.loop, id, std::move(progress), longest);
    offsets[id] = takeover.position.offset;
  }
  committer_.NewAssignment();
  // Says who owns them before anything is sent.
  committer_.WishRight();
  absl::Status begun = co_await committer_.Flush(false, world_.loop.Now() + kFlushDeadline);
  if (absl::IsAborted(begun)) co_return absl::OkStatus();  // Lost again already; the event is on its way.
  if (!begun.ok()) co_return errors::Make(errors::kBrokerAway, begun.message());
  absl::Status started = consumer_->Start(offsets);
  if (!started.ok()) co_return errors::Make(errors::kBrokerAway, started.message());
  for (const auto& [id, takeover] : *takeovers) {
    // Where nothing beyond the position was queued while the last owner had the right, nothing can be under way.
    const bool clean = takeover.uncertain_until <= takeover.position.ordinal || destination_.lands_harmlessly();
    OwnedPartition& partition = *partitions_[id];
    const async::Instant begin = clean ? taken : taken + kRightLasts + partition.request_deadline;
    partition.tasks.Spawn(WritePartition(partition, begin));
  }
  co_return absl::OkStatus();
}

async::Task<absl::Status> Writer::RestoreIndex(const std::vector<int32_t>& ids) {
  if (!destination_.uses_index()) co_return absl::OkStatus();
  const auto turn = [this] { pulse_.Turn(world_.loop.Now() + kStepDeadline); };
  for (int32_t id : ids) {
    absl::Status restored = co_await index_.Restore(id, turn);
    if (errors::HasDetail(restored)) co_return restored;
    if (!restored.ok()) co_return errors::Make(errors::kBrokerAway, absl::StrCat("The index can't be restored: ", restored.message()));
  }
  state_.Clear(kStoreUnusable, kWho);
  co_return absl::OkStatus();
}

// The group's offset; where Kafka has forgotten it, the checkpoint that was committed with it.
absl::StatusOr<Writer::Takeover> Writer::TakeoverOf(int32_t id, const std::map<int32_t, backlog::GroupOffset>& committed,
                                                    const Checkpoints& checkpoints) const {
  Takeover takeover;
  if (auto found = committed.find(id); found != committed.end()) {
    auto metadata = backlog::OffsetMetadata::Decode(found->second.metadata);
    if (!metadata.ok()) return metadata.status();
    takeover.position = {found->second.offset, metadata->ordinal, metadata->bytes};
    if (!metadata->owner.empty()) takeover.window = metadata->window;
    takeover.request_deadline = metadata->request_deadline;
    takeover.run = metadata->run;
  } else if (auto kept = checkpoints.finished.find(id); kept != checkpoints.finished.end()) {
    const v1::FinishedCheckpoint& finished = kept->second;
    takeover.position = {finished.offset(), finished.ordinal(), finished.bytes()};
    if (!finished.owner().empty()) takeover.window = finished.window();
    takeover.request_deadline = FromProto(finished.request_deadline());
    takeover.run = finished.run();
  }
  // The books were committed with the position.
  if (auto kept = checkpoints.finished.find(id); kept != checkpoints.finished.end()) {
    takeover.totals = {kept->second.tables().begin(), kept->second.tables().end()};
  }
  return takeover;
}

async::Task<absl::StatusOr<std::map<int32_t, Writer::Takeover>>> Writer::FindPositions(const std::vector<int32_t>& ids,
                                                                                       async::Instant taken) {
  auto committed = co_await consumer_->Committed(ids);
  if (!committed.ok()) co_return errors::Make(errors::kBrokerAway, committed.status().message());
  Checkpoints checkpoints(world_.broker, topics_);
  absl::Status read = co_await checkpoints.CatchUp();
  if (!read.ok()) co_return errors::Make(errors::kBrokerAway, read.message());
  absl::Status newest = fence_.See(checkpoints);
  if (!newest.ok()) co_return newest;
  std::map<int32_t, Takeover> takeovers;
  bool unclean = false;
  for (int32_t id : ids) {
    absl::StatusOr<Takeover> takeover = TakeoverOf(id, *committed, checkpoints);
    if (!takeover.ok()) co_return takeover.status();
    newest = fence_.See(takeover->run);
    if (!newest.ok()) co_return newest;
    unclean = unclean || takeover->window > 0;
    takeovers[id] = *takeover;
  }
  if (!unclean) co_return takeovers;
  // The last owner may be alive and dispatch what is queued until its right ends. What is queued later it can't.
  while (!stopping_ && world_.loop.Now() < taken + kRightLasts) {
    co_await async::SleepUntil(world_.loop, std::min(taken + kRightLasts, world_.loop.Now() + kTurn));
  }
  read = co_await checkpoints.CatchUp();
  if (!read.ok()) co_return errors::Make(errors::kBrokerAway, read.message());
  for (auto& [id, takeover] : takeovers) {
    const int64_t ordinal = takeover.position.ordinal;
    const int64_t queued = id < checkpoints.queued.ordinals_size() ? checkpoints.queued.ordinals(id) : ordinal;
    if (takeover.window > 0) takeover.uncertain_until = std::min(ordinal + takeover.window, queued);
  }
  co_return takeovers;
}

async::Task<absl::Status> Writer::GiveUp(bool lost) {
  for (auto& [id, partition] : partitions_) partition->closing = true;
  if (lost) committer_.LosePartitions();
  // A stop is not kept waiting for slow answers; others who wait for the partitions can wait as long as a request may take.
  const absl::Duration patience = stopping_ ? std::min(destination_.request_deadline(), kStopPatience) : destination_.request_deadline();
  const async::Instant drained_by = world_.loop.Now() + patience + absl::Seconds(1);
  pulse_.Turn(drained_by + kPulseSlack);
  co_await dispatcher_.Drain(drained_by);
  pulse_.Turn(world_.loop.Now() + kFlushDeadline + kPulseSlack);
  const absl::Duration flush_patience = stopping_ ? kStopPatience : kFlushDeadline;
  absl::Status released = co_await committer_.Flush(true, world_.loop.Now() + flush_patience);
  committer_.LosePartitions();
  for (const auto& [id, partition] : partitions_) {
    index_.Drop(id);
    if (index_before_.has_value()) index_before_->Drop(id);
  }
  partitions_.clear();
  state_.Clear(kTakingOver, kWho);
  if (!released.ok() && !absl::IsAborted(released)) co_return errors::Make(errors::kBrokerAway, released.message());
  co_return absl::OkStatus();
}

async::Task<void> Writer::WritePartition(OwnedPartition& partition, async::Instant begin) {
  while (world_.loop.Now() < begin) {
    state_.Raise(kTakingOver, kWho,
                 errors::NewDetail(errors::kTakingOver,
                                   absl::StrCat("A writer died; its partitions are written from ",
                                                absl::FormatTime("%H:%M:%S", world_.loop.WallTime() + (begin - world_.loop.Now()),
                                                                 absl::UTCTimeZone()),
                                                " UTC on, when none of its requests can land any more.")),
                 world_.loop.WallTime());
    const async::Instant turn = std::min(begin, world_.loop.Now() + kTurn);
    partition.pulse.Turn(turn + kPulseSlack);
    co_await async::SleepUntil(world_.loop, turn);
  }
  state_.Clear(kTakingOver, kWho);
  partition.request_deadline = LandingTimeOfRun();
  while (!partition.closing) {
    absl::Status fetched = co_await FetchInto(partition);
    if (fetched.ok()) continue;
    Fail(std::move(fetched));
    co_return;
  }
}

async::Task<absl::Status> Writer::FetchInto(OwnedPartition& partition) {
  const async::Instant turn = world_.loop.Now() + kTurn;
  partition.pulse.Turn(turn + kPulseSlack);
  const int64_t max_bytes = partition.progress.Holding() ? kMaxHeldBytes : kMaxBufferedBytes;
  const int64_t room = partition.buffered_bytes < max_bytes ? partition.progress.Room() : 0;
  if (room <= 0) {
    partition.progress.ReleaseHold();
    co_await partition.changed.WaitUntil(turn);
    co_return absl::OkStatus();
  }
  const size_t max = std::min<size_t>(static_cast<size_t>(room), kFetchRecords);
  auto messages = co_await consumer_->Fetch(partition.id, max, turn);
  if (absl::IsOutOfRange(messages.status())) {
    absl::Status missing = errors::Make(errors::kBacklogGap,
                                        absl::StrCat("Partition ", partition.id, " of the backlog no longer holds ordinal ",
                                                     partition.progress.prefix().ordinal + 1, ": ", messages.status().message()),
                                        absl::StrCat("partition ", partition.id));
    co_return co_await MissIfOwned(partition, std::move(missing));
  }
  if (!messages.ok()) co_return errors::Make(errors::kBrokerAway, messages.status().message());
  if (messages->empty()) co_return co_await CheckTailOf(partition);
  for (const backlog::Message& message : *messages) {
    auto record = backlog::DecodeRecord(message);
    if (!record.ok()) co_return record.status();
    if (record->kind() == v1::QueuedRecord::KIND_EXISTING) {
      absl::Status learnt = co_await LearnWhatWasOurs(partition);
      if (!learnt.ok()) co_return learnt;
    }
    if (partition.closing) break;
    absl::Status admitted = Admit(partition, message, *std::move(record));
    if (!admitted.ok()) co_return admitted;
  }
  co_return absl::OkStatus();
}

// A deletion may have been among what a reset dropped, and the source never tells of it again: unless what we have made is known to be
// ours, it would stay in the destination for ever. The topic is there until the next reset, unless it was lost too.
async::Task<absl::Status> Writer::LearnWhatWasOurs(OwnedPartition& partition) {
  if (!index_before_.has_value() || partition.looked_for_index_before) co_return absl::OkStatus();
  const backlog::WorkflowTopics before = backlog::TopicsOf(definition_.workflow(), definition_.instance_uid(), definition_.generation() - 1);
  auto partitions = co_await world_.broker.Partitions(before.index());
  if (partitions.ok()) {
    absl::Status restored = co_await index_before_->Restore(partition.id, [&] { partition.pulse.Turn(world_.loop.Now() + kStepDeadline); });
    if (errors::HasDetail(restored)) co_return restored;
    if (!restored.ok()) co_return errors::Make(errors::kBrokerAway, absl::StrCat("The index of before the reset can't be read: ", restored.message()));
  } else if (!absl::IsNotFound(partitions.status())) {
    co_return errors::Make(errors::kBrokerAway, partitions.status().message());
  }
  partition.has_index_before = partitions.ok();
  partition.looked_for_index_before = true;
  co_return absl::OkStatus();
}

// The number of a target that had got another address is forgotten with the generation; the same record under the same key of the
// destination's own is the same one in the same system.
absl::StatusOr<bool> Writer::WasOurs(const OwnedPartition& partition, const std::string& key, const v1::IndexEntry& listed) const {
  if (!partition.has_index_before) return false;
  absl::StatusOr<Index::Entry> before = index_before_->Get(partition.id, key);
  if (!before.ok()) return before.status();
  if (!before->has_value() || (*before)->version() == 0) return false;
  return (*before)->target() == listed.target() || (*before)->destination_key() == listed.destination_key();
}

// After a pause the partition may be another member's, who has written and trimmed what this one was about to fetch.
async::Task<absl::Status> Writer::MissIfOwned(OwnedPartition& partition, absl::Status missing) {
  partition.pulse.Turn(world_.loop.Now() + kStepDeadline);
  absl::Status owned = co_await committer_.Obtain();
  if (owned.ok()) co_return missing;
  co_await partition.changed.WaitUntil(world_.loop.Now() + kTurn);
  co_return absl::OkStatus();
}

// Nothing comes any more, but more was queued: it is late, or lost. Not only at the takeover: what has lost its end goes on with the
// offsets of before, and where it has grown past the position meanwhile nothing else tells of it.
async::Task<absl::Status> Writer::CheckTailOf(OwnedPartition& partition) {
  const int64_t queued = fence_.QueuedIn(partition.id);
  if (queued <= std::max(partition.held, partition.progress.admitted())) co_return absl::OkStatus();
  partition.pulse.Turn(world_.loop.Now() + kStepDeadline);
  const QueuePlace place{partition.progress.next_offset(), partition.progress.admitted()};
  absl::Status tail = co_await CheckTail(world_.broker, topics_.backlog(), partition.id, place, queued);
  if (tail.ok()) partition.held = queued;
  if (tail.ok() || absl::IsUnavailable(tail)) co_return absl::OkStatus();
  co_return co_await MissIfOwned(partition, std::move(tail));
}

absl::Status Writer::Admit(OwnedPartition& partition, const backlog::Message& message, v1::QueuedRecord record) {
  const int64_t bytes = backlog::SizeOf(message.key, *message.value);
  absl::Status admitted =
      partition.progress.Admit(message.offset, record.ordinal(), bytes, FromProto(record.queued_time()));
  if (!admitted.ok()) return admitted;
  partition.buffered_bytes += static_cast<int64_t>(record.row().size());

  switch (record.kind()) {
    case v1::QueuedRecord::KIND_EXISTING: return AdmitExisting(partition, message.key, record);
    case v1::QueuedRecord::KIND_PASS_END:
      partition.tasks.Spawn(sweeper_.Count(partition, std::move(record)));
      return absl::OkStatus();
    case v1::QueuedRecord::KIND_SWEEP:
      partition.tasks.Spawn(sweeper_.Sweep(partition, std::move(record)));
      return absl::OkStatus();
    default: break;
  }
  QueuedItem item;
  item.record = std::make_unique<v1::QueuedRecord>(std::move(record));
  // A mark is no attempt to write.
  item.uncertain = !item.IsMark() && partition.progress.Uncertain(item.record->ordinal());
  dispatcher_.Push(partition, message.key, std::move(item));
  return absl::OkStatus();
}

// Only where nothing better is known of the same target: what was written by us knows its version.
absl::Status Writer::AdmitExisting(OwnedPartition& partition, const std::string& key, const v1::QueuedRecord& record) {
  absl::StatusOr<Index::Entry> known = index_.Get(partition.id, key);
  if (!known.ok()) return known.status();
  const uint64_t target = targets_.Of(record.table());
  const bool better_known = known->has_value() && (*known)->target() == target;
  if (record.target() == target && !better_known) {
    v1::IndexEntry entry;
    entry.set_destination_key(record.row());
    entry.set_target(target);
    absl::StatusOr<bool> ours = WasOurs(partition, key, entry);
    if (!ours.ok()) return ours.status();
    // Below every version that the source has, and enough for a sweep.
    if (*ours) entry.set_version(1);
    index_.Put(partition.id, key, std::move(entry));
  }
  dispatcher_.Finish(partition, record);
  return absl::OkStatus();
}

bool Writer::Alive(async::Instant now) const {
  if (!pulse_.Alive(now) || !dispatcher_.Alive(now)) return false;
  if (partitions_.empty()) return true;
  if (!committer_.pulse().Alive(now)) return false;
  return std::all_of(partitions_.begin(), partitions_.end(), [&](const auto& entry) {
    const OwnedPartition& partition = *entry.second;
    return partition.closing || partition.pulse.turns() == 0 || partition.pulse.Alive(now);
  });
}

std::vector<int32_t> Writer::partitions() const {
  std::vector<int32_t> ids;
  for (const auto& [id, partition] : partitions_) ids.push_back(id);
  return ids;
}

absl::Time Writer::OldestQueued() const {
  absl::Time oldest = absl::InfiniteFuture();
  for (const auto& [id, partition] : partitions_) oldest = std::min(oldest, partition->progress.OldestQueued());
  return oldest;
}

}  // namespace causeway::engine
