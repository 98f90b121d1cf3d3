// MappedTables: the table mappings of a run, checked against what both systems say of themselves (I17), with all that reading
// and writing them takes.
//
// Life: construct; Load once it can succeed (again after a transient error); then read. Loop's thread only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
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
  // Where days are taken from points in time: what is written depends on it. Empty: none are.
  std::string zone;
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
  // engine::Destination::Address and Kin, before Load too; 0 for a table that isn't mapped.
  uint64_t Address(const std::string& table) const;
  uint64_t Kin(const std::string& table) const;
  // nullptr for a table that isn't mapped (any more).
  MappedTable* Find(const std::string& table);

 private:
  async::Task<absl::Status> LoadTable(const v1::TableMapping& mapping);
  async::Task<absl::Status> AddOptions(const v1::TableMapping& mapping, const std::vector<dataverse::Column>& columns,
                                       std::vector<mapping::SourceColumn>& source);
  async::Task<absl::StatusOr<absl::TimeZone>> UserZone();

  const v1::Definition& definition_;
  Connections& connections_;
  std::map<std::string, uint64_t> addresses_;
  std::map<std::string, uint64_t> kin_;
  std::optional<absl::TimeZone> user_zone_;
  bool loaded_ = false;
  std::map<std::string, MappedTable> tables_;
};

}  // namespace causeway::ingress
