#include "common/engine/reader.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "common/backlog/record.h"
#include "common/engine/settings.h"
#include "common/engine/timestamps.h"
#include "common/errors/error.h"
#include "common/limits/retry_policy.h"

namespace causeway::engine {
namespace {

constexpr char kWho[] = "reader";
// A waiting loop turns this often at least.
constexpr absl::Duration kTurn = absl::Seconds(1);
// How long one transaction may take before its outcome is decided by opening the producer anew.
constexpr absl::Duration kCommitDeadline = absl::Seconds(20);
// What a look at the topics may take at most.
constexpr absl::Duration kStepDeadline = absl::Seconds(60);
// A row beyond this can't be queued (the topics take backlog::kMaxMessageBytes) and becomes a dead letter, cut to its beginning.
constexpr size_t kMaxRowBytes = 8 << 20;
constexpr size_t kRejectedRowBytes = 64 << 10;
// Gaps of a table that its checkpoint keeps: more than are found while no controller is there to write them down.
constexpr int kKeptGaps = 20;
// A gap shows as a condition for as long: somebody looks once a day.
constexpr absl::Duration kGapShown = absl::Hours(24);

void AddGap(const std::string& table, const errors::Detail& what, absl::Time now, v1::TableCheckpoint& checkpoint) {
  auto& gaps = *checkpoint.mutable_gaps();
  const int64_t number = gaps.empty() ? 1 : gaps.rbegin()->number() + 1;
  v1::SourceGap& gap = *gaps.Add();
  gap.set_number(number);
  gap.set_table(table);
  *gap.mutable_time() = ToProto(now);
  gap.set_code(what.code);
  gap.set_message(what.message);
  if (gaps.size() > kKeptGaps) gaps.erase(gaps.begin());
}

absl::string_view PassName(const v1::TableCheckpoint& checkpoint) {
  if (checkpoint.pass() == checkpoint.replay_pass()) return "replaying";
  return checkpoint.pass() > 1 ? "reading again" : "initial pass";
}

errors::Detail Reread(std::string reason, const std::string& table) {
  return errors::NewDetail(errors::kRereading, absl::StrCat(reason, " The table is read again."), table);
}

}  // namespace

Reader::Reader(World& world, const v1::Definition& definition, Source& source, Destination& destination, RunFence& fence,
               RunState& state)
    : world_(world),
      definition_(definition),
      source_(source),
      destination_(destination),
      fence_(fence),
      state_(state),
      topics_(backlog::TopicsOf(definition.workflow(), definition.instance_uid(), definition.generation())),
      stop_wish_(world.loop) {}

Reader::~Reader() {
  state_.Clear(kDegraded, kWho);
  state_.Clear(kReaderPaused, kWho);
  for (const std::string& table : source_.Tables()) {
    state_.Clear(kRereading, table);
    state_.Clear(kSourceGap, table);
  }
}

void Reader::Stop() {
  stopping_ = true;
  stop_wish_.Notify();
}

async::Task<absl::Status> Reader::Run() {
  for (int attempt = 0; !stopping_; ++attempt) {
    const async::Instant begun = world_.loop.Now();
    absl::Status ended = co_await RunFenced();
    producer_ = nullptr;
    checkpoints_ = nullptr;
    if (ended.ok()) break;
    if (!errors::IsTransient(ended)) co_return ended;
    if (world_.loop.Now() - begun > absl::Minutes(1)) attempt = 0;
    co_await Degrade(ended, attempt);
  }
  co_return absl::OkStatus();
}

async::Task<absl::Status> Reader::RunFenced() {
  pulse_.Turn(world_.loop.Now() + kStepDeadline);
  auto opened = co_await world_.broker.OpenProducer(topics_.reader_id());
  if (!opened.ok()) co_return errors::Make(errors::kBrokerAway, opened.status().message());
  producer_ = *std::move(opened);
  absl::Status restored = co_await RestoreCheckpoints();
  if (!restored.ok()) co_return errors::Make(errors::kBrokerAway, restored.message());
  // Opening the id has fenced the reader before, which may be a newer run's: that one opens it again, and this one queues nothing.
  absl::Status newest = fence_.See(*checkpoints_);
  if (!newest.ok()) co_return newest;

  while (!stopping_) {
    bool caught_up = true;
    for (const std::string& table : source_.Tables()) {
      absl::Status room = co_await WaitForRoom();
      if (!room.ok()) co_return room;
      if (stopping_) co_return absl::OkStatus();
      absl::StatusOr<bool> table_caught_up = co_await Step(table);
      if (!table_caught_up.ok()) co_return table_caught_up.status();
      caught_up = caught_up && *table_caught_up;
    }
    if (caught_up) co_await Pause(PollInterval(definition_));
  }
  co_return absl::OkStatus();
}

async::Task<absl::Status> Reader::RestoreCheckpoints() {
  checkpoints_ = std::make_unique<Checkpoints>(world_.broker, topics_);
  absl::Status caught_up = co_await checkpoints_->CatchUp();
  if (!caught_up.ok()) co_return caught_up;
  queued_ = checkpoints_->queued;
  while (queued_.ordinals_size() < definition_.partitions()) queued_.add_ordinals(0);
  while (queued_.bytes_size() < definition_.partitions()) queued_.add_bytes(0);
  for (const std::string& table : source_.Tables()) {
    ShowPosition(table);
    ShowGaps(table);
  }
  co_return absl::OkStatus();
}

// A page takes a few requests: a token, one that is repeated, one of the oldest kept where the position has expired.
absl::Duration Reader::PageDeadline() const {
  return 3 * std::max(source_.request_deadline(), destination_.request_deadline()) + kStepDeadline;
}

int64_t Reader::QueuedBytes() const {
  int64_t bytes = std::accumulate(queued_.bytes().begin(), queued_.bytes().end(), int64_t{0});
  for (const auto& [partition, finished] : checkpoints_->finished) bytes -= finished.bytes();
  return bytes;
}

// Backpressure: the queue on disk is bounded too.
async::Task<absl::Status> Reader::WaitForRoom() {
  const int64_t limit = MaxQueuedBytes(definition_.settings());
  while (!stopping_ && QueuedBytes() >= limit) {
    pulse_.Turn(world_.loop.Now() + kStepDeadline);
    absl::Status caught_up = co_await checkpoints_->CatchUp();
    if (!caught_up.ok()) co_return errors::Make(errors::kBrokerAway, caught_up.message());
    if (QueuedBytes() < limit) break;
    state_.Raise(kReaderPaused, kWho,
                 errors::NewDetail(errors::kReaderPaused,
                                   absl::StrCat("Reading pauses: ", QueuedBytes(), " bytes are queued, the limit is ", limit, ".")),
                 world_.loop.WallTime());
    co_await Pause(absl::Milliseconds(500));
  }
  state_.Clear(kReaderPaused, kWho);
  co_return absl::OkStatus();
}

// One page of one table. True: nothing more at present.
async::Task<absl::StatusOr<bool>> Reader::Step(const std::string& table) {
  v1::TableCheckpoint& checkpoint = checkpoints_->tables[table];
  if (checkpoint.pass() == 0) BeginPass(table, checkpoint);
  if (checkpoint.target() != destination_.Target(table)) {
    absl::Status restarted = co_await StartOver(table, Reread("The table is written to another target.", table));
    if (!restarted.ok()) co_return restarted;
  }
  if (!checkpoint.primed()) {
    absl::Status primed = co_await QueueExisting(table);
    if (!primed.ok()) co_return primed;
    co_return false;
  }
  std::string reason = ReasonToStartOver(table);
  if (!reason.empty() && !checkpoint.following()) {
    absl::Status restarted = co_await StartOver(table, Reread(std::exchange(reason, ""), table));
    if (!restarted.ok()) co_return restarted;
  }

  absl::StatusOr<Page> page;
  for (int attempt = 0;; ++attempt) {
    if (stopping_) co_return true;
    pulse_.Turn(world_.loop.Now() + PageDeadline());
    page = co_await source_.Read(table, checkpoint.position());
    if (page.ok()) break;
    if (!errors::IsTransient(page.status())) co_return page.status();
    co_await Degrade(page.status(), attempt);
  }
  state_.Clear(kDegraded, kWho);

  const bool caught_up = page->caught_up;
  if (page->start_over) {
    absl::Status restarted = co_await StartOver(table, errors::NewDetail(errors::kDynamicsDeltaExpired, page->note, table));
    if (!restarted.ok()) co_return restarted;
    co_return false;
  }
  absl::Status queued = co_await QueuePage(table, *std::move(page));
  if (!queued.ok()) co_return queued;
  if (!reason.empty() && caught_up) {
    // The old position is drained, so no deletion before this moment is missed; those until the first page of the new pass
    // are found at its end.
    absl::Status restarted = co_await StartOver(table, Reread(std::move(reason), table));
    if (!restarted.ok()) co_return restarted;
    co_return false;
  }
  co_return caught_up;
}

// Empty: the present pass, and what follows it, will do.
std::string Reader::ReasonToStartOver(const std::string& table) const {
  const v1::TableCheckpoint& checkpoint = checkpoints_->tables[table];
  if (source_.LastReplay(table) > checkpoint.last_replay()) return "A replay was asked for.";
  if (source_.Fingerprint(table) != checkpoint.fingerprint()) return "The mapping needs other columns, or was made anew.";
  return "";
}

// The next pass over the table, from its start.
void Reader::BeginPass(const std::string& table, v1::TableCheckpoint& checkpoint) const {
  checkpoint.set_pass(checkpoint.pass() + 1);
  if (source_.LastReplay(table) > checkpoint.last_replay()) checkpoint.set_replay_pass(checkpoint.pass());
  checkpoint.set_last_replay(source_.LastReplay(table));
  checkpoint.set_rows(0);
  checkpoint.clear_position();
  checkpoint.set_following(false);
  checkpoint.set_fingerprint(source_.Fingerprint(table));
  if (checkpoint.target() != destination_.Target(table)) checkpoint.set_primed(false);
  checkpoint.set_target(destination_.Target(table));
}

// What the destination holds before the first pass goes through the same queue, before the table's first row in each partition.
async::Task<absl::Status> Reader::QueueExisting(const std::string& table) {
  absl::StatusOr<ExistingPage> page;
  for (int attempt = 0;; ++attempt) {
    if (stopping_) co_return absl::OkStatus();
    pulse_.Turn(world_.loop.Now() + PageDeadline());
    page = co_await destination_.ListExisting(table, checkpoints_->tables[table].position());
    if (page.ok()) break;
    if (!errors::IsTransient(page.status())) co_return page.status();
    co_await Degrade(page.status(), attempt);
  }
  state_.Clear(kDegraded, kWho);
  backlog::Transaction transaction;
  queued_next_ = queued_;
  for (const ExistingPage::Row& row : page->rows) {
    v1::QueuedRecord record;
    record.set_kind(v1::QueuedRecord::KIND_EXISTING);
    record.set_table(table);
    record.set_source_id(row.source_id);
    record.set_row(row.destination_key);
    record.set_target(checkpoints_->tables[table].target());
    const std::string key = backlog::RecordKey(table, row.source_id);
    AppendRecord(transaction, backlog::PartitionOf(key, definition_.partitions()), std::move(record));
  }
  v1::TableCheckpoint checkpoint = checkpoints_->tables[table];
  checkpoint.set_position(page->next);
  checkpoint.set_primed(page->next.empty());
  co_return co_await Commit(table, std::move(checkpoint), std::move(transaction));
}

async::Task<absl::Status> Reader::QueuePage(const std::string& table, Page page) {
  v1::TableCheckpoint checkpoint = checkpoints_->tables[table];
  const bool pass_ends = page.caught_up && !checkpoint.following();
  const bool nothing = page.records.empty() && page.rejected.empty() && !page.gap.has_value();
  if (nothing && page.next_position == checkpoint.position() && !pass_ends) {
    ShowGaps(table);  // For a day also where nothing happens.
    co_return absl::OkStatus();
  }
  backlog::Transaction transaction;
  queued_next_ = queued_;
  const int64_t rows = static_cast<int64_t>(page.records.size() + page.rejected.size());
  const std::map<std::string, int64_t> queued_rows = AppendPage(table, checkpoint, page, transaction);
  const int64_t rejected = static_cast<int64_t>(page.rejected.size());
  if (pass_ends && checkpoint.pass() > 1) AppendPassEnd(table, checkpoint, transaction);
  checkpoint.set_position(std::move(page.next_position));
  if (!checkpoint.following()) checkpoint.set_rows(checkpoint.rows() + rows);
  if (pass_ends) checkpoint.set_following(true);
  if (page.gap.has_value()) AddGap(table, *page.gap, world_.loop.WallTime(), checkpoint);
  absl::Status committed = co_await Commit(table, std::move(checkpoint), std::move(transaction));
  if (!committed.ok()) co_return committed;
  CountQueued(table, queued_rows, page.skipped, rejected);
  ShowGaps(table);
  if (pass_ends) state_.Clear(kRereading, table);
  co_return absl::OkStatus();
}

void Reader::ShowGaps(const std::string& table) {
  const auto& gaps = checkpoints_->tables[table].gaps();
  if (gaps.empty()) return;
  state_.SetGaps(table, {gaps.begin(), gaps.end()});
  const v1::SourceGap& last = *gaps.rbegin();
  errors::Detail why;
  why.code = last.code();
  why.message = last.message();
  const absl::Time found = FromProto(last.time());
  if (world_.loop.WallTime() - found < kGapShown) {
    state_.Raise(kSourceGap, table, why, found);
  } else {
    state_.Clear(kSourceGap, table);
  }
}

void Reader::CountQueued(const std::string& table, const std::map<std::string, int64_t>& queued,
                         const std::map<std::string, int64_t>& skipped, int64_t rejected) {
  for (const auto& [name, count] : queued) {
    v1::TableProgress& progress = state_.Table(name);
    progress.set_read(progress.read() + count);
    progress.set_queued(progress.queued() + count);
  }
  for (const auto& [name, count] : skipped) {
    v1::TableProgress& progress = state_.Table(name);
    progress.set_read(progress.read() + count);
    progress.set_skipped(progress.skipped() + count);
  }
  v1::TableProgress& progress = state_.Table(table);
  progress.set_read(progress.read() + rejected);
  progress.set_dead_lettered(progress.dead_lettered() + rejected);
}

async::Task<absl::Status> Reader::StartOver(const std::string& table, errors::Detail why) {
  v1::TableCheckpoint checkpoint = checkpoints_->tables[table];
  BeginPass(table, checkpoint);
  state_.Raise(kRereading, table, why, world_.loop.WallTime());
  queued_next_ = queued_;
  co_return co_await Commit(table, std::move(checkpoint), backlog::Transaction());
}

void Reader::AppendRecord(backlog::Transaction& transaction, int32_t partition, v1::QueuedRecord record) {
  const int64_t ordinal = queued_next_.ordinals(partition) + 1;
  record.set_ordinal(ordinal);
  record.set_run(fence_.run());
  *record.mutable_queued_time() = ToProto(world_.loop.WallTime());
  std::string key = backlog::RecordKey(record.table(), record.source_id());
  std::string value = record.SerializeAsString();
  queued_next_.set_ordinals(partition, ordinal);
  queued_next_.set_bytes(partition, queued_next_.bytes(partition) + backlog::SizeOf(key, value));
  transaction.messages.push_back({topics_.backlog(), partition, std::move(key), std::move(value)});
}

// Returns how many records it queues, by their tables.
std::map<std::string, int64_t> Reader::AppendPage(const std::string& table, const v1::TableCheckpoint& checkpoint, Page& page,
                                                  backlog::Transaction& transaction) {
  std::map<std::string, int64_t> queued;
  transaction.messages.reserve(page.records.size() + page.rejected.size() + 2);
  for (SourceRecord& row : page.records) {
    if (row.row.size() > kMaxRowBytes) {
      absl::Status reason = errors::Make(
          errors::kRecordTooLarge, absl::StrCat("The row has ", row.row.size(), " bytes; at most ", kMaxRowBytes, " can be queued."),
          row.table.empty() ? table : row.table);
      page.rejected.push_back({std::move(row.id), std::move(row.row), std::move(reason)});
      continue;
    }
    v1::QueuedRecord record;
    record.set_kind(row.kind);
    record.set_table(row.table.empty() ? table : std::move(row.table));
    record.set_source_id(std::move(row.id));
    record.set_version(row.version);
    record.set_row(std::move(row.row));
    record.set_pass(checkpoint.pass());
    record.set_target(checkpoint.target());
    record.set_replay_pass(checkpoint.replay_pass());
    ++queued[record.table()];
    const int32_t partition =
        backlog::PartitionOf(backlog::RecordKey(record.table(), record.source_id()), definition_.partitions());
    AppendRecord(transaction, partition, std::move(record));
  }
  for (const RejectedRow& row : page.rejected) AppendRejected(table, row, transaction);
  return queued;
}

void Reader::AppendRejected(const std::string& table, const RejectedRow& row, backlog::Transaction& transaction) {
  const errors::Detail why = errors::Describe(row.reason);
  const std::string key = backlog::RecordKey(table, row.id);
  v1::DeadLetterRecord letter;
  letter.mutable_record()->set_kind(v1::QueuedRecord::KIND_UPSERT);
  letter.mutable_record()->set_table(table);
  letter.mutable_record()->set_source_id(row.id);
  letter.mutable_record()->set_row(row.row.substr(0, kRejectedRowBytes));
  letter.set_partition(backlog::PartitionOf(key, definition_.partitions()));
  letter.set_code(why.code);
  letter.set_message(why.message);
  letter.set_remedy(why.remedy);
  letter.set_attempts(1);
  letter.set_revision(definition_.revision());
  *letter.mutable_time() = ToProto(world_.loop.WallTime());
  transaction.messages.push_back({topics_.dead_letters(), letter.partition(), key, letter.SerializeAsString()});
}

// In every partition: the sweep for what the pass did not see is each partition's own.
void Reader::AppendPassEnd(const std::string& table, const v1::TableCheckpoint& checkpoint, backlog::Transaction& transaction) {
  for (int32_t partition = 0; partition < definition_.partitions(); ++partition) {
    v1::QueuedRecord record;
    record.set_kind(v1::QueuedRecord::KIND_PASS_END);
    record.set_table(table);
    record.set_pass(checkpoint.pass());
    record.set_target(checkpoint.target());
    AppendRecord(transaction, partition, record);
    record.set_kind(v1::QueuedRecord::KIND_SWEEP);
    AppendRecord(transaction, partition, std::move(record));
  }
}

async::Task<absl::Status> Reader::Commit(const std::string& table, v1::TableCheckpoint checkpoint,
                                         backlog::Transaction transaction) {
  *queued_next_.mutable_time() = ToProto(world_.loop.WallTime());
  queued_next_.set_run(fence_.run());
  const std::string topic(backlog::kCheckpointsTopic);
  const int32_t partition = checkpoints_->partition();
  transaction.messages.push_back({topic, partition, topics_.table_key(table), checkpoint.SerializeAsString()});
  transaction.messages.push_back({topic, partition, topics_.queued_key(), queued_next_.SerializeAsString()});
  for (int attempt = 0;; ++attempt) {
    const async::Instant deadline = world_.loop.Now() + kCommitDeadline;
    pulse_.Turn(deadline + kPulseSlack);
    absl::Status decided = co_await fence_.Obtain(deadline);
    if (fence_.over()) co_return decided;
    bool again = true;
    if (decided.ok()) {
      auto committed = co_await producer_->Commit(transaction, deadline);
      if (committed.ok()) break;
      again = absl::IsUnavailable(committed.status());
      decided = errors::Make(errors::kBrokerAway, absl::StrCat("A page can't be queued: ", committed.status().message()));
    }
    if (!again || stopping_) co_return decided;
    co_await Degrade(decided, attempt);
  }
  state_.Clear(kDegraded, kWho);
  checkpoints_->tables[table] = std::move(checkpoint);
  queued_ = queued_next_;
  ShowPosition(table);
  co_return absl::OkStatus();
}

void Reader::ShowPosition(const std::string& table) {
  const v1::TableCheckpoint& checkpoint = checkpoints_->tables[table];
  std::string position;
  if (!checkpoint.primed()) position = "listing what the destination holds";
  else if (checkpoint.following()) position = "following changes";
  else position = absl::StrCat(PassName(checkpoint), ", ", checkpoint.rows(), " rows");
  state_.Table(table).set_position(std::move(position));
}

async::Task<void> Reader::Pause(absl::Duration duration) {
  const async::Instant until = world_.loop.Now() + duration;
  while (!stopping_ && world_.loop.Now() < until) {
    const async::Instant next = std::min(until, world_.loop.Now() + kTurn);
    pulse_.Turn(next + kPulseSlack);
    co_await stop_wish_.WaitUntil(next);
  }
}

async::Task<void> Reader::Degrade(const absl::Status& error, int attempt) {
  const errors::Detail why = errors::Describe(error);
  state_.CountRetry(why.code);
  state_.Raise(kDegraded, kWho, why, world_.loop.WallTime());
  co_await Pause(limits::RetryPolicy{}.Delay(attempt + 1, why.retry_after, world_.random));
}

}  // namespace causeway::engine
