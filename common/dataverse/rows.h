// Rows as they are read from and written to Dataverse (spec/dynamics365.md "Reading rows", "Change tracking", "Writing
// rows"). Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace causeway::dataverse {

// What to read. The same query goes with every link that its first request led to: the preferences travel with each
// page.
struct RowQuery {
  std::string table;                 // Logical name, for messages.
  std::string entity_set;            // From Table.
  std::string primary_id;            // From Table; selected in any case.
  std::vector<std::string> columns;  // As they travel: _parentcustomerid_value for a lookup.
  int page_size = 5000;              // 1–5000
  bool track_changes = true;
  bool annotations = false;  // Display values of picklists, booleans, lookups, dates.
};

struct Row {
  std::string id;
  int64_t version = 0;  // From @odata.etag; 0 for a deleted row, which carries none.
  bool deleted = false;
  std::string json;  // The row's object, byte for byte as it came.
};

// A row of a page that can't be used. The rest of the page can: so it is handed on, never skipped.
struct UnusableRow {
  std::string id;  // As far as it could be read.
  std::string json;
  absl::Status reason;  // CW-DYN-ROW
  bool id_known = false;  // Whether `id` is the row's beyond doubt.
};

struct RowPage {
  std::vector<Row> rows;
  std::vector<UnusableRow> unusable;
  // Opaque; used unchanged. One of them is set, or neither on the last page of a query without change tracking.
  std::string next_link;
  std::string delta_link;  // What has changed since: to be read at the next poll.
};

// What must hold for a write to be carried out; a failed one is CW-DYN-PRECONDITION.
struct Precondition {
  enum class Kind { kNone, kMustExist, kMustNotExist, kUnchangedSince };
  Kind kind = Kind::kNone;
  std::string etag;  // Of kUnchangedSince: W/"…" as it was read.
};

struct RowWrite {
  enum class Kind {
    kCreate,  // POST; the body may hold the primary key.
    kUpsert,  // PATCH of `id`; a precondition makes it create-only or update-only.
    kDelete,
  };
  Kind kind = Kind::kCreate;
  std::string entity_set;
  std::string id;    // Not for kCreate.
  std::string body;  // A JSON object; not for kDelete.
  Precondition precondition;
};

}  // namespace causeway::dataverse
