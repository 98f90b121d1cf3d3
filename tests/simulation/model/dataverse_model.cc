#include "tests/simulation/model/dataverse_model.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace causeway::simulation {
namespace {

constexpr char kBase[] = "/api/data/v9.2/";
constexpr size_t kMaxPage = 5000;

http::Response Json(std::string body) {
  return {200, {{"content-type", "application/json; odata.metadata=minimal"}}, std::move(body)};
}

http::Response Error(int status, absl::string_view code, absl::string_view message) {
  return {status,
          {{"content-type", "application/json"}},
          absl::StrCat(R"({"error":{"code":")", code, R"(","message":")", message, "\"}}")};
}

std::string TableJson(const std::string& table) {
  return absl::StrCat(R"({"LogicalName":")", table, R"(","EntitySetName":")", table, R"(s","PrimaryIdAttribute":")",
                      table,
                      R"(id","PrimaryNameAttribute":"lastname","ChangeTrackingEnabled":true,"IsCustomEntity":false,)",
                      R"("IsActivity":false,"Privileges":[],"DisplayName":{"UserLocalizedLabel":{"Label":")", table, "\"}}}");
}

std::string ColumnJson(absl::string_view name, absl::string_view type, bool primary) {
  return absl::StrCat(R"({"LogicalName":")", name, R"(","AttributeType":")", type, R"(","IsPrimaryId":)",
                      primary ? "true" : "false",
                      R"(,"IsValidForRead":true,"IsValidForCreate":true,"IsValidForUpdate":true,"AttributeOf":null,)",
                      R"("DisplayName":{"UserLocalizedLabel":{"Label":")", name, "\"}}}");
}

// 'contact' in EntityDefinitions(LogicalName='contact').
std::string Quoted(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '\'');
  return parts.size() > 1 ? std::string(parts[1]) : std::string();
}

size_t PageSize(const http::Request& request) {
  for (absl::string_view preference : absl::StrSplit(HeaderOf(request, "prefer"), ',')) {
    const std::pair<absl::string_view, absl::string_view> sides = absl::StrSplit(preference, absl::MaxSplits('=', 1));
    size_t size = 0;
    if (absl::StripAsciiWhitespace(sides.first) == "odata.maxpagesize" && absl::SimpleAtoi(sides.second, &size))
      return size;
  }
  return kMaxPage;
}

}  // namespace

DataverseModel::DataverseModel(Simulation& simulation, Faults& faults, std::vector<std::string> tables,
                               absl::Duration token_life)
    : simulation_(simulation), faults_(faults), tokens_(simulation, faults, token_life) {
  for (std::string& table : tables) tables_.emplace(table, DataverseTable(table));
}

void DataverseModel::Change(const std::string& table, const std::string& id, bool refusable) {
  ++version_;
  tables_.at(table).Put(id, version_, NewName(refusable), refusable);
}
void DataverseModel::Touch(const std::string& table, const std::string& id) { tables_.at(table).Touch(id, ++version_); }
void DataverseModel::Delete(const std::string& table, const std::string& id) {
  tables_.at(table).Delete(id, ++version_);
}

std::string DataverseModel::NewName(bool refusable) {
  if (refusable) return absl::StrCat(kRefusedMark, version_);
  return absl::StrCat("name", names_repeat_ ? simulation_.dice().Below(3) : static_cast<uint64_t>(version_));
}

void DataverseModel::BackUp() {
  backup_.emplace();
  backup_->version = version_;
  for (const auto& [name, table] : tables_) backup_->tables[name] = table.BackUp();
}

// Delta links of later than the backup lead nowhere; whoever is in the middle of a pass goes on with it.
void DataverseModel::Restore() {
  if (!backup_.has_value()) return;
  for (auto& [name, table] : tables_) table.Restore(backup_->tables.at(name), backup_->version);
  version_ = backup_->version;
  restored_ = true;
  ExpireDeltaLinks();
  for (auto& [number, cursor] : cursors_) cursor.until = std::min(cursor.until, version_);
}

