// MappedTables: the table mappings of a run, checked against what both systems say of themselves (I17), with all that reading
// and writing them takes.
//
// Life: construct; Load once it can succeed (again after a transient error); then read. Loop's thread only.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "causeway/v1/control.pb.h"
#include "common/async/task.h"
#include "common/campaign/resources.h"
#include "common/dataverse/rows.h"
#include "common/mapping/mapper.h"
#include "services/ingress/connections.h"

namespace causeway::ingress {

struct MappedTable {
  const v1::TableMapping* mapping;
  dataverse::RowQuery query;
  campaign::Resource resource;
  mapping::Mapper mapper;
  uint64_t target;  // engine::Destination::Target.
};

class MappedTables {
 public:
  MappedTables(const v1::Definition& definition, Connections& connections);

  // Every problem of every table at once: the first one's code, all reasons. Does nothing when it has succeeded before.
  async::Task<absl::Status> Load();

  // Whether the application user may read every row of the table: a pass over a part of it would take the rest for deleted.
  // CW-DYN-PRIVILEGE: only a part.
  async::Task<absl::Status> CheckReach(std::string table);

  // In the order of the definition.
  std::vector<std::string> names() const;
  // nullptr for a table that isn't mapped (any more).
  MappedTable* Find(const std::string& table);

 private:
  async::Task<absl::Status> LoadTable(const v1::TableMapping& mapping);

  const v1::Definition& definition_;
  Connections& connections_;
  bool loaded_ = false;
  std::map<std::string, MappedTable> tables_;
};

}  // namespace causeway::ingress
