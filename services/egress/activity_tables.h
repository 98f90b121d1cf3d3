// ActivityTables: where each type of event goes (E1, E6), checked against what Dynamics 365 says of its tables.
//
// Life: construct; Load once it can succeed (again after a transient error); then read. Loop's thread only.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "causeway/v1/resources.pb.h"
#include "common/async/task.h"
#include "common/dataverse/client.h"
#include "services/egress/event.h"

namespace causeway::egress {

// Logical names of columns.
struct ActivityColumns {
  std::string campaign_name;
  std::string delivery_name;
  std::string date;
  std::string mirror_page_url;
  std::string tracking_url;  // Of clicks; otherwise empty.
};

struct ActivityTable {
  std::string logical_name;
  std::string entity_set;
  std::string primary_id;
  ActivityColumns columns;
};

class ActivityTables {
 public:
  // Both outlive it.
  ActivityTables(const v1::EgressSettings& settings, dataverse::DataverseClient& dynamics);

  // Every problem of every table at once (CW-EGR-TABLE, CW-EGR-COLUMN, CW-DYN-PRIVILEGE): the first one's code, all
  // reasons. Does nothing when it has succeeded before.
  async::Task<absl::Status> Load();

  // nullptr: events of the type aren't enabled.
  const ActivityTable* Find(EventType type) const;

 private:
  struct Wanted {
    ActivityTable table;
    // Named by people; otherwise the table's only date column will do where the usual one isn't there.
    bool date_chosen = false;
  };

  static Wanted WantedFor(EventType type, const v1::ActivityTables& names);
  async::Task<absl::Status> LoadTable(EventType type, Wanted wanted);
  async::Task<absl::Status> CheckPrivileges();

  dataverse::DataverseClient& dynamics_;
  std::map<EventType, Wanted> wanted_;
  std::map<EventType, ActivityTable> tables_;
};

// Whether events of the type are to become activities. Pure.
bool IsEnabled(const v1::EgressSettings& settings, EventType type);

}  // namespace causeway::egress