http::Response DataverseModel::Refuse(int status) {
  if (status == 429)
    return Error(429, "0x80072322", "Number of requests exceeded the limit of 6000 over time window of 300 seconds.");
  return Error(status, "0x80060891", "The service is unavailable.");
}

http::Response DataverseModel::Handle(const Delivery& delivery) {
  const Url url = ParseUrl(delivery.request.url);
  if (absl::EndsWith(url.path, "/oauth2/v2.0/token")) return tokens_.Issue();
  if (!tokens_.Accept(delivery.request)) return Error(401, "0x80040220", "The token is not valid.");
  absl::string_view path = url.path;
  if (!absl::ConsumePrefix(&path, kBase)) return Error(404, "0x8006088a", "No such resource.");
  if (absl::StartsWith(path, "EntityDefinitions")) return Metadata(url);
  for (const auto& [name, table] : tables_) {
    if (path == name + "s") return List(delivery, url, name);
  }
  return Error(404, "0x80060888", absl::StrCat("Resource not found for the segment '", path, "'."));
}

http::Response DataverseModel::Metadata(const Url& url) {
  const std::vector<std::string> segments = absl::StrSplit(url.path.substr(sizeof(kBase) - 1), '/');
  const std::string table = Quoted(segments[0]);
  if (table.empty()) {
    std::vector<std::string> tables;
    for (const auto& [name, unused] : tables_) tables.push_back(TableJson(name));
    return Json(absl::StrCat(R"({"value":[)", absl::StrJoin(tables, ","), "]}"));
  }
  if (tables_.count(table) == 0)
    return Error(404, "0x80040217", absl::StrCat("Could not find an entity with name ", table, "."));
  if (segments.size() == 1) return Json(TableJson(table));
  if (segments[1] != "Attributes") return Error(404, "0x80060888", "Resource not found.");
  // A cast to a type of column: none of these tables has a date.
  if (segments.size() == 3) return Json(R"({"value":[]})");
  return Json(absl::StrCat(R"({"value":[)", ColumnJson(table + "id", "Uniqueidentifier", true), ",",
                           ColumnJson(kNameColumn, "String", false), ",", ColumnJson(kRevisionColumn, "BigInt", false),
                           ",", ColumnJson(kTitleColumn, "String", false), ",", ColumnJson(kMarkColumn, "String", false),
                           ",", ColumnJson(kUnmappedColumn, "Memo", false), ",",
                           ColumnJson("versionnumber", "BigInt", false), "]}"));
}

http::Response DataverseModel::List(const Delivery& delivery, const Url& url, const std::string& table) {
  const size_t max = PageSize(delivery.request);
  for (const char* kind : {"$skiptoken", "$deltatoken"}) {
    const auto token = url.query.find(kind);
    if (token == url.query.end()) continue;
    int64_t number = 0;
    const auto found = absl::SimpleAtoi(token->second, &number) ? cursors_.find(number) : cursors_.end();
    if (found == cursors_.end() || found->second.table != table) return Error(400, "0x80040203", "Malformed token.");
    if (number < oldest_valid_cursor_ && (found->second.delta || token->first == "$deltatoken")) {
      return simulation_.dice().Chance(0.5) ? Error(410, "0x80044352", "The delta token has expired.")
                                            : Error(400, "0x80044352", "The delta token has expired.");
    }
    Cursor cursor = found->second;
    // A fresh delta lists what has happened up to now.
    if (token->first == absl::string_view("$deltatoken")) cursor.until = version_;
    return Page(cursor, max);
  }
  ++passes_;
  Cursor cursor;
  cursor.table = table;
  if (auto select = url.query.find("$select"); select != url.query.end())
    cursor.columns = absl::StrSplit(select->second, ',');
  cursor.until = version_;
  return Page(cursor, max);
}

