// CampaignDestination: writes rows to the mapped Campaign resources with as few engine calls as there can be (I16): insert 1,
// update 1, delete 1, unchanged 0. design.md "Writing to Campaign".
//
// What happens to a create that ends without an answer, or that a dead owner may have sent: it comes again as `uncertain`, its
// key is looked up, and what is found is updated. An update or delete whose entity is gone (404) looks the key up too: it may have
// been deleted and created again since the index was written.
//
// A replay writes each record whole: one call a record. design.md would have it compare with what Campaign holds first; that
// costs a call a record too, and what is read back may differ from what was sent (dataPolicy), so it would settle nothing.
#pragma once

#include <memory>

#include "common/engine/destination.h"
#include "services/ingress/mapped_tables.h"

namespace causeway::ingress {

class CampaignDestination final : public engine::Destination {
 public:
  CampaignDestination(std::shared_ptr<Connections> connections, std::shared_ptr<MappedTables> tables);

  async::Task<absl::Status> Prepare() override;
  uint64_t Target(const std::string& table) const override;
  bool Deletes(const std::string& table) const override;
  const errors::Code* GiveUpCode(const absl::Status& error) const override;
  async::Task<absl::StatusOr<engine::ExistingPage>> ListExisting(const std::string& table, const std::string& from) override;
  async::Task<void> WriteAll(std::span<engine::Write> writes, engine::DispatchRight& right) override;
  int concurrency() const override;
  bool paused() const override;
  absl::Duration request_deadline() const override;

 private:
  async::Task<absl::Status> Upsert(MappedTable& table, engine::Write& write, oauth::CallContext& context);
  async::Task<absl::Status> Delete(MappedTable& table, engine::Write& write, oauth::CallContext& context);
  async::Task<absl::Status> Create(MappedTable& table, const mapping::MappedRecord& record, engine::Write& write,
                                   oauth::CallContext& context);
  async::Task<absl::Status> Update(MappedTable& table, const mapping::MappedRecord& record, std::string pkey, std::string body,
                                   engine::Write& write, oauth::CallContext& context);
  // The PKey of the entity with this key; empty: there is none.
  async::Task<absl::StatusOr<std::string>> LookUp(MappedTable& table, std::string key, oauth::CallContext& context);

  std::shared_ptr<Connections> connections_;
  std::shared_ptr<MappedTables> tables_;
};

}  // namespace causeway::ingress
