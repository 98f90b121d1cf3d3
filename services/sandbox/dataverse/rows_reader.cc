#include "services/sandbox/dataverse/rows_reader.h"

#include <algorithm>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/fetch_xml.h"
#include "services/sandbox/dataverse/reach.h"
#include "services/sandbox/dataverse/row_renderer.h"
#include "services/sandbox/http/url.h"

namespace causeway::sandbox::dataverse {
namespace {

constexpr int64_t kMaxCount = 5000;
constexpr size_t kTypicalRow = 700;

http::Response JsonResponse(std::string body, const Preferences& preferences) {
  http::Response response{200, {{"OData-Version", "4.0"}}, "application/json; odata.metadata=minimal", std::move(body)};
  std::string applied = preferences.Applied();
  if (!applied.empty()) response.headers.emplace_back("Preference-Applied", std::move(applied));
  return response;
}

std::string SelectedNames(const RowQuery& query, const TableSchema& schema) {
  std::string names;
  for (int column : query.columns) Append(names, names.empty() ? "(" : ",", schema.columns[column].wire_name());
  for (const Expansion& expansion : query.expansions)
    Append(names, names.empty() ? "(" : ",", expansion.navigation->name, "()");
  return names.empty() ? names : names + ")";
}

// Writes one page.
class Page {
 public:
  Page(const Database& database, const Table& table, const Preferences& preferences, const RowQuery& query,
       const std::string& base)
      : database_(database),
        table_(table),
        query_(query),
        base_(base),
        renderer_(database, table, query.columns, preferences, query.expansions),
        room_(preferences.page_size.value_or(kMaxPageSize)) {}

  bool full() const { return room_ == 0; }

  void Begin(bool delta) {
    body_.reserve(std::min<size_t>(room_, table_.size()) * kTypicalRow + 512);
    body_ += "{\"@odata.context\":";
    AppendJsonString(Cat(base_, "$metadata#", table_.schema().entity_set, SelectedNames(query_, table_.schema()),
                         delta ? "/$delta" : ""),
                     body_);
  }
  void Count(int64_t rows) { Append(body_, ",\"@odata.count\":", std::min(rows, kMaxCount)); }
  // Of a fetch: where its next page is.
  void TellMore(int64_t next_page) {
    Append(body_, R"(,"@Microsoft.Dynamics.CRM.fetchxmlpagingcookie":)",
           JsonString(Cat("<cookie pagenumber=\"", next_page, "\" pagingcookie=\"\" istracking=\"False\" />")),
           R"(,"@Microsoft.Dynamics.CRM.morerecords":true)");
  }
  void BeginRows() { body_ += ",\"value\":["; }
  void Add(const Row& row) {
    Separate();
    renderer_.Append(row, "", body_);
  }
  void Add(const Tombstone& tombstone) {
    Separate();
    body_ += "{\"@odata.context\":";
    AppendJsonString(Cat(base_, "$metadata#", table_.schema().entity_set, "/$deletedEntity"), body_);
    Append(body_, ",\"id\":\"", tombstone.id.ToString(), "\",\"reason\":\"deleted\"}");
  }
  std::string End() { return Close(""); }
  std::string EndWithLink(LinkToken token) {
    const bool delta = token.kind == LinkToken::Kind::kDelta;
    token.table = table_.schema().logical_name;
    token.query = query_.hash;
    token.epoch = token.epoch == 0 ? database_.delta_epoch() : token.epoch;
    token.made_ms = token.made_ms == 0 ? database_.clock().NowMillis() : token.made_ms;
    const std::string link =
        Cat(base_, table_.schema().entity_set, "?", query_.options, query_.options.empty() ? "" : "&",
            delta ? "$deltatoken=" : "$skiptoken=", token.ToText());
    return Close(Cat(delta ? ",\"@odata.deltaLink\":" : ",\"@odata.nextLink\":", JsonString(link)));
  }

 private:
  void Separate() {
    if (body_.back() != '[') body_ += ',';
    --room_;
  }
  std::string Close(std::string_view link) {
    Append(body_, "]", link, "}");
    return std::move(body_);
  }

  const Database& database_;
  const Table& table_;
  const RowQuery& query_;
  const std::string& base_;
  RowRenderer renderer_;
  int room_;
  std::string body_;
};

// The rows of a table that a query is for: those that its filter leaves and that are within reach.
class WantedRows {
 public:
  WantedRows(const Database& database, const Table& table, const RowQuery& query)
      : table_(table), filter_(query.filter.get()), reach_(database, table) {}

  // Null: it isn't.
  const Row* At(size_t slot) const {
    const Row* row = table_.At(slot);
    return row != nullptr && reach_.Includes(*row) && (filter_ == nullptr || filter_->Matches(table_, *row)) ? row : nullptr;
  }

  // The next slot with one; the number of slots when there is none.
  size_t NextSlot(size_t slot) const {
    while (slot < table_.slots() && At(slot) == nullptr) ++slot;
    return slot;
  }

  int64_t Count() const {
    if (filter_ == nullptr && reach_.everything()) return static_cast<int64_t>(table_.size());
    int64_t count = 0;
    for (size_t slot = 0; slot < table_.slots() && count <= kMaxCount; ++slot) count += At(slot) != nullptr;
    return count;
  }

