#include "common/engine/reader.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "common/engine/notices.h"
#include "common/engine/queue_tail.h"
#include "common/engine/right.h"
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
// How often it looks what writers have counted and people have confirmed, while it waits for that.
constexpr absl::Duration kLookEvery = absl::Seconds(1);
// A gap or a restore shows as a condition for as long: somebody looks once a day.
constexpr absl::Duration kNoticeShown = absl::Hours(24);

// Of the conditions of one table, beside those of the reader as a whole.
std::string WhoReads(const std::string& table) { return absl::StrCat("table/", table); }

absl::string_view PassName(const v1::TableCheckpoint& checkpoint) {
  if (checkpoint.pass() == checkpoint.replay_pass()) return "replaying";
  return checkpoint.pass() > 1 ? "reading again" : "initial pass";
}

errors::Detail Reread(std::string reason, const std::string& table) {
  return errors::NewDetail(errors::kRereading, absl::StrCat(reason, " The table is read again."), table);
}

}  // namespace

Reader::Reader(World& world, const v1::Definition& definition, Source& source, Destination& destination, Targets& targets, RunFence& fence,
               RunState& state)
    : world_(world),
      definition_(definition),
      source_(source),
      destination_(destination),
      targets_(targets),
      fence_(fence),
      state_(state),
      topics_(backlog::TopicsOf(definition.workflow(), definition.instance_uid(), definition.generation())),
      stop_wish_(world.loop) {}

