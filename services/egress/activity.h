// What an event becomes in Dynamics 365 (E2): a closed activity regarding the contact. Pure.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "common/dataverse/rows.h"
#include "services/egress/activity_tables.h"
#include "services/egress/event.h"

namespace causeway::egress {

// UUIDv5 (RFC 4122 section 4.3) of the event's id and type: however often an event is written, there is one activity
// (E4).
std::string ActivityId(const Event& event);

struct Activity {
  const ActivityTable* table;
  std::string id;
  std::string contact_id;
  std::string body;  // JSON object of its columns, without the id.
};

// CW-DYN-REFUSED when the table's date column can't hold the event's time.
absl::Status CheckTime(const Event& event, const ActivityTable& table);

// `table` outlives what it returns.
Activity ActivityOf(const Event& event, const ActivityTable& table);

// A write that makes the activity unless it is there; CW-DYN-EXISTS says that it is.
dataverse::RowWrite WriteOf(const Activity& activity);

// The columns and the id, as CreateMultiple takes them.
std::string RowOf(const Activity& activity);

}  // namespace causeway::egress