http::Response DataverseModel::Page(const Cursor& cursor, size_t max) {
  Cursor next = cursor;
  std::vector<std::string> rows;
  const bool full = cursor.delta ? ListChanges(next, max, rows) : ListRows(next, max, rows);
  std::string body = absl::StrCat(R"({"@odata.context":")", link_origin_, kBase, "$metadata#", cursor.table,
                                  R"(s","value":[)", absl::StrJoin(rows, ","), "]");
  if (full) {
    absl::StrAppend(&body, R"(,"@odata.nextLink":")", Keep(next, "$skiptoken"), "\"");
  } else {
    Cursor delta;
    delta.table = cursor.table;
    delta.columns = cursor.columns;
    delta.delta = true;
    delta.since = delta.first_since = next.until;
    absl::StrAppend(&body, R"(,"@odata.deltaLink":")", Keep(delta, "$deltatoken"), "\"");
  }
  return Json(body + "}");
}

// A replica that lags shows rows as they were; what they are now comes with the changes after the pass. Whether the
// page is full.
bool DataverseModel::ListRows(Cursor& cursor, size_t max, std::vector<std::string>& rows) {
  DataverseTable& table = tables_.at(cursor.table);
  const bool lags = faults_.Strikes(Fault::kReplicaLag);
  while (rows.size() < max) {
    const std::vector<const DataverseRow*> next = table.After(cursor.place, 1);
    if (next.empty()) return false;
    DataverseRow row = *next[0];
    cursor.place = DataverseTable::PlaceOf(row.id);
    if (hidden_.contains(row.id)) continue;
    std::optional<DataverseRow> before = lags ? table.StateBefore(row.id) : std::nullopt;
    if (before.has_value() && !before->refusable && !row.refusable) {
      cursor.until = std::min(cursor.until, before->version);
      table.ShowAgain(*before);
      row = *before;
    }
    rows.push_back(RowJson(row, cursor));
  }
  return true;
}

// What was changed, then what was deleted; `cursor` moves behind what is listed. Whether the page is full.
bool DataverseModel::ListChanges(Cursor& cursor, size_t max, std::vector<std::string>& rows) const {
  const DataverseTable& table = tables_.at(cursor.table);
  size_t listed = 0;
  if (!cursor.deletions) {
    for (const DataverseRow* row : table.ChangedBetween(cursor.since, cursor.until, max)) {
      if (!hidden_.contains(row->id)) rows.push_back(RowJson(*row, cursor));
      cursor.since = row->version;
      ++listed;
    }
    if (listed == max) return true;
    cursor.deletions = true;
    cursor.since = cursor.first_since;
  }
  for (const DataverseTable::Deletion& deletion : table.DeletedBetween(cursor.since, cursor.until, max - listed)) {
    rows.push_back(absl::StrCat(R"({"@odata.context":")", link_origin_, kBase, "$metadata#", cursor.table,
                                R"(s/$deletedEntity","id":")", deletion.id, R"(","reason":"deleted"})"));
    cursor.since = deletion.version;
    ++listed;
  }
  return listed == max;
}

std::string DataverseModel::Keep(Cursor cursor, absl::string_view kind) {
  std::string link = absl::StrCat(link_origin_, kBase, cursor.table,
                                  "s?$select=", absl::StrJoin(cursor.columns, ","), "&", kind, "=", ++last_cursor_);
  cursors_.emplace(last_cursor_, std::move(cursor));
  return link;
}

std::string DataverseModel::RowJson(const DataverseRow& row, const Cursor& cursor) const {
  std::string json =
      absl::StrCat(R"({"@odata.etag":"W/\")", row.version, R"(\"",")", cursor.table, R"(id":")", row.id, "\"");
  for (const std::string& column : cursor.columns) {
    if (column == kNameColumn) absl::StrAppend(&json, R"(,"lastname":")", row.name, "\"");
    if (column == kTitleColumn) absl::StrAppend(&json, R"(,"jobtitle":"t)", row.revision, "\"");
    if (column == kMarkColumn) absl::StrAppend(&json, R"(,"mark":")", kMark, "\"");
    if (column == kRevisionColumn) absl::StrAppend(&json, R"(,"revision":)", row.revision);
    if (column == kUnmappedColumn) absl::StrAppend(&json, R"(,"description":"touched at )", row.version, "\"");
    if (column == "versionnumber") absl::StrAppend(&json, R"(,"versionnumber":)", row.version);
  }
  return json + "}";
}

}  // namespace causeway::simulation
