#include "common/engine/dispatcher.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/async/sleep.h"
#include "common/backlog/record.h"
#include "common/engine/record_order.h"
#include "common/engine/settings.h"
#include "common/engine/timestamps.h"
#include "common/errors/error.h"
#include "common/limits/retry_policy.h"

namespace causeway::engine {
namespace {

constexpr char kWho[] = "writer";
// Trouble that lies back so long, with nothing waiting for another attempt, is over.
constexpr absl::Duration kQuiet = absl::Seconds(3);
constexpr size_t kExcerptBytes = 2048;

void KeepDoubt(bool uncertain, v1::IndexEntry& entry) {
  if (!uncertain) return;
  entry.set_uncertain(true);
  entry.clear_update_hash();
  entry.clear_insert_hash();
}

backlog::Fate FateOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kUnchanged: return backlog::Fate::kUnchanged;
    case Outcome::kSkipped: return backlog::Fate::kSkipped;
    default: return backlog::Fate::kWritten;
  }
}

void Count(v1::TableProgress& progress, backlog::Fate fate, const char* reason) {
  switch (fate) {
    case backlog::Fate::kNoRow: break;
    case backlog::Fate::kWritten: progress.set_written(progress.written() + 1); break;
    case backlog::Fate::kUnchanged: progress.set_unchanged(progress.unchanged() + 1); break;
    case backlog::Fate::kSkipped:
      progress.set_skipped(progress.skipped() + 1);
      ++(*progress.mutable_skipped_by_reason())[reason];
      break;
    case backlog::Fate::kDead: progress.set_dead_lettered(progress.dead_lettered() + 1); break;
  }
}

}  // namespace

// A flight's right to send, and the proof that it goes on: however many requests it takes, the next one comes soon.
class Dispatcher::FlightRight final : public DispatchRight {
 public:
  explicit FlightRight(Dispatcher& dispatcher) : dispatcher_(dispatcher), due_(dispatcher.dues_.insert(NextDue())) {
    dispatcher_.last_progress_ = dispatcher_.world_.loop.Now();
  }
  ~FlightRight() override {
    dispatcher_.dues_.erase(due_);
    dispatcher_.last_progress_ = dispatcher_.world_.loop.Now();
  }

  async::Task<absl::Status> Obtain() override {
    Turn(absl::InfiniteDuration());  // The committer has a pulse of its own.
    absl::Status right = co_await dispatcher_.committer_.Obtain();
    Turn(NextDue());
    co_return right;
  }
  absl::Status Check() const override { return dispatcher_.committer_.Check(); }

 private:
  async::Instant NextDue() const {
    return dispatcher_.ActiveTime(dispatcher_.world_.loop.Now()) + dispatcher_.Patience();
  }
  void Turn(async::Instant due) {
    dispatcher_.dues_.erase(due_);
    due_ = dispatcher_.dues_.insert(due);
    dispatcher_.last_progress_ = dispatcher_.world_.loop.Now();
  }

  Dispatcher& dispatcher_;
  std::multiset<async::Instant>::iterator due_;
};

Dispatcher::Dispatcher(World& world, const v1::Definition& definition, Destination& destination, const Targets& targets,
                       OwnedPartitions& partitions, Index& index, Committer& committer, RunState& state,
                       std::function<void(absl::Status)> on_failure)
    : world_(world),
      definition_(definition),
      destination_(destination),
      targets_(targets),
      partitions_(partitions),
      index_(index),
      committer_(committer),
      state_(state),
      topics_(backlog::TopicsOf(definition.workflow(), definition.instance_uid(), definition.generation())),
      on_failure_(std::move(on_failure)),
      dead_letter_share_(MaxDeadLetterPercent(definition.settings())),
      last_trouble_(-absl::InfiniteDuration()),
      last_look_(world.loop.Now()),
      last_progress_(world.loop.Now()),
      work_(world.loop),
      landed_(world.loop),
      flights_(world.loop) {}

// Nobody else would know when its trouble is over.
Dispatcher::~Dispatcher() { state_.Clear(kDegraded, kWho); }

void Dispatcher::Push(OwnedPartition& partition, const std::string& key, QueuedItem item) {
  if (auto* lane = partition.lanes.Find(key)) {
    if (QueuedItem* waiting = partition.lanes.Waiting(*lane)) {
      if (Absorb(partition, *waiting, item)) return;
      Supersede(partition, std::move(*waiting), item);
    }
  }
  partition.lanes.Push(key, std::move(item));
  work_.Notify();
}

