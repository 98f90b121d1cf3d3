#include "services/ingress/dynamics_source.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/url/url.h"
#include "services/ingress/mapping_fingerprint.h"

namespace causeway::ingress {
namespace {

engine::Page Expired(const std::string& table) {
  engine::Page page;
  page.start_over = true;
  page.note = absl::StrCat("The position in table ", table, " has expired in Dynamics 365; the table is read again.");
  return page;
}

engine::Page OutOfReach(const std::string& table) {
  engine::Page page;
  page.start_over = true;
  page.note = absl::StrCat("The application user could read only a part of table ", table, " for some time; the table is read again.");
  return page;
}

// Where a pass begins, or a position within one; where a round of changes begins.
bool IsOfPass(const RowPosition& place) { return place.link.empty() || (place.page_size > 0 && place.round.empty()); }
bool BeginsRound(const RowPosition& place) { return !place.link.empty() && place.page_size == 0; }

constexpr absl::Duration kReachHolds = absl::Minutes(5);

}  // namespace

DynamicsSource::DynamicsSource(async::Loop& loop, std::shared_ptr<Connections> connections, std::shared_ptr<MappedTables> tables)
    : loop_(loop), connections_(std::move(connections)), tables_(std::move(tables)) {}

async::Task<absl::Status> DynamicsSource::Prepare() { return tables_->Load(); }

std::vector<std::string> DynamicsSource::Tables() const { return tables_->names(); }

// A delta link is bound to the columns of its first request, too.
std::string DynamicsSource::Fingerprint(const std::string& table) const {
  const MappedTable& mapped = *tables_->Find(table);
  // The zone that days are really taken in: the application user's may change without an edit.
  v1::TableMapping effective = *mapped.mapping;
  effective.set_time_zone(mapped.zone);
  return FingerprintOf(effective, mapped.query.columns, mapped.query.annotations);
}

int64_t DynamicsSource::LastReplay(const std::string& table) const { return tables_->Find(table)->mapping->last_replay(); }

async::Task<absl::StatusOr<engine::Page>> DynamicsSource::Read(const std::string& table, const std::string& position) {
  const RowPosition place = RowPosition::Decode(position);
  if (!place.link.empty() && !connections_->dynamics().LeadsHere(place.link)) co_return AnotherPlace(table, place.link);
  if (place.link.empty()) {
    absl::Status reach = co_await tables_->CheckReach(table);
    if (!reach.ok()) co_return reach;
  } else if (BeginsRound(place) && IsReachDue(table)) {
    auto lost = co_await IsOutOfReach(table);
    if (!lost.ok()) co_return lost.status();
    if (*lost) co_return OutOfReach(table);
  }
  for (;;) {
    dataverse::RowQuery query = tables_->Find(table)->query;
    query.page_size = place.page_size > 0 ? place.page_size : SizeOf(table).size();
    const int size = query.page_size;
    std::string link = place.link;
    auto read = co_await connections_->dynamics().Read(std::move(query), std::move(link));
    if (errors::Is(read.status(), errors::kDynamicsDeltaExpired)) co_return Expired(table);
    if (!errors::Is(read.status(), errors::kDynamicsPageTooLarge)) {
      if (!read.ok()) co_return read.status();
      if (IsOfPass(place) && read->next_link.empty()) {
        auto lost = co_await IsOutOfReach(table);
        if (!lost.ok()) co_return lost.status();
        if (*lost) co_return OutOfReach(table);
      }
      co_return PageOf(table, place, size, *std::move(read));
    }
    if (!SizeOf(table).Shrink(size)) co_return read.status();
    if (place.IsNext()) co_return BeginAgain(table, place);
  }
}

async::Task<absl::StatusOr<bool>> DynamicsSource::IsOutOfReach(const std::string& table) {
  absl::Status reach = co_await tables_->CheckReach(table);
  if (errors::Is(reach, errors::kDynamicsPrivilege)) co_return true;
  if (!reach.ok()) co_return reach;
  reached_[table] = loop_.Now();
  co_return false;
}

bool DynamicsSource::IsReachDue(const std::string& table) const {
  const auto reached = reached_.find(table);
  return reached == reached_.end() || loop_.Now() - reached->second >= kReachHolds;
}

// Within a round of changes from where it began, which tells of deletions until now; a pass would miss those, so it takes a new one.
engine::Page DynamicsSource::BeginAgain(const std::string& table, const RowPosition& place) {
  engine::Page page;
  page.notice = Notice(table);
  page.next_position = place.round;
  page.start_over = place.round.empty();
  return page;
}

engine::Page DynamicsSource::AnotherPlace(const std::string& table, const std::string& link) const {
  const absl::StatusOr<std::string> before = url::OriginOf(link);
  engine::Page page;
  page.start_over = true;
  page.note = absl::StrCat("The position in table ", table, " is one of ", before.ok() ? *before : "another address",
                           ", but the connection's URL is ", connections_->dynamics().org_url(), " now; the table is read again.");
  return page;
}

engine::Page DynamicsSource::PageOf(const std::string& table, const RowPosition& place, int size, dataverse::RowPage read) {
  engine::Page page;
  page.records.reserve(read.rows.size());
  for (dataverse::Row& row : read.rows) {
    const auto kind = row.deleted ? v1::QueuedRecord::KIND_DELETE : v1::QueuedRecord::KIND_UPSERT;
    page.records.push_back({kind, std::move(row.id), row.version, row.deleted ? std::string() : std::move(row.json)});
  }
  for (dataverse::UnusableRow& row : read.unusable) {
    page.rejected.push_back({std::move(row.id), std::move(row.json), std::move(row.reason), row.id_known});
  }
  page.caught_up = read.next_link.empty();
  page.next_position = page.caught_up ? std::move(read.delta_link) : place.Next(size, std::move(read.next_link)).Encode();
  if (page.caught_up) SizeOf(table).Grow();
  page.notice = Notice(table);
  return page;
}

std::optional<errors::Detail> DynamicsSource::Notice(const std::string& table) {
  const PageSize& size = SizeOf(table);
  if (!size.reduced()) return std::nullopt;
  return errors::NewDetail(errors::kDynamicsPageTooLarge,
                           absl::StrCat("Rows of table ", table, " are large: ", size.size(), " are asked for at once instead of ",
                                        size.most(), "."),
                           table);
}

PageSize& DynamicsSource::SizeOf(const std::string& table) {
  return sizes_.try_emplace(table, tables_->Find(table)->query.page_size).first->second;
}

}  // namespace causeway::ingress
