// DynamicsSource: the rows of the mapped Dynamics 365 tables, first all of them, then their changes (I3; spec/dynamics365.md
// "Change tracking").
//
// A position is the link that the last page gave: a next link within a pass, a delta link after it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/engine/source.h"
#include "services/ingress/mapped_tables.h"

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
  std::shared_ptr<Connections> connections_;
  std::shared_ptr<MappedTables> tables_;
};

}  // namespace causeway::ingress
