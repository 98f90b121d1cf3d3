#include "tests/simulation/invariants.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/backlog/record.h"
#include "common/errors/codes.h"

namespace causeway::simulation {
namespace {

// A lease that isn't renewed for 10 s is gone (design.md "Control"), counted from the report's arrival; and a second for
// noticing it.
constexpr absl::Duration kLeaseIsGone = absl::Seconds(10 + 1);
// The longest way of a request to the broker, and its markers.
constexpr absl::Duration kStopHasLanded = absl::Seconds(8 + 4);
// A process that has gone on for so long has taken in what came during a pause.
constexpr absl::Duration kAnswersAreFresh = absl::Seconds(5);
// As long as the broker can be reached, what is shown is no older: a dead writer's transaction, which hides what comes
// behind it, has timed out by then.
constexpr absl::Duration kObservedWithin = absl::Seconds(60);

// A key that somebody else may have written is looked up as it is, and in the other case.
constexpr int kFormsOfAKey = 2;
// Of a table whose address has changed.
constexpr int kSample = 20;

// Its tokens' too: without one an attempt ends before it is sent.
bool OfCampaign(const http::Request& request) {
  return absl::StartsWith(request.url, kCampaignOrigin) || absl::StartsWith(request.url, kCampaignAlias) ||
         absl::StartsWith(request.url, kImsOrigin);
}

}  // namespace

Invariants::Invariants(World& world, Mailing& mailing)
    : world_(world), mailing_(mailing), landings_(world), targets_(world), lease_(world.setup.workflow) {
  world_.activities.Observe([this](const ActivityRow& row) {
    if (std::string wrong = mailing_.Made(row); !wrong.empty()) Violate(std::move(wrong));
  });
  world_.campaign.Observe([this](const CampaignWrite& write) { Report(landings_.Landed(write)); });
  world_.kafka.ObserveDamage([this](const std::string& topic) { OnDamage(topic); });
  world_.control.ObserveAssignments([this](const v1::ConnectResponse& list) { landings_.Observe(list); });
  world_.http.OnSend([this](const Delivery& delivery, std::optional<Instant> lands) { OnSend(delivery, lands); });
  world_.http.OnTooEarly([this](const http::Request& request) {
    Violate(absl::StrCat("it was told to wait, and asks already: ", request.method, " ", request.url));
  });
  world_.http.OnAnswer([this](const http::Request& request, const http::Response& response) {
    if (OfCampaign(request) && response.status < 300) ++well_answered_;
  });
  world_.control.Observe([this](int from, const v1::ConnectRequest& report) {
    lease_.Observe(from, report, world_.simulation.Now());
  });
}

void Invariants::Violate(std::string what) {
  if (violated_.has_value()) return;
  world_.simulation.Trace(absl::StrCat("VIOLATION ", what));
  violated_ = std::move(what);
}

bool Invariants::OfDestination(const http::Request& request) const {
  if (world_.plan.egress) return absl::StartsWith(request.url, kDataverseOrigin);
  return OfCampaign(request) && !absl::StartsWith(request.url, kImsOrigin);
}

void Invariants::OnSend(const Delivery& delivery, std::optional<Instant> lands) {
  const http::Request& request = delivery.request;
  if (OfCampaign(request)) ++requests_;
  if (!OfDestination(request)) return;
  if (!world_.plan.egress) Report(landings_.Sent(delivery, lands));
  if (absl::StrContains(request.url, "/byExternalId")) ++lookups_;
  if (request.method == "GET") return;
  ControllerProgram* controller = world_.controller_program();
  if (controller == nullptr || controller->status() != v1::Workflow::STATUS_STOPPED) return;
  Violate(absl::StrCat("a stopped workflow writes: ", request.method, " ", request.url));
}

void Invariants::Tick() {
  const ControllerProgram* controller = world_.controller_program();
  workflow_ = controller == nullptr ? std::nullopt : controller->Show();
  CheckOrdinals();
  CheckOffsets();
  CheckStatus();
  CheckShownBacklog();
  CheckGaps();
  CheckStopped();
  if (!world_.plan.egress) CheckCalls();
  if (!world_.plan.egress) Report(targets_.Tick());
  last_tick_ = world_.simulation.Now();
}

void Invariants::FollowGeneration() {
  const std::string name = world_.topics().backlog();
  if (name == backlog_) return;
  landings_.Reset(index_);
  backlog_ = name;
  index_ = world_.topics().index();
  damaged_ = false;
  handed_out_ += std::exchange(generation_, 0);
  partitions_.clear();
  shown_ = ShownBacklog();
  queued_ = 0;
  gaps_ = 0;
}

// Called before and after: what there was is looked at before, and where the log goes on after.
void Invariants::OnDamage(const std::string& topic) {
  if (topic != world_.topics().backlog()) return;
  CheckOrdinals();
  damaged_ = true;
  shown_ = ShownBacklog();
  for (auto& [id, partition] : partitions_) {
    const KafkaLog* const log = world_.kafka.Log(topic, id);
    if (log == nullptr) continue;
    partition.unseen = true;
    partition.next_offset = std::min(partition.next_offset, log->end());
  }
}

void Invariants::CheckOrdinals() {
  FollowGeneration();
  for (int32_t id = 0; id < world_.plan.partitions; ++id) {
    KafkaLog* const made = world_.kafka.Log(world_.topics().backlog(), id);
    if (made == nullptr) return;  // The first start makes the topics.
    KafkaLog& log = *made;
    Partition& partition = partitions_[id];
    // What was trimmed meanwhile was finished, so a writer has seen it.
    partition.unseen = partition.unseen || log.start() > partition.next_offset;
    KafkaLog::Chunk chunk = log.Read(std::max(log.start(), partition.next_offset), 1000);
    for (const backlog::Message& message : chunk.messages) {
      const auto record = backlog::DecodeRecord(message);
      if (!record.ok())
        return Violate(absl::StrCat("the backlog holds what is no record: ", record.status().message()));
      const int64_t next = partition.last_ordinal + 1;
      const bool follows = partition.unseen || damaged_ ? record->ordinal() >= next : record->ordinal() == next;
      if (!follows) {
        return Violate(
            absl::StrCat("ordinal ", record->ordinal(), " follows ", partition.last_ordinal, " in partition ", id));
      }
      partition.last_ordinal = record->ordinal();
      partition.unseen = false;
    }
    partition.next_offset = chunk.next_offset;
  }
}

void Invariants::CheckOffsets() {
  if (world_.kafka.Log(world_.topics().backlog(), 0) == nullptr) return;
  KafkaGroup& group = world_.kafka.Group(world_.topics().group(), world_.topics().backlog());
  for (const auto& [id, offset] : group.offsets()) {
    const auto metadata = backlog::OffsetMetadata::Decode(offset.metadata);
    if (!metadata.ok()) return Violate(absl::StrCat("committed metadata: ", metadata.status().message()));
    Partition& partition = partitions_[id];
    if (metadata->ordinal < partition.finished) {
      return Violate(
          absl::StrCat("partition ", id, " went back from ordinal ", partition.finished, " to ", metadata->ordinal));
    }
    partition.finished = metadata->ordinal;
    if (!group.Committed({id}).has_value()) continue;  // Decided perhaps, and not visible yet.
    if (!damaged_ && offset.offset < world_.kafka.Log(world_.topics().backlog(), id)->start()) {
      return Violate(absl::StrCat("partition ", id, " is trimmed beyond its committed offset ", offset.offset));
    }
  }
}

void Invariants::CheckStatus() {
  if (!workflow_.has_value() || workflow_->status() != v1::Workflow::STATUS_RUNNING) return;
  const Instant now = world_.simulation.Now();
  // Having gone on after a pause it reads what came meanwhile, and can't know how old that is.
  if (world_.controller().paused() || now - world_.controller().running_since() < kLeaseIsGone) return;
  const bool read = now - lease_.read() < kLeaseIsGone, written = now - lease_.written() < kLeaseIsGone;
  // While it is being stopped, one that still does something is enough.
  const bool enough = world_.controller_program()->started() ? read && written : read || written;
  if (!enough) Violate("the status is RUNNING while no report says that loops turn");
}

bool Invariants::BrokerReached() const {
  return world_.kafka.up() && world_.controller().running() &&
         world_.network.Reaches(world_.controller().party(), world_.kafka.party()) &&
         world_.network.Reaches(world_.kafka.party(), world_.controller().party());
}

void Invariants::SampleBacklog() {
  if (partitions_.empty()) return shown_.Sample(world_.simulation.Now(), 0, 0, 0);
  const auto& offsets = world_.kafka.Group(world_.topics().group(), world_.topics().backlog()).offsets();
  int64_t least = 0, most = 0;
  for (const auto& [id, partition] : partitions_) {
    least += partition.finished;
    // Where the group's offset has expired, the last one may have been committed unseen.
    most += offsets.contains(id) ? partition.finished : std::max(partition.last_ordinal, partition.finished);
  }
  shown_.Sample(world_.simulation.Now(), Queued(), least, most);
}

// W1, at every moment.
void Invariants::CheckShownBacklog() {
  const Instant now = world_.simulation.Now();
  SampleBacklog();
  if (!workflow_.has_value() || !BrokerReached()) reached_since_ = now;
  // What was observed while nobody looked may be of any moment since.
  const bool looked_on = std::exchange(looks_on_, workflow_.has_value());
  if (!workflow_.has_value() || !workflow_->backlog().has_observe_time()) return;
  const absl::Time observed = absl::FromUnixSeconds(workflow_->backlog().observe_time().seconds()) +
                              absl::Nanoseconds(workflow_->backlog().observe_time().nanos());
  // What is finished is all that was queued, as the same observation says.
  if (workflow_->backlog().records() == 0) Report(DifferenceOfBooks(*workflow_));
  const Instant runs_since = world_.controller().running_since();
  if (observed != std::exchange(observed_, observed)) {
    observed_at_ = now;
    // What a paused process takes in when it goes on may be as old as its pause.
    if (looked_on && !damaged_ && now - runs_since > kAnswersAreFresh) shown_.Show(last_tick_, now, workflow_->backlog().records());
  }
  if (now - std::max({observed_at_, reached_since_, runs_since}) > kObservedWithin)
    Violate("the backlog that is shown grows old though the broker is there");
  if (std::string wrong = shown_.Check(); !wrong.empty()) Violate(std::move(wrong));
}

void Invariants::CheckGaps() {
  if (!workflow_.has_value() || workflow_->source_gaps() <= gaps_) return;
  gaps_ = workflow_->source_gaps();
  gap_told_ = world_.simulation.Now();
}

void Invariants::CheckStopped() {
  const Instant now = world_.simulation.Now();
  const ControllerProgram* controller = world_.controller_program();
  const bool stopped = workflow_.has_value() && workflow_->status() == v1::Workflow::STATUS_STOPPED;
  // It may have run between two ticks.
  const int64_t run_before = run_;
  if (controller != nullptr) run_ = controller->run();
  if (!stopped || run_ != run_before) stopped_since_ = now;
  const int64_t before = std::exchange(queued_, Queued());
  if (now - stopped_since_ > kStopHasLanded && queued_ > before) Violate("a stopped workflow queues records");
}

// Records ever queued; what was trimmed before it was looked at was finished.
int64_t Invariants::Queued() const {
  int64_t queued = 0;
  for (const auto& [id, partition] : partitions_) queued += std::max(partition.last_ordinal, partition.finished);
  return queued;
}

int64_t Invariants::Backlog() {
  CheckOrdinals();
  CheckOffsets();
  int64_t backlog = 0;
  for (const auto& [id, partition] : partitions_)
    backlog += std::max<int64_t>(0, partition.last_ordinal - partition.finished);
  return backlog;
}

std::string Invariants::Difference() const {
  if (world_.plan.egress) return mailing_.Missing(gap_told_);
  std::string difference = landings_.Difference();
  return difference.empty() ? DifferenceOfDeadLetters() : difference;
}

std::string Invariants::DifferenceOfDeadLetters() const {
  std::map<std::string, int64_t> versions;
  std::string wrong;
  for (int32_t id = 0; id < world_.plan.partitions; ++id) {
    KafkaLog* const log = world_.kafka.Log(world_.topics().dead_letters(), id);
    if (log == nullptr) return "there is no topic of dead letters";
    log->ForEachCommitted([&](const backlog::Message& message) {
      v1::DeadLetterRecord letter;
      if (!message.value.has_value() || !letter.ParseFromString(*message.value)) {
        wrong = "what is no dead letter lies among them";
        return;
      }
      if (!absl::StrContains(letter.record().row(), kRefusedMark))
        wrong = absl::StrCat("row ", letter.record().source_id(), " is a dead letter though Campaign takes it");
      int64_t& version = versions[letter.record().source_id()];
      version = std::max(version, letter.record().version());
    });
  }
  for (const TablePair& pair : PairsOf(world_.plan.tables)) {
    for (const auto& [id, row] : world_.dataverse.table(pair.table).rows()) {
      if (row.refusable && versions[id] < row.revision) wrong = absl::StrCat("row ", id, " is no dead letter");
    }
  }
  return wrong;
}

bool Invariants::Settled() {
  return workflow_.has_value() && workflow_->status() == v1::Workflow::STATUS_RUNNING && Backlog() == 0 &&
         ShowsTheBacklog(*workflow_, 0) && Difference().empty() && DifferenceOfNeighbour().empty();
}

void Invariants::Finally() {
  if (violated_.has_value()) return;
  if (const int64_t doubled = world_.campaign.own_duplicates(); doubled > 0)
    Violate(absl::StrCat("Campaign refused ", doubled, " creates of rows of key that were there by Causeway"));
  ControllerProgram* controller = world_.controller_program();
  const std::optional<v1::Workflow> workflow = controller == nullptr ? std::nullopt : controller->Show();
  if (!workflow.has_value()) return Violate("the controller does not come back");
  if (workflow->status() == v1::Workflow::STATUS_FAILED) {
    Violate(absl::StrCat("the workflow is FAILED: ", workflow->failure().code(), ": ", workflow->failure().message()));
  } else if (workflow->status() != v1::Workflow::STATUS_RUNNING) {
    Violate(absl::StrCat("the workflow does not come back to RUNNING: ", workflow->waiting_for()));
  }
  if (!ShowsTheBacklog(*workflow, Backlog()))
    Violate(absl::StrCat("the backlog shown is ", workflow->backlog().records(), ", it is ", Backlog()));
  if (const int64_t backlog = Backlog(); backlog != 0)
    Violate(absl::StrCat("it does not drain: ", backlog, " records are queued"));
  Report(FailureWithoutReason());
  Report(DifferenceOfNeighbour());
  // After a reset there may have been nothing to read.
  const bool reset = handed_out_ > 0;
  if (!reset && !landings_.writes().empty() && workflow->totals().empty()) Violate("there are no books");
  Report(DifferenceOfBooks(*workflow));
  if (std::string difference = Difference(); !difference.empty())
    Violate(absl::StrCat("the systems differ: ", difference));
}

std::string Invariants::DifferenceOfNeighbour() const {
  ControllerProgram* const controller = world_.controller_program();
  if (world_.plan.neighbour_rows == 0 || controller == nullptr) return "";
  return world_.neighbour.wrong().empty() ? world_.neighbour.Difference(controller->ShowNeighbour()) : world_.neighbour.wrong();
}

std::string Invariants::FailureWithoutReason() const {
  for (const std::string& code : world_.wishes.failures) {
    const auto happened = [this](Fault kind) { return world_.faults.counted(kind) > 0; };
    if (code == errors::kDynamicsForeignLink.id && happened(Fault::kAddressChange)) continue;
    const bool damaged = happened(Fault::kBacklogCut) || happened(Fault::kEndLost) || happened(Fault::kTopicDeleted);
    if (code == errors::kBacklogGap.id && damaged) continue;
    return absl::StrCat("a run failed with ", code);
  }
  return "";
}

// What was read is what was queued and what wasn't, and what was queued is what became of it.
std::string Invariants::DifferenceOfBooks(const v1::Workflow& workflow) const {
  if (world_.faults.rate(Fault::kBooksBalance) == 0) return "";
  for (const v1::TableTotals& table : workflow.totals()) {
    const int64_t read = table.queued() + table.left_out() + table.rejected();
    const int64_t queued = table.written() + table.unchanged() + table.skipped() + table.dead_lettered();
    if (table.read() == read && table.queued() == queued) continue;
    return absl::StrCat("the books of ", table.table(), " don't balance: ", table.ShortDebugString());
  }
  return "";
}

// W1: what people see is what the broker has.
bool Invariants::ShowsTheBacklog(const v1::Workflow& workflow, int64_t records) {
  return workflow.backlog().has_observe_time() && workflow.backlog().records() == records;
}

// I16.
void Invariants::CheckCalls() {
  // One for each record that a dead owner may have dispatched, another one if the right to write it was lost since, and
  // one for each attempt that may have to be repeated.
  if (world_.kafka.Log(world_.topics().backlog(), 0) == nullptr) return;
  const KafkaGroup& group = world_.kafka.Group(world_.topics().group(), world_.topics().backlog());
  generation_ = group.generation();
  const int64_t taken_over = int64_t{2} * kDispatchWindow * world_.plan.partitions * (handed_out_ + generation_);
  // What was queued for another Campaign is looked up too.
  const int64_t of_another = world_.faults.counted(Fault::kTenantChange) + world_.faults.counted(Fault::kAddressChange) > 0 ? Queued() : 0;
  // At another address a few records are looked up, once or for each attempt.
  const auto addresses = static_cast<int64_t>(world_.faults.counted(Fault::kAddressChange));
  const int64_t sampled = addresses * kSample * (1 + handed_out_ + generation_ + requests_ - well_answered_);
  const int64_t most = taken_over + sampled + kFormsOfAKey * (of_another + requests_ - well_answered_);
  if (lookups_ > most) Violate(absl::StrCat(lookups_, " look-ups, of which only ", most, " can have been needed"));
  if (!world_.plan.quiet()) return;
  if (lookups_ > 0) Violate(absl::StrCat(lookups_, " look-ups though no writer died"));
  if (landings_.idle_updates() > 0) Violate(absl::StrCat(landings_.idle_updates(), " updates that changed nothing"));
  for (const auto& [key, writes] : landings_.writes()) {
    const auto changes = static_cast<int64_t>(world_.TableOf(key).HistoryOf(key).size());
    if (writes > changes) Violate(absl::StrCat("row ", key, " was written ", writes, " times for ", changes, " changes"));
  }
}

}  // namespace causeway::simulation
