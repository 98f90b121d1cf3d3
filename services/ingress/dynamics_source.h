// DynamicsSource: the rows of the mapped Dynamics 365 tables, first all of them, then their changes (I3; spec/dynamics365.md
// "Change tracking").
//
// A position is the link that the last page gave (row_position.h): a next link within a pass, a delta link after it. One that leads to
// another place than the connection's URL names (a renamed environment, another alias, a proxy) is never asked for: it counts as expired.
//
// A page that is larger than an answer may be is asked for in halves. In a pass that begins anew with them, as a next link goes with its
// page size; a round of changes begins where it began.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/engine/source.h"
#include "services/ingress/mapped_tables.h"
#include "services/ingress/page_size.h"
#include "services/ingress/row_position.h"

namespace causeway::ingress {

class DynamicsSource final : public engine::Source {
 public:
  DynamicsSource(std::shared_ptr<Connections> connections, std::shared_ptr<MappedTables> tables);

  async::Task<absl::Status> Prepare() override;
  std::vector<std::string> Tables() const override;
  std::string Fingerprint(const std::string& table) const override;
  int64_t LastReplay(const std::string& table) const override;
  async::Task<absl::StatusOr<engine::Page>> Read(const std::string& table, const std::string& position) override;
  absl::Duration request_deadline() const override { return connections_->dynamics_timeout(); }

 private:
  engine::Page AnotherPlace(const std::string& table, const std::string& link) const;
  engine::Page BeginAgain(const std::string& table, const RowPosition& place);
  engine::Page PageOf(const std::string& table, const RowPosition& place, int size, dataverse::RowPage read);
  std::optional<errors::Detail> Notice(const std::string& table);
  PageSize& SizeOf(const std::string& table);

  std::shared_ptr<Connections> connections_;
  std::shared_ptr<MappedTables> tables_;
  std::map<std::string, PageSize> sizes_;
};

}  // namespace causeway::ingress
