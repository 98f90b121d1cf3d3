// Destination: where a workflow's records go. Each workflow service brings one (services/ingress/campaign_destination.h).
//
// Life: made from a definition for one run; Prepare once; then Write, many calls at once; destroyed when all have returned.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "causeway/v1/record.pb.h"
#include "common/async/task.h"
#include "common/engine/skip_reasons.h"
#include "common/errors/codes.h"

namespace causeway::engine {

enum class Outcome {
  kCreated,
  kUpdated,
  kDeleted,
  kUnchanged,  // Nothing to write; no call was made.
  kSkipped,    // Not to be written by rule: `skip_reason`.
};

// One record to write, and what became of it.
struct Write {
  // In.
  const v1::QueuedRecord* record = nullptr;
  // What the index holds of the record; nullopt: nothing, so the destination doesn't hold it unless `uncertain`.
  std::optional<v1::IndexEntry> known;
  // It was queued for another target: the keys of this one were listed after it.
  bool queued_elsewhere = false;
  // Somebody may have written it without saying so (an earlier attempt without an answer, an owner of the partition that
  // died): a create needs a look-up first. Out too: what is known of the key has turned out not to be true.
  bool uncertain = false;

  // Out. OK: outcome and entry hold. Transient: tried again later with `uncertain` as it is then. Record: dead letter.
  // Workflow: the run fails.
  absl::Status status;
  // With a transient status that may be this record's own trouble (a 500 that explains nothing): what its dead letter is called when that
  // lasts while others of its table are taken. nullptr: it passes by itself, or is no answer about one record (throttled, not answered,
  // not reached).
  const errors::Code* if_it_lasts = nullptr;
  // Trouble that the write got over by itself, to be counted like one that is tried again.
  const errors::Code* overcome = nullptr;
  Outcome outcome = Outcome::kSkipped;
  const char* skip_reason = skip::kNeverWritten;
  // Requests that it took, whatever became of them.
  int calls = 0;
  // What the index shall hold; nullopt: nothing.
  std::optional<v1::IndexEntry> entry;
};

// The right to send a request for the records of a partition. Asked for right before each request that writes, so that a
// process that was paused does not write over what its successor wrote (design.md "Zombies"). Asking also shows that a write
// goes on: one that neither asks nor ends for long is taken for hanging.
class DispatchRight {
 public:
  virtual ~DispatchRight() = default;
  // OK: send now. An error (CW-WRK-LOST): the partition is somebody else's; return it as the write's status.
  virtual async::Task<absl::Status> Obtain() = 0;
  // Whether it holds at this moment, without waiting: asked again right before a request's bytes leave (http::Request::last_check),
  // for the process may have been paused since, or the connection took long. An error, with which the request ends unsent.
  virtual absl::Status Check() const = 0;
};

// A page of what the destination holds before the first pass (design.md "Is a key absent in Campaign?").
struct ExistingPage {
  struct Row {
    std::string source_id;
    std::string destination_key;
  };
  std::vector<Row> rows;
  std::string next;  // Empty: that was all.
};

class Destination {
 public:
  virtual ~Destination() = default;

  // Checks everything that the definition needs, all problems at once, like Source::Prepare.
  virtual async::Task<absl::Status> Prepare() = 0;
  // Whether a workflow error of Prepare is what an outage looks like too. It doesn't end the run then where this target was reached before
  // (a table's checkpoint says so): Prepare is tried again.
  virtual bool MayBeOutage(const absl::Status& error) const { return false; }

  // Where a table's records go, as a number that differs for every address, system, resource and key field. Known before Prepare; 0
  // where no index is used, and for tables that aren't mapped.
  virtual uint64_t Address(const std::string& table) const { return 0; }
  // The same, but for how the system is reached: two addresses of one kin may be one system's. 0: they never are.
  virtual uint64_t Kin(const std::string& table) const { return 0; }
  // Whether it holds this record under this key of its own. Costs a request.
  virtual async::Task<absl::StatusOr<bool>> Holds(const std::string& table, const std::string& source_id, const std::string& destination_key) {
    co_return false;
  }

  // Whether rows that are gone are deleted. Where they aren't, nothing is counted or swept at the end of a pass.
  virtual bool Deletes(const std::string& table) const { return true; }

  // The keys that a table's resource holds; `from` is empty at first, then the last page's `next`.
  virtual async::Task<absl::StatusOr<ExistingPage>> ListExisting(const std::string& table, const std::string& from) = 0;

  // Writes up to batch_limit() records of different keys; fills every Write's out part. Never fails as a whole.
  virtual async::Task<void> WriteAll(std::span<Write> writes, DispatchRight& right) = 0;

  // The most records for one WriteAll.
  virtual int batch_limit() const { return 1; }
  // How many WriteAlls it bears at once at present (limits::Limiter learns it).
  virtual int concurrency() const = 0;
  // It asked for a pause (Retry-After), which the destination keeps for all of its requests: what is under way waits, which is no
  // hanging.
  virtual bool paused() const { return false; }

  // Whether the index is kept for its records. Without one every record is written, and must be idempotent.
  virtual bool uses_index() const { return true; }

  // Whether a request does no harm however late it takes effect: a record is written once and for all, under an id of its own, so it can
  // neither be an older state nor come twice. Then nobody waits for what may still land.
  virtual bool lands_harmlessly() const { return false; }

  // After this a request that was sent is given up. It may still take effect for a while (LandingTime in settings.h).
  virtual absl::Duration request_deadline() const = 0;
};

}  // namespace causeway::engine
