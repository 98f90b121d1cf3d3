#include "services/ingress/dynamics_source.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/errors/error.h"

namespace causeway::ingress {

DynamicsSource::DynamicsSource(std::shared_ptr<Connections> connections, std::shared_ptr<MappedTables> tables)
    : connections_(std::move(connections)), tables_(std::move(tables)) {}

async::Task<absl::Status> DynamicsSource::Prepare() { return tables_->Load(); }

std::vector<std::string> DynamicsSource::Tables() const { return tables_->names(); }

// A delta link is bound to the columns of its first request. And while a mapping was deleted, its queued rows went nowhere: made
// anew, it needs all rows again.
std::string DynamicsSource::Fingerprint(const std::string& table) const {
  const MappedTable& mapped = *tables_->Find(table);
  return absl::StrCat(absl::StrJoin(mapped.query.columns, ","), mapped.query.annotations ? ";annotations" : "", ";",
                      mapped.mapping->uid());
}

int64_t DynamicsSource::LastReplay(const std::string& table) const { return tables_->Find(table)->mapping->last_replay(); }

async::Task<absl::StatusOr<engine::Page>> DynamicsSource::Read(const std::string& table, const std::string& position) {
  dataverse::RowQuery query = tables_->Find(table)->query;
  auto read = co_await connections_->dynamics().Read(std::move(query), position);
  engine::Page page;
  if (errors::Is(read.status(), errors::kDynamicsDeltaExpired)) {
    page.start_over = true;
    page.note = absl::StrCat("The position in table ", table, " has expired in Dynamics 365; the table is read again.");
    co_return page;
  }
  if (!read.ok()) co_return read.status();
  page.records.reserve(read->rows.size());
  for (dataverse::Row& row : read->rows) {
    const auto kind = row.deleted ? v1::QueuedRecord::KIND_DELETE : v1::QueuedRecord::KIND_UPSERT;
    page.records.push_back({kind, std::move(row.id), row.version, row.deleted ? std::string() : std::move(row.json)});
  }
  for (dataverse::UnusableRow& row : read->unusable) {
    page.rejected.push_back({std::move(row.id), std::move(row.json), std::move(row.reason)});
  }
  page.caught_up = read->next_link.empty();
  page.next_position = page.caught_up ? std::move(read->delta_link) : std::move(read->next_link);
  co_return page;
}

}  // namespace causeway::ingress
