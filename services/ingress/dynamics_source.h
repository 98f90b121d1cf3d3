// DynamicsSource: the rows of the mapped Dynamics 365 tables, first all of them, then their changes (I3; spec/dynamics365.md
// "Change tracking").
//
// A position is the link that the last page gave (row_position.h): a next link within a pass, a delta link after it. One that leads to
// another place than the connection's URL names (a renamed environment, another alias, a proxy) is never asked for: it counts as expired.
//
// Rows that the application user may not read are in no page, and look deleted; what changes meanwhile is in no later page. So it is asked
// whether it may read them all when a pass begins, before one ends, and now and then between two rounds. Once it may not, the position is
// worth nothing, and a pass, which begins when every row can be read again, finds what was missed.
//
// A page that is larger than an answer may be is asked for in halves. In a pass that begins anew with them, as a next link goes with its
// page size; a round of changes begins where it began.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/async/loop.h"
#include "common/engine/source.h"
#include "services/ingress/mapped_tables.h"
#include "services/ingress/page_size.h"
#include "services/ingress/row_position.h"

namespace causeway::ingress {

class DynamicsSource final : public engine::Source {
 public:
  DynamicsSource(async::Loop& loop, std::shared_ptr<Connections> connections, std::shared_ptr<MappedTables> tables);

  async::Task<absl::Status> Prepare() override;
  std::vector<std::string> Tables() const override;
  std::string Fingerprint(const std::string& table) const override;
  int64_t LastReplay(const std::string& table) const override;
  async::Task<absl::StatusOr<engine::Page>> Read(const std::string& table, const std::string& position) override;
  absl::Duration request_deadline() const override { return connections_->dynamics_timeout(); }

 private:
  async::Task<absl::StatusOr<bool>> IsOutOfReach(const std::string& table);
  bool IsReachDue(const std::string& table) const;
  engine::Page AnotherPlace(const std::string& table, const std::string& link) const;
  engine::Page BeginAgain(const std::string& table, const RowPosition& place);
  engine::Page PageOf(const std::string& table, const RowPosition& place, int size, dataverse::RowPage read);
  std::optional<errors::Detail> Notice(const std::string& table);
  PageSize& SizeOf(const std::string& table);

  async::Loop& loop_;
  std::shared_ptr<Connections> connections_;
  std::shared_ptr<MappedTables> tables_;
  std::map<std::string, PageSize> sizes_;
  std::map<std::string, async::Instant> reached_;  // When it was last seen that every row of a table can be read.
};

}  // namespace causeway::ingress