// A mark takes no version's place: the version remembers it, and it is finished, for both are queued behind the same offset. Not so a
// deletion by a sweep: what a later pass has seen isn't gone.
bool Dispatcher::Absorb(OwnedPartition& partition, QueuedItem& version, QueuedItem& mark) {
  if (!mark.IsMark() || version.IsMark() || version.sweep) return false;
  Complete(partition, mark, backlog::Fate::kNoRow);
  version.seen = std::move(mark.record);
  return true;
}

// The newer version is queued durably behind the older one, so the older one needn't be written. What is uncertain of the key stays so.
void Dispatcher::Supersede(OwnedPartition& partition, QueuedItem older, QueuedItem& newer) {
  if (older.uncertain) Doubt(partition, newer);
  Complete(partition, older, backlog::Fate::kSkipped, skip::kSuperseded);
}

void Dispatcher::Doubt(OwnedPartition& partition, QueuedItem& item) {
  item.uncertain = true;
  partition.doubtful.insert(item.record->ordinal());
}

void Dispatcher::Finish(OwnedPartition& partition, const v1::QueuedRecord& record) {
  partition.doubtful.erase(record.ordinal());
  partition.progress.Finish(record.ordinal());
  partition.buffered_bytes -= static_cast<int64_t>(record.row().size());
  partition.changed.Notify();
  committer_.Wish();
}

// What a sweep deletes is no row of the queue: the sweep is finished when all of it is, and doubtful as long as any of it was.
void Dispatcher::Complete(OwnedPartition& partition, const QueuedItem& item, backlog::Fate fate, const char* reason) {
  const v1::QueuedRecord& record = *item.record;
  if (item.sweep) {
    --item.sweep->outstanding;
    if (fate == backlog::Fate::kSkipped) fate = backlog::Fate::kNoRow;
  } else {
    if (item.IsMark()) fate = backlog::Fate::kNoRow;
    partition.doubtful.erase(record.ordinal());
    partition.progress.Finish(record.ordinal(), fate, record.table(), reason);
    partition.buffered_bytes -= static_cast<int64_t>(record.row().size());
  }
  Count(state_.Table(record.table()), fate, reason);
  partition.changed.Notify();
  committer_.Wish();
}

void Dispatcher::End(Flight::Leg& leg, backlog::Fate fate, const char* reason) {
  Complete(*leg.partition, leg.item, fate, reason);
  leg.partition->lanes.Done(*leg.lane);
}

async::Task<void> Dispatcher::Run() {
  for (;;) {
    RecoverIfQuiet();
    CountPause();
    const async::Instant now = world_.loop.Now();
    while (!failed_ && now >= paused_until_ && in_flight_ < destination_.concurrency()) {
      Flight flight;
      if (!CollectBatch(flight)) break;
      ++in_flight_;
      flights_.Spawn(Fly(std::move(flight)));
    }
    co_await work_.WaitUntil(paused_until_ > now ? paused_until_ : now + absl::Seconds(1));
  }
}

// One record may be why a batch got no answer: its next ones are smaller and smaller, until it holds up nobody but itself.
size_t Dispatcher::LargestBatchWith(const QueuedItem& item) const {
  constexpr int kShrink = 2;  // Bits.
  const int shift = std::min(kShrink * item.unanswered, 30);
  return static_cast<size_t>(std::max(destination_.batch_limit() >> shift, 1));
}

// The next records, partition by partition in turn, so that none waits behind another's load.
bool Dispatcher::CollectBatch(Flight& flight) {
  size_t limit = static_cast<size_t>(destination_.batch_limit());
  for (size_t visited = 0; visited < partitions_.size() && flight.legs.size() < limit; ++visited) {
    auto found = partitions_.lower_bound(next_partition_);
    if (found == partitions_.end()) found = partitions_.begin();
    OwnedPartition& partition = *found->second;
    next_partition_ = partition.id + 1;
    while (!partition.closing && flight.legs.size() < limit) {
      auto* lane = partition.lanes.NextReady();
      if (lane == nullptr) break;
      const QueuedItem& next = *partition.lanes.Waiting(*lane);
      if (!partition.progress.MayDispatch(next.record->ordinal())) break;
      limit = std::min(limit, LargestBatchWith(next));
      if (flight.legs.size() >= limit) {
        next_partition_ = partition.id;  // It begins the next batch.
        break;
      }
      flight.legs.push_back({&partition, lane, partition.lanes.Take(*lane)});
    }
  }
  return !flight.legs.empty();
}