Reader::~Reader() {
  state_.Clear(kDegraded, kWho);
  state_.Clear(kReaderPaused, kWho);
  for (const std::string& table : source_.Tables()) {
    state_.Clear(kDegraded, WhoReads(table));
    for (const char* type : {kRereading, kSourceGap, kSourceRestored, kDeletionsHeld}) state_.Clear(type, table);
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
  absl::Status settled = co_await SettleTargets();
  if (!settled.ok()) co_return settled;
  absl::Status whole = co_await CheckTails();
  if (!whole.ok()) co_return whole;
  state_.Clear(kDegraded, kWho);
  co_await AwaitLandings();

  while (!stopping_) {
    absl::Status looked = co_await LookAtCheckpoints();
    if (!looked.ok()) co_return looked;
    for (const std::string& table : source_.Tables()) {
      if (turns_[table].next > world_.loop.Now()) continue;
      absl::Status room = co_await WaitForRoom();
      if (!room.ok()) co_return room;
      if (stopping_) co_return absl::OkStatus();
      absl::Status stepped = co_await Step(table);
      if (!stepped.ok()) co_return stepped;
    }
    co_await PauseUntil(NextTurn());
  }
  co_return absl::OkStatus();
}

bool Reader::AwaitsWriters() const {
  return std::any_of(turns_.begin(), turns_.end(), [&](const auto& entry) { return AwaitsDeletions(entry.first); });
}

async::Instant Reader::NextTurn() const {
  async::Instant next = AwaitsWriters() ? last_look_ + kLookEvery : absl::InfiniteDuration();
  for (const auto& [table, turn] : turns_) next = std::min(next, turn.next);
  return next;
}

// What others write: how much each partition counted, what people confirmed.
async::Task<absl::Status> Reader::LookAtCheckpoints() {
  if (!AwaitsWriters() || world_.loop.Now() - last_look_ < kLookEvery) co_return absl::OkStatus();
  pulse_.Turn(world_.loop.Now() + kStepDeadline);
  absl::Status caught_up = co_await checkpoints_->CatchUp();
  if (!caught_up.ok()) co_return errors::Make(errors::kBrokerAway, caught_up.message());
  last_look_ = world_.loop.Now();
  for (const std::string& table : source_.Tables()) {
    absl::Status resolved = co_await ResolveDeletions(table);
    if (!resolved.ok()) co_return resolved;
  }
  co_return absl::OkStatus();
}

// What was queued has to be there before more is: what is queued next would take the offsets of what was lost, where no writer comes by
// any more.
async::Task<absl::Status> Reader::CheckTails() {
  for (int32_t partition = 0; partition < definition_.partitions() && !stopping_; ++partition) {
    absl::Status tail = co_await CheckTailOf(partition);
    if (absl::IsUnavailable(tail)) co_return errors::Make(errors::kBrokerAway, tail.message());
    if (!tail.ok()) co_return tail;
  }
  co_return absl::OkStatus();
}

async::Task<absl::Status> Reader::CheckTailOf(int32_t partition) {
  for (;;) {
    pulse_.Turn(world_.loop.Now() + kStepDeadline);
    const v1::FinishedCheckpoint finished = checkpoints_->finished[partition];
    absl::Status tail = co_await CheckTail(world_.broker, topics_.backlog(), partition, {finished.offset(), finished.ordinal()},
                                           queued_.ordinals(partition));
    if (tail.ok() || absl::IsUnavailable(tail)) co_return tail;
    // What a writer has finished and trimmed meanwhile isn't lost.
    absl::Status caught_up = co_await checkpoints_->CatchUp();
    if (!caught_up.ok()) co_return absl::UnavailableError(caught_up.message());
    if (checkpoints_->finished[partition].offset() == finished.offset()) co_return tail;
  }
}

// After a reset nothing tells any more what the generation before had in flight. Whatever of it may still land has to be among the
// keys that are listed, or it would be made a second time.
async::Task<void> Reader::AwaitLandings() {
  if (definition_.generation() == 0 || !checkpoints_->tables.empty() || !destination_.uses_index()) co_return;
  co_await Pause(kRightLasts + LandingTime(definition_.settings(), destination_.request_deadline()));
}

async::Task<absl::Status> Reader::RestoreCheckpoints() {
  checkpoints_ = std::make_unique<Checkpoints>(world_.broker, topics_);
  absl::Status caught_up = co_await checkpoints_->CatchUp();
  if (!caught_up.ok()) co_return caught_up;
  queued_ = checkpoints_->queued;
  tables_ = checkpoints_->tables;
  turns_.clear();
  last_look_ = -absl::InfiniteDuration();
  while (queued_.ordinals_size() < definition_.partitions()) queued_.add_ordinals(0);
  while (queued_.bytes_size() < definition_.partitions()) queued_.add_bytes(0);
  for (const std::string& table : source_.Tables()) {
    turns_[table].next = world_.loop.Now();
    ShowPosition(table);
    ShowNotices(table);
    ShowDeletions(table);
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

// One page of one table, and when it is the table's turn again.
async::Task<absl::Status> Reader::Step(const std::string& table) {
  turns_[table].next = world_.loop.Now();
  v1::TableCheckpoint& checkpoint = tables_[table];
  if (checkpoint.pass() == 0) {
    BeginPass(table, checkpoint);
    checkpoint.set_target(targets_.Of(table));
  }
  // Of a table of an earlier version: it is at the address that its target names.
  NameAddress(table, checkpoint);
  if (!checkpoint.primed()) co_return co_await QueueExisting(table);
  std::string reason = ReasonToStartOver(table);
  if (!reason.empty() && !checkpoint.following()) co_return co_await StartOver(table, Reread(std::move(reason), table));

  pulse_.Turn(world_.loop.Now() + PageDeadline());
  absl::StatusOr<Page> page = co_await source_.Read(table, checkpoint.position());
  if (!page.ok() && !errors::IsTransient(page.status())) co_return page.status();
  if (!page.ok()) {
    PutOff(table, page.status());
    co_return absl::OkStatus();
  }
  ReadWell(table, page->notice);
  co_return co_await UsePage(table, *std::move(page));
}

async::Task<absl::Status> Reader::UsePage(const std::string& table, Page page) {
  if (page.start_over) {
    errors::Detail why = errors::NewDetail(errors::kDynamicsDeltaExpired, std::move(page.note), table);
    if (page.notice.has_value()) why = *std::move(page.notice);
    co_return co_await StartOver(table, std::move(why));
  }
  const v1::TableCheckpoint& checkpoint = tables_[table];
  Turn& turn = turns_[table];
  if (checkpoint.following()) {
    // Changes come in the order of their versions, each round behind the one before. Within a round, and against what a pass read, the
    // order says nothing.
    for (const SourceRecord& row : page.records) {
      if (row.version > 0 && row.version < checkpoint.change_version()) co_return co_await StartOverRestored(table, row.version);
      turn.highest_change = std::max(turn.highest_change, row.version);
    }
  }
  const bool caught_up = page.caught_up;
  absl::Status queued = co_await QueuePage(table, std::move(page));
  if (!queued.ok() || !caught_up) co_return queued;
  std::string reason = ReasonToStartOver(table);
  // The old position is drained, so no deletion before this moment is missed; those until the first page of the new pass are found at
  // its end.
  if (!reason.empty()) co_return co_await StartOver(table, Reread(std::move(reason), table));
  turns_[table].next = world_.loop.Now() + PollInterval(definition_);
  co_return absl::OkStatus();
}

// Empty: the present pass, and what follows it, will do.
std::string Reader::ReasonToStartOver(const std::string& table) const {
  const v1::TableCheckpoint& checkpoint = tables_.at(table);
  if (source_.LastReplay(table) > checkpoint.last_replay()) return "A replay was asked for.";
  if (source_.Fingerprint(table) != checkpoint.fingerprint()) return "The mapping was changed or made anew.";
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
  checkpoint.set_unidentified(false);
  checkpoint.clear_held();
  checkpoint.set_fingerprint(source_.Fingerprint(table));
}

async::Task<absl::Status> Reader::StartOver(const std::string& table, errors::Detail why) {
  v1::TableCheckpoint checkpoint = tables_[table];
  BeginPass(table, checkpoint);
  state_.Raise(kRereading, table, why, world_.loop.WallTime());
  BeginTransaction();
  co_return co_await Commit(table, std::move(checkpoint), backlog::Transaction());
}

// What the source holds is of another time, or of another place: what is newest there has to be found by a pass.
async::Task<absl::Status> Reader::StartOverRestored(const std::string& table, int64_t version) {
  v1::TableCheckpoint checkpoint = tables_[table];
  const errors::Detail why = errors::NewDetail(
      errors::kDynamicsRestored,
      absl::StrCat("A change of table ", table, " has version ", version, ", below ", checkpoint.change_version(),
                   ", which was read before: the environment was restored from a backup or copied. The table is read again."),
      table);
  AddNotice(table, why, world_.loop.WallTime(), checkpoint);
  BeginPass(table, checkpoint);
  checkpoint.clear_change_version();
  state_.Raise(kRereading, table, why, world_.loop.WallTime());
  BeginTransaction();
  absl::Status committed = co_await Commit(table, std::move(checkpoint), backlog::Transaction());
  if (committed.ok()) ShowNotices(table);
  co_return committed;
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
  tables_[table] = std::move(checkpoint);
  queued_ = queued_next_;
  if (!tables_[table].has_held()) state_.Clear(kDeletionsHeld, table);
  for (const auto& [name, rows] : counted_next_) state_.CountRead(name, rows);
  ShowPosition(table);
  co_return absl::OkStatus();
}

void Reader::ShowPosition(const std::string& table) {
  const v1::TableCheckpoint& checkpoint = tables_[table];
  std::string position;
  if (!checkpoint.primed()) position = "listing what the destination holds";
  else if (checkpoint.following()) position = "following changes";
  else position = absl::StrCat(PassName(checkpoint), ", ", checkpoint.rows(), " rows");
  state_.Table(table).set_position(std::move(position));
}

void Reader::ShowNotices(const std::string& table) {
  const auto& notices = tables_[table].gaps();
  if (notices.empty()) return;
  state_.SetGaps(table, {notices.begin(), notices.end()});
  for (const char* type : {kSourceGap, kSourceRestored}) {
    const auto last = std::find_if(notices.rbegin(), notices.rend(), [&](const v1::SourceGap& notice) { return TypeOf(notice) == type; });
    if (last == notices.rend()) continue;
    const absl::Time found = FromProto(last->time());
    errors::Detail why;
    why.code = last->code();
    why.message = last->message();
    if (world_.loop.WallTime() - found < kNoticeShown) state_.Raise(type, table, why, found);
    else state_.Clear(type, table);
  }
}

async::Task<void> Reader::Pause(absl::Duration duration) { return PauseUntil(world_.loop.Now() + duration); }

async::Task<void> Reader::PauseUntil(async::Instant until) {
  while (!stopping_ && world_.loop.Now() < until) {
    const async::Instant next = std::min(until, world_.loop.Now() + kTurn);
    pulse_.Turn(next + kPulseSlack);
    co_await stop_wish_.WaitUntil(next);
  }
}

void Reader::ReadWell(const std::string& table, const std::optional<errors::Detail>& notice) {
  turns_[table].failures = 0;
  if (notice.has_value()) state_.Raise(kDegraded, WhoReads(table), *notice, world_.loop.WallTime());
  else state_.Clear(kDegraded, WhoReads(table));
}

// The table waits; the others go on.
void Reader::PutOff(const std::string& table, const absl::Status& error) {
  errors::Detail why = errors::Describe(error);
  Turn& turn = turns_[table];
  turn.next = world_.loop.Now() + limits::RetryPolicy{}.Delay(++turn.failures, why.retry_after, world_.random);
  state_.CountRetry(why.code);
  why.message = absl::StrCat("Reading table ", table, " fails", source_.Tables().size() > 1 ? ", the others go on: " : ": ", why.message);
  state_.Raise(kDegraded, WhoReads(table), why, world_.loop.WallTime());
}

async::Task<void> Reader::Degrade(const absl::Status& error, int attempt) {
  const errors::Detail why = errors::Describe(error);
  state_.CountRetry(why.code);
  state_.Raise(kDegraded, kWho, why, world_.loop.WallTime());
  co_await Pause(limits::RetryPolicy{}.Delay(attempt + 1, why.retry_after, world_.random));
}

}  // namespace causeway::engine
