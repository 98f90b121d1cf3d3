#include "tests/simulation/invariants.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/backlog/record.h"

namespace causeway::simulation {
namespace {

// A lease that isn't renewed for 10 s is gone (design.md "Control"), counted from the report's arrival: the longest
// delay on the way comes on top, and a second for noticing it.
constexpr absl::Duration kLeaseIsGone = absl::Seconds(10 + 8 + 1);

}  // namespace

Invariants::Invariants(World& world, Mailing& mailing) : world_(world), mailing_(mailing) {
  world_.activities.Observe([this](const ActivityRow& row) {
    if (std::string wrong = mailing_.Made(row); !wrong.empty()) Violate(std::move(wrong));
  });
  world_.campaign.Observe([this](const CampaignWrite& write) { OnWrite(write); });
  world_.http.OnSend([this](const Delivery& delivery) { OnSend(delivery); });
}

void Invariants::Violate(std::string what) {
  if (violated_.has_value()) return;
  world_.simulation.Trace(absl::StrCat("VIOLATION ", what));
  violated_ = std::move(what);
}

void Invariants::OnWrite(const CampaignWrite& write) {
  if (write.kind == CampaignWrite::Kind::kDelete)
    OnDelete(write);
  else
    OnUpsert(write);
}

void Invariants::OnUpsert(const CampaignWrite& write) {
  const std::string& key = write.after.key;
  const int64_t revision = write.after.revision;
  if (write.kind == CampaignWrite::Kind::kCreate)
    ++creates_;
  else if (write.after.name == write.before.name && revision == write.before.revision)
    ++idle_updates_;
  if (key.empty()) return Violate("a record without a key was written");
  const DataverseTable& table = world_.dataverse.table(kTable);
  if (!table.Had(key, revision)) return Violate(absl::StrCat("row ", key, " never had revision ", revision));
  if (write.after.name != absl::StrCat("name", revision))
    return Violate(absl::StrCat("row ", key, " is written as a mixture of states"));
  int64_t& landed = landed_[key];
  if (revision < landed) {
    return Violate(
        absl::StrCat("an older state landed after a newer one: row ", key, ", ", revision, " after ", landed));
  }
  landed = revision;
  const size_t rows = world_.campaign.FindByKey(write.resource, key).size();
  if (rows > 1) Violate(absl::StrCat("Campaign holds ", rows, " rows of key ", key));
}

void Invariants::OnDelete(const CampaignWrite& write) {
  const std::string& key = write.before.key;
  if (key.empty()) return Violate("a record without a key was deleted");
  const std::optional<int64_t> deletion = world_.dataverse.table(kTable).DeletedAfter(key, write.before.revision);
  if (!deletion.has_value()) {
    return Violate(absl::StrCat("row ", key, " of revision ", write.before.revision,
                                " was deleted; it is not gone from the source"));
  }
  landed_[key] = std::max(landed_[key], *deletion);
}

void Invariants::OnSend(const Delivery& delivery) {
  const http::Request& request = delivery.request;
  if (!absl::StartsWith(request.url, world_.plan.egress ? kDataverseOrigin : kCampaignOrigin)) return;
  if (absl::StrContains(request.url, "/byExternalId")) ++lookups_;
  if (request.method == "GET") return;
  if (world_.wishes.started) return;
  ControllerProgram* controller = world_.controller_program();
  if (controller == nullptr || controller->status() != v1::Workflow::STATUS_STOPPED) return;
  // A replica that the controller can't hear may go on; STOPPED is then what the controller knows.
  if (controller->Hears(delivery.from))
    Violate(absl::StrCat("a stopped workflow writes: ", request.method, " ", request.url));
}

void Invariants::Tick() {
  CheckOrdinals();
  CheckOffsets();
  CheckStatus();
}

void Invariants::CheckOrdinals() {
  for (int32_t id = 0; id < world_.plan.partitions; ++id) {
    KafkaLog* const made = world_.kafka.Log(world_.topics.backlog(), id);
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
      const bool follows = partition.unseen ? record->ordinal() >= next : record->ordinal() == next;
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
  if (world_.kafka.Log(world_.topics.backlog(), 0) == nullptr) return;
  KafkaGroup& group = world_.kafka.Group(world_.topics.group(), world_.topics.backlog());
  for (const auto& [id, offset] : group.offsets()) {
    if (!group.Committed({id}).has_value()) continue;  // Decided perhaps, and not visible yet.
    const auto metadata = backlog::OffsetMetadata::Decode(offset.metadata);
    if (!metadata.ok()) return Violate(absl::StrCat("committed metadata: ", metadata.status().message()));
    Partition& partition = partitions_[id];
    if (metadata->ordinal < partition.finished) {
      return Violate(
          absl::StrCat("partition ", id, " went back from ordinal ", partition.finished, " to ", metadata->ordinal));
    }
    partition.finished = metadata->ordinal;
    if (offset.offset < world_.kafka.Log(world_.topics.backlog(), id)->start()) {
      return Violate(absl::StrCat("partition ", id, " is trimmed beyond its committed offset ", offset.offset));
    }
  }
}

void Invariants::CheckStatus() {
  ControllerProgram* controller = world_.controller_program();
  if (controller == nullptr || controller->status() != v1::Workflow::STATUS_RUNNING) return;
  const Instant now = world_.simulation.Now();
  // Having gone on after a pause it reads what came meanwhile, and can't know how old that is.
  if (world_.controller().paused() || now - world_.controller().running_since() < kLeaseIsGone) return;
  const auto& replicas = world_.replicas();
  const bool somebody = std::any_of(replicas.begin(), replicas.end(),
                                    [&](auto& replica) { return now - replica->last_ran() < kLeaseIsGone; });
  if (!somebody) Violate("the status is RUNNING while no replica has run for longer than a lease");
}

int64_t Invariants::Backlog() {
  CheckOrdinals();
  CheckOffsets();
  int64_t backlog = 0;
  for (const auto& [id, partition] : partitions_)
    backlog += std::max<int64_t>(0, partition.last_ordinal - partition.finished);
  return backlog;
}

std::string Invariants::Difference(const v1::Workflow& workflow) const {
  return world_.plan.egress ? mailing_.Missing(workflow.source_gaps() > 0) : DifferenceOfContacts();
}

std::string Invariants::DifferenceOfContacts() const {
  const DataverseTable& table = world_.dataverse.table(kTable);
  for (const auto& [id, row] : table.rows()) {
    if (row.refusable) continue;
    const std::vector<const CampaignRow*> found = world_.campaign.FindByKey(kResource, id);
    if (found.size() != 1) return absl::StrCat("Campaign holds ", found.size(), " rows of ", id);
    if (found[0]->revision != row.revision || found[0]->name != DataverseModel::NameOf(row)) {
      return absl::StrCat("row ", id, " has revision ", row.revision, ", Campaign has ", found[0]->revision);
    }
  }
  for (const auto& [pkey, row] : world_.campaign.rows(kResource)) {
    if (table.Find(row.key) == nullptr && !row.by_hand) return absl::StrCat("Campaign still holds ", row.key);
  }
  return "";
}

bool Invariants::Settled() {
  ControllerProgram* controller = world_.controller_program();
  const std::optional<v1::Workflow> workflow = controller == nullptr ? std::nullopt : controller->Show();
  return workflow.has_value() && workflow->status() == v1::Workflow::STATUS_RUNNING && Backlog() == 0 &&
         ShowsTheBacklog(*workflow, 0) && Difference(*workflow).empty();
}

void Invariants::Finally() {
  if (violated_.has_value()) return;
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
  if (std::string difference = Difference(*workflow); !difference.empty())
    Violate(absl::StrCat("the systems differ: ", difference));
  if (world_.plan.quiet() && !world_.plan.egress) CheckCalls();
}

// W1: what people see is what the broker has.
bool Invariants::ShowsTheBacklog(const v1::Workflow& workflow, int64_t records) {
  return workflow.backlog().has_observe_time() && workflow.backlog().records() == records;
}

// I16. With faults a call may have to be repeated; without, none may.
void Invariants::CheckCalls() {
  if (lookups_ > 0) Violate(absl::StrCat(lookups_, " look-ups though no writer died"));
  if (idle_updates_ > 0) Violate(absl::StrCat(idle_updates_, " updates that changed nothing"));
}

}  // namespace causeway::simulation