// One batch, from its start to what became of each record.
async::Task<void> Dispatcher::Fly(Flight flight) {
  std::vector<Flight::Leg> legs;
  std::vector<Write> writes;
  writes.reserve(flight.legs.size());
  for (Flight::Leg& leg : flight.legs) {
    Write write;
    if (!Prepare(leg, write)) continue;
    flying_.emplace(leg.partition, leg.item.record->ordinal());
    legs.push_back(std::move(leg));
    writes.push_back(std::move(write));
  }
  std::span<Write> to_write(writes);
  if (!to_write.empty()) {
    FlightRight right(*this);
    co_await destination_.WriteAll(to_write, right);
  }

  --in_flight_;
  trouble_counted_ = false;
  for (size_t i = 0; i < writes.size(); ++i) {
    flying_.erase(flying_.find({legs[i].partition, legs[i].item.record->ordinal()}));
    Land(legs[i], writes[i]);
  }
  landed_.Notify();
  work_.Notify();
}

// False: there is nothing to send, and what becomes of the record is decided.
bool Dispatcher::Prepare(Flight::Leg& leg, Write& write) {
  ++leg.item.attempts;
  write.record = leg.item.record.get();
  write.uncertain = leg.item.uncertain;
  if (leg.item.IsMark()) {
    RememberSeen(leg, *leg.item.record);
    End(leg, backlog::Fate::kNoRow);
    return false;
  }
  if (!destination_.uses_index()) return true;
  absl::StatusOr<Index::Entry> known = index_.Get(leg.partition->id, leg.lane->key);
  if (!known.ok()) {
    Fail(known.status());
    leg.partition->lanes.Requeue(*leg.lane, std::move(leg.item));
    return false;
  }
  write.known = *std::move(known);
  // Others may have written it, or seen it, since the sweep came by.
  const uint64_t target = targets_.Of(write.record->table());
  if (leg.item.sweep && (!write.known.has_value() || !IsGone(*write.known, write.record->pass(), target))) {
    End(leg, backlog::Fate::kNoRow);
    return false;
  }
  // What is known is of another target, and has taken the place of what was known of this one: a run may have written to the other one
  // without its reader ever having listed keys. What was queued for another target was queued before the keys of this one were listed.
  if (write.known.has_value() && write.known->target() != target) {
    write.known.reset();
    write.uncertain = true;
  }
  write.queued_elsewhere = write.record->target() != target;
  if (write.queued_elsewhere) write.uncertain = true;
  if (write.known.has_value() && write.known->uncertain()) write.uncertain = true;
  if (write.known.has_value() && write.known->destination_key().empty()) {
    write.known.reset();
    write.uncertain = true;
  }
  // I15: what is written is newer already.
  const bool stale = write.known.has_value() && IsOlder(*write.record, *write.known);
  if (!stale) return true;
  dead_letter_share_.Count(false);
  if (leg.item.seen) RememberSeen(leg, *leg.item.seen);
  End(leg, backlog::Fate::kSkipped, skip::kOlder);
  return false;
}

void Dispatcher::Land(Flight::Leg& leg, Write& write) {
  v1::TableProgress& progress = state_.Table(leg.item.record->table());
  progress.set_calls(progress.calls() + write.calls);
  if (write.overcome != nullptr) state_.CountRetry(std::string(write.overcome->id));
  if (write.status.ok()) return Written(leg, write);
  if (write.uncertain) Doubt(*leg.partition, leg.item);
  const errors::Detail why = errors::Describe(write.status);
  switch (why.kind) {
    case errors::Kind::kTransient:
      if (const std::optional<errors::Detail> given_up = GivenUp(leg, write)) return Refused(leg, *given_up);
      return Postponed(leg, why);
    case errors::Kind::kWorkflow:
      Fail(write.status);
      return Postponed(leg, why);
    default: return Refused(leg, why);
  }
}

void Dispatcher::Written(Flight::Leg& leg, Write& write) {
  const v1::QueuedRecord& record = *leg.item.record;
  troubles_ = 0;
  dead_letter_share_.Count(false);
  const backlog::Fate fate = FateOf(write.outcome);
  if (fate == backlog::Fate::kWritten) ++taken_[record.table()];
  if (leg.item.sweep && fate == backlog::Fate::kWritten) leg.partition->progress.CountSwept(record.table());
  // A deletion that looked and found nothing ends the doubt about the key.
  const bool absent = write.uncertain && record.kind() == v1::QueuedRecord::KIND_DELETE && destination_.Deletes(record.table());
  if (destination_.uses_index() && (absent || write.outcome != Outcome::kSkipped)) {
    if (write.entry.has_value()) write.entry->set_target(targets_.Of(record.table()));
    index_.Put(leg.partition->id, leg.lane->key, std::move(write.entry));
  } else if (destination_.uses_index() && write.uncertain) {
    RememberDoubt(leg);
  }
  if (leg.item.seen) RememberSeen(leg, *leg.item.seen);
  End(leg, fate, write.skip_reason);
}

