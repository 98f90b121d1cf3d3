// CampaignDestination: writes rows to the mapped Campaign resources with as few engine calls as there can be (I16): insert 1,
// update 1, delete 1, unchanged 0. design.md "Writing to Campaign".
//
// Only trouble costs more, and never without end:
//   a create without an answer, or of a dead owner   comes again as `uncertain`: look-up, then create or update
//   a create that is refused as a duplicate          look-up and update: somebody made it meanwhile. None found: the record's trouble
//   an update whose PKey is gone (404)               look-up, then create or update
//   a delete whose PKey is gone (404)                look-up, and delete what is found
//   a refusal that speaks of a missing field         metadata: the run fails only where they say so too
//
// A replay writes each record whole: one call a record. design.md would have it compare with what Campaign holds first; that
// costs a call a record too, and what is read back may differ from what was sent (dataPolicy), so it would settle nothing.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/engine/destination.h"
#include "services/ingress/campaign_keys.h"
#include "services/ingress/mapped_tables.h"

namespace causeway::ingress {

class CampaignDestination final : public engine::Destination {
 public:
  CampaignDestination(std::shared_ptr<Connections> connections, std::shared_ptr<MappedTables> tables);

  async::Task<absl::Status> Prepare() override;
  bool MayBeOutage(const absl::Status& error) const override;
  uint64_t Address(const std::string& table) const override;
  uint64_t Kin(const std::string& table) const override;
  async::Task<absl::StatusOr<bool>> Holds(const std::string& table, const std::string& source_id, const std::string& destination_key) override;
  bool Deletes(const std::string& table) const override;
  async::Task<absl::StatusOr<engine::ExistingPage>> ListExisting(const std::string& table, const std::string& from) override;
  async::Task<void> WriteAll(std::span<engine::Write> writes, engine::DispatchRight& right) override;
  int concurrency() const override;
  bool paused() const override;
  absl::Duration request_deadline() const override;

 private:
  async::Task<absl::Status> Upsert(MappedTable& table, engine::Write& write, oauth::CallContext& context);
  async::Task<absl::Status> Delete(MappedTable& table, engine::Write& write, oauth::CallContext& context);
  async::Task<absl::Status> LookUpAndWrite(MappedTable& table, const mapping::MappedRecord& record, std::vector<std::string> forms,
                                           engine::Write& write, oauth::CallContext& context);
  async::Task<absl::Status> Adopt(MappedTable& table, const mapping::MappedRecord& record, DestinationKey key, engine::Write& write,
                                  oauth::CallContext& context);
  async::Task<absl::Status> Create(MappedTable& table, const mapping::MappedRecord& record, engine::Write& write,
                                   oauth::CallContext& context);
  async::Task<absl::Status> Update(MappedTable& table, const mapping::MappedRecord& record, DestinationKey key, std::string body,
                                   engine::Write& write, oauth::CallContext& context);
  async::Task<absl::Status> DeleteEntity(MappedTable& table, std::string pkey, oauth::CallContext& context);
  async::Task<absl::Status> Confirm(MappedTable& table, absl::Status refused, oauth::CallContext& context);

  // The entity whose key is spelled in one of these forms; empty: there is none.
  async::Task<absl::StatusOr<DestinationKey>> LookUp(MappedTable& table, std::vector<std::string> forms, oauth::CallContext& context);

  std::shared_ptr<Connections> connections_;
  std::shared_ptr<MappedTables> tables_;
};

}  // namespace causeway::ingress