 private:
  const Table& table_;
  const Filter* filter_;  // Null: all.
  const Reach reach_;
};

void BeginPlain(const RowQuery& query, const WantedRows& wanted, Page& page) {
  page.Begin(false);
  if (query.count) page.Count(wanted.Count());
  page.BeginRows();
}

// Rows by slot; with tracking, the pass ends with a delta link of its beginning.
std::string ReadInOrderOfSlots(const RowQuery& query, const Database& database, const Table& table, bool track,
                               Page& page) {
  LinkToken token = query.token.value_or(LinkToken());
  token.kind = track ? LinkToken::Kind::kTracked : LinkToken::Kind::kRows;
  if (track && !query.token) token.from = database.last_version();
  const WantedRows wanted(database, table, query);
  BeginPlain(query, wanted, page);
  int64_t left = query.top.value_or(INT64_MAX) - (track ? 0 : token.to);  // `to` counts what went before under $top.
  size_t slot = wanted.NextSlot(token.cursor);
  for (; slot < table.slots() && !page.full() && left > 0; slot = wanted.NextSlot(slot + 1), --left) {
    page.Add(*table.At(slot));
    if (!track) ++token.to;
  }
  token.cursor = static_cast<int64_t>(slot);
  if (slot < table.slots() && left > 0) return page.EndWithLink(std::move(token));
  if (!track) return page.End();
  token.kind = LinkToken::Kind::kDelta;
  token.cursor = 0;
  return page.EndWithLink(std::move(token));
}

// All rows that are wanted, in their order.
std::vector<const Row*> SortedRows(const RowQuery& query, const WantedRows& wanted, const Table& table) {
  std::vector<const Row*> rows;
  for (size_t slot = wanted.NextSlot(0); slot < table.slots(); slot = wanted.NextSlot(slot + 1)) rows.push_back(table.At(slot));
  const auto text = [&](const Row* row, size_t column) {
    std::string value, scratch;
    return std::string(TextOfToken(ValueOf(table, *row, column, value), scratch));
  };
  std::stable_sort(rows.begin(), rows.end(), [&](const Row* a, const Row* b) {
    for (const SortKey& key : query.order) {
      const int order = Compare(table.schema().columns[key.column], text(a, key.column), text(b, key.column));
      if (order != 0) return key.descending ? order > 0 : order < 0;
    }
    return false;
  });
  if (query.top && rows.size() > static_cast<size_t>(*query.top)) rows.resize(*query.top);
  return rows;
}

std::string ReadSorted(const RowQuery& query, const Database& database, const Table& table, Page& page) {
  const WantedRows wanted(database, table, query);
  const std::vector<const Row*> rows = SortedRows(query, wanted, table);
  BeginPlain(query, wanted, page);
  LinkToken token = query.token.value_or(LinkToken());
  token.kind = LinkToken::Kind::kSorted;
  size_t at = token.cursor;
  for (; at < rows.size() && !page.full(); ++at) page.Add(*rows[at]);
  if (at >= rows.size()) return page.End();
  token.cursor = static_cast<int64_t>(at);
  return page.EndWithLink(std::move(token));
}

// Changed rows by version, then deletions, then a new delta link. A row that was deleted and made again shows as
// changed.
std::string ReadDelta(LinkToken token, const Database& database, const Table& table, Page& page) {
  if (token.kind == LinkToken::Kind::kDelta) {
    token.kind = LinkToken::Kind::kDeltaPage;
    token.to = database.last_version();
    token.cursor = token.from;
  }
  const Reach reach(database, table);
  page.Begin(true);
  page.BeginRows();
  while (!token.deletions) {
    const Row* row = table.NextChanged(token.cursor, token.to);
    if (row == nullptr) {
      token.deletions = true;
      token.cursor = token.from;
      break;
    }
    if (reach.Includes(*row)) {
      if (page.full()) return page.EndWithLink(std::move(token));
      page.Add(*row);
    }
    token.cursor = row->version;
  }
  const auto& tombstones = table.tombstones();
  auto next = std::upper_bound(tombstones.begin(), tombstones.end(), token.cursor,
                               [](int64_t version, const Tombstone& tombstone) { return version < tombstone.version; });
  for (; next != tombstones.end() && next->version <= token.to; ++next) {
    if (table.Find(next->id) != nullptr) continue;
    if (page.full()) return page.EndWithLink(std::move(token));
    page.Add(*next);
    token.cursor = next->version;
  }
  LinkToken link;
  link.kind = LinkToken::Kind::kDelta;
  link.from = token.to;
  return page.EndWithLink(std::move(link));
}

bool IsDelta(const RowQuery& query) {
  return query.token &&
         (query.token->kind == LinkToken::Kind::kDelta || query.token->kind == LinkToken::Kind::kDeltaPage);
}

bool IsTracked(const RowQuery& query, const Preferences& preferences) {
  return query.token ? IsDelta(query) || query.token->kind == LinkToken::Kind::kTracked : preferences.track_changes;
}

std::optional<ODataError> CheckTracking(const RowQuery& query, const Database& database, const Table& table) {
  if (!table.schema().change_tracking) return TrackingDisabled(table.schema());
  if (!query.token) return std::nullopt;
  const bool expired = query.token->epoch != database.delta_epoch() ||
                       database.clock().NowMillis() - query.token->made_ms > database.delta_lifetime_ms;
  return expired ? std::optional(ExpiredDeltaToken()) : std::nullopt;
}

// One page of a fetch. Whoever wants the next one asks for it by its number.
http::Response ReadFetch(const Database& database, const Table& table, const std::string& xml, Preferences preferences,
                         const std::string& base) {
  const auto parsed = ReadFetchXml(xml, table.schema());
  if (const auto* error = std::get_if<ODataError>(&parsed)) return error->ToResponse();
  const Fetch& fetch = std::get<Fetch>(parsed);
  const std::vector<const Row*> rows = SortedRows(fetch.query, WantedRows(database, table, fetch.query), table);
  preferences.page_size = static_cast<int>(fetch.page_size);
  Page page(database, table, preferences, fetch.query, base);
  page.Begin(false);
  if (fetch.count) page.Count(static_cast<int64_t>(rows.size()));
  const auto first = static_cast<size_t>((fetch.page - 1) * fetch.page_size);
  size_t at = first;
  // Members of the answer stand before its rows.
  const bool more = rows.size() > first + static_cast<size_t>(fetch.page_size);
  if (more) page.TellMore(fetch.page + 1);
  page.BeginRows();
  for (; at < rows.size() && !page.full(); ++at) page.Add(*rows[at]);
  preferences.page_size.reset();
  return JsonResponse(page.End(), preferences);
}

}  // namespace

http::Response ReadRows(const Database& database, const Table& table, const http::Request& request,
                        const std::string& base) {
  const auto preferences = ReadPreferences(request);
  if (const auto* error = std::get_if<ODataError>(&preferences)) return error->ToResponse();
  const Preferences& wanted = std::get<Preferences>(preferences);
  const std::optional<http::Pairs> options = http::ParsePairs(request.query());
  if (const std::string* xml = options ? http::Find(*options, "fetchXml") : nullptr) {
    if (options->size() > 1) return BadRequest("Other query options can't stand beside fetchXml.").ToResponse();
    if (wanted.track_changes) return NotWithTracking("fetchXml").ToResponse();
    return ReadFetch(database, table, *xml, wanted, base);
  }
  const auto parsed = ReadRowQuery(request.query(), database, table, wanted);
  if (const auto* error = std::get_if<ODataError>(&parsed)) return error->ToResponse();
  const RowQuery& query = std::get<RowQuery>(parsed);
  const bool tracked = IsTracked(query, wanted);
  if (tracked) {
    if (const auto error = CheckTracking(query, database, table)) return error->ToResponse();
  }
  Page page(database, table, wanted, query, base);
  if (IsDelta(query)) return JsonResponse(ReadDelta(*query.token, database, table, page), wanted);
  if (!query.order.empty()) return JsonResponse(ReadSorted(query, database, table, page), wanted);
  return JsonResponse(ReadInOrderOfSlots(query, database, table, tracked, page), wanted);
}

http::Response ReadRow(const Database& database, const Table& table, const Guid& id, const http::Request& request,
                       const std::string& base) {
  const auto preferences = ReadPreferences(request);
  if (const auto* error = std::get_if<ODataError>(&preferences)) return error->ToResponse();
  const auto parsed = ReadSingleRowQuery(request.query(), database, table);
  if (const auto* error = std::get_if<ODataError>(&parsed)) return error->ToResponse();
  const RowQuery& query = std::get<RowQuery>(parsed);
  const Row* row = table.Find(id);
  if (row == nullptr) return NoSuchRow(table.schema(), id).ToResponse();
  if (!Reach(database, table).Includes(*row)) return OutOfReach(table.schema(), id).ToResponse();
  const std::string etag = Cat("W/\"", row->version, "\"");
  if (request.Header("If-None-Match") == etag) return {304, {{"OData-Version", "4.0"}, {"ETag", etag}}, "", ""};
  RowRenderer renderer(database, table, query.columns, std::get<Preferences>(preferences), query.expansions);
  std::string body;
  renderer.Append(
      *row, Cat(base, "$metadata#", table.schema().entity_set, SelectedNames(query, table.schema()), "/$entity"), body);
  http::Response response = JsonResponse(std::move(body), std::get<Preferences>(preferences));
  response.headers.emplace_back("ETag", etag);
  return response;
}

http::Response ReadCount(const Database& database, const Table& table, const http::Request& request) {
  const auto parsed = ReadRowQuery(request.query(), database, table, Preferences());
  if (const auto* error = std::get_if<ODataError>(&parsed)) return error->ToResponse();
  const RowQuery& query = std::get<RowQuery>(parsed);
  if (query.token) return BadSkipToken().ToResponse();
  return {200, {{"OData-Version", "4.0"}}, "text/plain", Cat(std::min(WantedRows(database, table, query).Count(), kMaxCount))};
}

}  // namespace causeway::sandbox::dataverse