// Empty: it is tried again.
std::optional<errors::Detail> Dispatcher::GivenUp(Flight::Leg& leg, const Write& write) {
  const errors::Code* code = write.if_it_lasts;
  if (code == nullptr) return std::nullopt;
  FailingRecord& failing = leg.item.failing;
  failing.Failed(world_.loop.Now(), taken_[leg.item.record->table()]);
  if (!failing.GiveUp()) return std::nullopt;
  const errors::Detail why = errors::Describe(write.status);
  errors::Detail detail = errors::NewDetail(
      *code, absl::StrCat(failing.failures(), " attempts within ", absl::ToInt64Minutes(failing.lasts()),
                          " minutes failed at this record while others of the table were written; the last one: ", why.message),
      why.subject);
  detail.excerpt = why.excerpt;
  return detail;
}

void Dispatcher::Refused(Flight::Leg& leg, const errors::Detail& why) {
  v1::QueuedRecord& record = *leg.item.record;
  v1::DeadLetterRecord letter;
  *letter.mutable_record() = record;
  letter.set_partition(leg.partition->id);
  letter.set_code(why.code);
  letter.set_message(why.message);
  letter.set_remedy(why.remedy);
  letter.set_response_excerpt(why.excerpt.substr(0, kExcerptBytes));
  letter.set_attempts(leg.item.attempts);
  letter.set_revision(definition_.revision());
  *letter.mutable_time() = ToProto(world_.loop.WallTime());
  OutcomesOfRecords& outcomes = leg.partition->outcomes;
  backlog::OutgoingMessage message{topics_.dead_letters(), leg.partition->id, leg.lane->key, letter.SerializeAsString()};
  if (leg.item.sweep) outcomes.swept.push_back(std::move(message));
  else outcomes.dead_letters[record.ordinal()] = std::move(message);

  RememberRefused(leg);
  if (leg.item.seen) RememberSeen(leg, *leg.item.seen);
  troubles_ = 0;
  dead_letter_share_.Count(true);
  if (dead_letter_share_.TooMany()) {
    Fail(errors::Make(errors::kTooManyDeadLetters,
                      absl::StrCat(dead_letter_share_.refused(), " of the last ", dead_letter_share_.seen(),
                                   " records were refused, the last one because: ", why.message),
                      record.table()));
  }
  End(leg, backlog::Fate::kDead);
}

// A refused row is still in the source: the end of a pass must not take what an earlier version of it became for gone. And what
// an attempt without an answer may have done stays in doubt: the next version has to be looked up (uncertain) and written
// whatever it holds (no hashes). In a replay the next version has to be written too. What a sweep couldn't delete counts as seen by its
// pass: a crash would have it refused again; the next pass comes to it.
void Dispatcher::RememberRefused(const Flight::Leg& leg) {
  const v1::QueuedRecord& record = *leg.item.record;
  if (!destination_.uses_index() || (record.kind() != v1::QueuedRecord::KIND_UPSERT && !leg.item.sweep)) return;
  absl::StatusOr<Index::Entry> known = index_.Get(leg.partition->id, leg.lane->key);
  if (!known.ok()) return Fail(known.status());
  const uint64_t target = targets_.Of(record.table());
  if (known->has_value() && (*known)->target() != target) known->reset();
  if (!known->has_value() && !leg.item.uncertain) return;
  v1::IndexEntry entry = known->value_or(v1::IndexEntry());
  MarkSeen(record, entry);
  entry.set_target(target);
  if (!known->has_value()) entry.set_version(record.version());
  KeepDoubt(leg.item.uncertain, entry);
  index_.Put(leg.partition->id, leg.lane->key, std::move(entry));
}

// What is left out by rule (a deletion that the mapping ignores, a table that isn't mapped any more) ends no doubt: an attempt without an
// answer may have made the record, so its next version has to be looked up.
void Dispatcher::RememberDoubt(const Flight::Leg& leg) {
  const v1::QueuedRecord& record = *leg.item.record;
  absl::StatusOr<Index::Entry> known = index_.Get(leg.partition->id, leg.lane->key);
  if (!known.ok()) return Fail(known.status());
  v1::IndexEntry entry = known->value_or(v1::IndexEntry());
  if (!known->has_value()) {
    entry.set_target(record.target());
    entry.set_pass(record.pass());
    entry.set_version(1);  // Ours, if it is there at all.
  }
  KeepDoubt(true, entry);
  index_.Put(leg.partition->id, leg.lane->key, std::move(entry));
}

