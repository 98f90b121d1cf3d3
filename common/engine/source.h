// Source: where a workflow's records come from. Each workflow service brings one (services/ingress/dynamics_source.h).
//
// Life: made from a definition for one run; Prepare once; then Read, one call at a time; destroyed at the end of the run.
// Positions are the Source's own bytes: the engine keeps them, in the same transaction as the records they follow.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "causeway/v1/record.pb.h"
#include "common/async/task.h"
#include "common/errors/error.h"

namespace causeway::engine {

struct SourceRecord {
  v1::QueuedRecord::Kind kind = v1::QueuedRecord::KIND_UPSERT;
  std::string id;
  int64_t version = 0;  // Grows with every change of the row; 0 when the source gives none.
  std::string row;      // As it was read.
  // What the record belongs to, where a source table holds several (a journal's event types); empty: the table that was read.
  std::string table = {};
};

// A row that can't be queued. It becomes a dead letter in the same transaction as its page.
struct RejectedRow {
  std::string id;  // As far as known.
  std::string row;
  absl::Status reason;
  // Whether `id` is the row's, beyond doubt. Otherwise it may be any row of the table.
  bool id_known = false;
};

struct Page {
  std::vector<SourceRecord> records;
  std::vector<RejectedRow> rejected;
  // How many rows are left out by rule, by what they belong to and why (skip_reasons.h); they are counted, and nothing else becomes of
  // them.
  std::map<std::string, std::map<std::string, int64_t>> skipped = {};
  std::string next_position;
  // Nothing more at present: with this page a pass is complete, and the next Read gives what changed meanwhile.
  bool caught_up = false;
  // The position can't be gone on from (an expired delta token): read the table again from the start. Nothing else is set but note, or
  // notice, which says why then.
  bool start_over = false;
  // With start_over: why; becomes a condition and a log line.
  std::string note;
  // What the source dropped before it was read; becomes durable with the page, a condition and an entry in the audit trail.
  std::optional<errors::Detail> gap = std::nullopt;
  // What people should know of how the table is read at present though reading goes on; a condition with the page, until one comes
  // without it.
  std::optional<errors::Detail> notice = std::nullopt;
};

class Source {
 public:
  virtual ~Source() = default;

  // Checks that everything that the definition needs is there, all problems at once. Workflow errors end the run FAILED;
  // transient ones are retried.
  virtual async::Task<absl::Status> Prepare() = 0;

  // The tables to read, in the order of the definition. Valid after Prepare.
  virtual std::vector<std::string> Tables() const = 0;

  // What a position of the table, and what is written of its rows, depends on: the selected columns, the whole mapping. From a position made
  // under another fingerprint the engine reads on until it is caught up, and then reads the table again from the start.
  virtual std::string Fingerprint(const std::string& table) const = 0;

  // Number of the last replay of the table that people asked for (I12); 0: none. When it is greater than the one that has begun, the
  // engine reads on until it is caught up, and then begins a pass whose records are written whole.
  virtual int64_t LastReplay(const std::string& table) const { return 0; }

  // One page from `position` on; empty: from the start. An error leaves the position as it was.
  virtual async::Task<absl::StatusOr<Page>> Read(const std::string& table, const std::string& position) = 0;

  // After this a request of Read is given up.
  virtual absl::Duration request_deadline() const = 0;
};

}  // namespace causeway::engine