// A pass has seen a row that can't be queued: what an earlier version of it became stays. Nothing is known of a row that was never
// written.
void Dispatcher::RememberSeen(const Flight::Leg& leg, const v1::QueuedRecord& seen) {
  if (!destination_.uses_index()) return;
  absl::StatusOr<Index::Entry> known = index_.Get(leg.partition->id, leg.lane->key);
  if (!known.ok()) return Fail(known.status());
  if (!known->has_value() || (*known)->target() != seen.target()) return;
  MarkSeen(seen, **known);
  KeepDoubt(leg.item.uncertain && leg.item.IsMark(), **known);
  index_.Put(leg.partition->id, leg.lane->key, *std::move(known));
}

void Dispatcher::Postponed(Flight::Leg& leg, const errors::Detail& why) {
  // A pause that was asked for is the destination's to keep (Destination::paused): it counts from that answer, which may lie back,
  // as a flight's other requests kept it already.
  absl::Duration delay = limits::RetryPolicy{}.Delay(leg.item.attempts, std::nullopt, world_.random);
  absl::Duration pause = delay;  // Of all, where the destination seems to be in trouble.
  if (why.maybe_done) {
    ++leg.item.unanswered;
    Doubt(*leg.partition, leg.item);
    pause = std::max(pause, destination_.request_deadline());
    // It may still land: what is sent next must come after it.
    const absl::Duration landing = LandingTime(definition_.settings(), destination_.request_deadline());
    if (!destination_.lands_harmlessly()) delay = std::max(delay, landing);
  }
  if (why.code != errors::kPartitionLost.id) {
    state_.CountRetry(why.code);
    state_.Raise(kDegraded, kWho, why, world_.loop.WallTime());
    last_trouble_ = world_.loop.Now();
    // One batch's trouble slows its records; trouble in a row is the destination's and slows everything.
    if (!std::exchange(trouble_counted_, true)) ++troubles_;
    if (troubles_ > destination_.concurrency()) paused_until_ = std::max(paused_until_, world_.loop.Now() + pause);
  }
  Flight::Leg waiting{leg.partition, leg.lane, std::move(leg.item)};
  leg.partition->tasks.Spawn(TryAgainLater(std::move(waiting), delay));
}

// Belongs to the partition: a record that waits for another attempt does not hold up giving the partition up.
async::Task<void> Dispatcher::TryAgainLater(Flight::Leg leg, absl::Duration delay) {
  co_await async::SleepFor(world_.loop, delay);
  OwnedPartition& partition = *leg.partition;
  QueuedItem* newer = partition.lanes.Waiting(*leg.lane);
  if (newer != nullptr && !Absorb(partition, leg.item, *newer)) {
    Supersede(partition, std::move(leg.item), *newer);
    partition.lanes.Done(*leg.lane);
  } else {
    partition.lanes.Requeue(*leg.lane, std::move(leg.item));
  }
  work_.Notify();
}

async::Task<void> Dispatcher::Drain(async::Instant deadline) {
  while (in_flight_ > 0 && world_.loop.Now() < deadline) co_await landed_.WaitUntil(deadline);
  flights_.Clear();
  for (const auto& [partition, ordinal] : flying_) {
    partition->doubtful.insert(ordinal);
  }
  flying_.clear();
  in_flight_ = 0;
  troubles_ = 0;  // What failed is tried again by the next owner.
}

bool Dispatcher::Alive(async::Instant now) const { return dues_.empty() || ActiveTime(now) <= *dues_.begin(); }

void Dispatcher::CountPause() {
  const async::Instant now = world_.loop.Now();
  const bool paused = destination_.paused();
  if (paused) last_progress_ = now;
  // Some wait for the others' requests then, which is no hanging as long as any of these goes on.
  const bool in_line = in_flight_ > destination_.concurrency() && now - last_progress_ <= Patience();
  if (paused || in_line) time_paused_ += now - last_look_;
  last_look_ = now;
}

void Dispatcher::Fail(absl::Status error) {
  if (std::exchange(failed_, true)) return;
  on_failure_(std::move(error));
}

void Dispatcher::RecoverIfQuiet() {
  if (last_trouble_ == -absl::InfiniteDuration() || world_.loop.Now() - last_trouble_ < kQuiet || troubles_ > 0) return;
  state_.Clear(kDegraded, kWho);
  last_trouble_ = -absl::InfiniteDuration();
}

}  // namespace causeway::engine
