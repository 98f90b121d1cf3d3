#include "common/dataverse/requests.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "common/url/url.h"

namespace causeway::dataverse {
namespace {

constexpr char kBase[] = "/api/data/v9.2/";
constexpr char kTableMembers[] =
    "$select=LogicalName,EntitySetName,PrimaryIdAttribute,PrimaryNameAttribute,ChangeTrackingEnabled,IsCustomEntity,"
    "DisplayName,IsActivity";
constexpr char kColumnMembers[] =
    "$select=LogicalName,AttributeType,IsPrimaryId,IsValidForRead,IsValidForCreate,IsValidForUpdate,DisplayName,"
    "AttributeOf";
constexpr char kDisplayValues[] = "odata.include-annotations=\"OData.Community.Display.V1.FormattedValue\"";
constexpr int kMaxPageSize = 5000;

// A string literal of OData, as it stands in a URL.
std::string Quoted(absl::string_view text) {
  return absl::StrCat("'", url::Escape(absl::StrReplaceAll(text, {{"'", "''"}})), "'");
}

std::string Definition(absl::string_view logical_name) {
  return absl::StrCat("EntityDefinitions(LogicalName=", Quoted(logical_name), ")");
}

// The metadata type of a column with options; empty for other columns.
absl::string_view OptionsType(const Column& column) {
  if (column.type == "Picklist") return "PicklistAttributeMetadata";
  if (column.type == "State") return "StateAttributeMetadata";
  if (column.type == "Status") return "StatusAttributeMetadata";
  if (column.type == "Boolean") return "BooleanAttributeMetadata";
  if (column.type == "Virtual") return "MultiSelectPicklistAttributeMetadata";
  return "";
}

std::string SelectOf(const RowQuery& query) {
  std::vector<std::string> columns = query.columns;
  if (std::find(columns.begin(), columns.end(), query.primary_id) == columns.end()) columns.push_back(query.primary_id);
  return absl::StrCat("$select=", absl::StrJoin(columns, ",", [](std::string* out, const std::string& column) {
                        out->append(url::Escape(column));
                      }));
}

std::string PreferencesOf(const RowQuery& query) {
  std::string preferences = absl::StrCat("odata.maxpagesize=", std::clamp(query.page_size, 1, kMaxPageSize));
  if (query.track_changes) absl::StrAppend(&preferences, ",odata.track-changes");
  if (query.annotations) absl::StrAppend(&preferences, ",", kDisplayValues);
  return preferences;
}

}  // namespace

Requests::Requests(std::string org_url, absl::Duration deadline)
    : org_url_(url::WithoutTrailingSlash(org_url)), deadline_(deadline) {}

http::Request Requests::Get(const std::string& path) const {
  http::Request request;
  request.url = absl::StrCat(org_url_, kBase, path);
  request.headers = {
      {"OData-MaxVersion", "4.0"}, {"OData-Version", "4.0"}, {"Accept", "application/json"}, {"If-None-Match", "null"}};
  request.deadline = deadline_;
  return request;
}

http::Request Requests::Post(const std::string& path, std::string body, const std::string& content_type) const {
  http::Request request = Get(path);
  request.method = "POST";
  request.headers.emplace_back("Content-Type", content_type);
  request.body = std::move(body);
  return request;
}

http::Request Requests::Tables() const { return Get(absl::StrCat("EntityDefinitions?", kTableMembers)); }

http::Request Requests::Table(const std::string& logical_name) const {
  return Get(absl::StrCat(Definition(logical_name), "?", kTableMembers));
}

http::Request Requests::Columns(const std::string& logical_name) const {
  return Get(absl::StrCat(Definition(logical_name), "/Attributes?", kColumnMembers));
}

http::Request Requests::DateTimeColumns(const std::string& logical_name) const {
  return Get(absl::StrCat(
      Definition(logical_name),
      "/Attributes/Microsoft.Dynamics.CRM.DateTimeAttributeMetadata?$select=LogicalName,DateTimeBehavior"));
}

http::Request Requests::Options(const std::string& logical_name, const Column& column) const {
  const bool may_share = column.type == "Picklist" || column.type == "Virtual";
  return Get(absl::StrCat(Definition(logical_name), "/Attributes(LogicalName=", Quoted(column.logical_name),
                          ")/Microsoft.Dynamics.CRM.", OptionsType(column), "?$select=LogicalName&$expand=OptionSet",
                          may_share ? ",GlobalOptionSet" : ""));
}

http::Request Requests::TablePrivileges(const std::string& logical_name) const {
  return Get(absl::StrCat(Definition(logical_name), "?$select=LogicalName,Privileges"));
}

http::Request Requests::WhoAmI() const { return Get("WhoAmI"); }

http::Request Requests::UserPrivileges(const std::string& user_id) const {
  return Get(absl::StrCat("systemusers(", url::Escape(user_id), ")/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()"));
}

http::Request Requests::UserPrivilege(const std::string& user_id, const std::string& privilege_name) const {
  return Get(absl::StrCat("systemusers(", url::Escape(user_id),
                          ")/Microsoft.Dynamics.CRM.RetrieveUserPrivilegeByPrivilegeName(PrivilegeName=", Quoted(privilege_name), ")"));
}

http::Request Requests::UserSettings(const std::string& user_id) const {
  return Get(absl::StrCat("usersettingscollection(", url::Escape(user_id), ")?$select=timezonecode"));
}

http::Request Requests::TimeZoneDefinition(int64_t code) const {
  return Get(absl::StrCat("timezonedefinitions?$select=standardname&$filter=timezonecode%20eq%20", code));
}

http::Request Requests::RowCount(const std::string& logical_name) const {
  return Get(absl::StrCat("RetrieveTotalRecordCount(EntityNames=[", Quoted(logical_name), "])"));
}

http::Request Requests::Rows(const RowQuery& query, const std::string& link) const {
  http::Request request = Get(absl::StrCat(url::Escape(query.entity_set), "?", SelectOf(query)));
  if (!link.empty()) request.url = link;
  request.headers.emplace_back("Prefer", PreferencesOf(query));
  return request;
}

http::Request Requests::Row(const RowQuery& query, const std::string& id) const {
  http::Request request = Get(absl::StrCat(url::Escape(query.entity_set), "(", url::Escape(id), ")?", SelectOf(query)));
  if (query.annotations) request.headers.emplace_back("Prefer", kDisplayValues);
  return request;
}

std::string Requests::PathOf(const RowWrite& write) const {
  if (write.kind == RowWrite::Kind::kCreate) return absl::StrCat(kBase, url::Escape(write.entity_set));
  return absl::StrCat(kBase, url::Escape(write.entity_set), "(", url::Escape(write.id), ")");
}

http::Request Requests::Write(const RowWrite& write) const {
  http::Request request = Get("");
  request.method = MethodOf(write);
  request.url = absl::StrCat(org_url_, PathOf(write));
  if (write.kind != RowWrite::Kind::kDelete) {
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = write.body;
  }
  const http::Headers condition = ConditionOf(write);
  if (condition.empty()) return request;
  request.headers.erase(std::remove_if(request.headers.begin(), request.headers.end(),
                                       [](const auto& header) { return header.first == "If-None-Match"; }),
                        request.headers.end());
  request.headers.insert(request.headers.end(), condition.begin(), condition.end());
  return request;
}

http::Request Requests::Batch(std::string body, const std::string& boundary) const {
  http::Request request = Post("$batch", std::move(body), absl::StrCat("multipart/mixed;boundary=", boundary));
  request.headers.emplace_back("Prefer", "odata.continue-on-error");
  return request;
}

http::Request Requests::CreateMultiple(const dataverse::Table& table, std::string body) const {
  return Post(absl::StrCat(url::Escape(table.entity_set), "/Microsoft.Dynamics.CRM.CreateMultiple"), std::move(body),
              "application/json");
}

const char* MethodOf(const RowWrite& write) {
  switch (write.kind) {
    case RowWrite::Kind::kCreate:
      return "POST";
    case RowWrite::Kind::kUpsert:
      return "PATCH";
    case RowWrite::Kind::kDelete:
      return "DELETE";
  }
  return "";
}

bool HasOptions(const Column& column) { return !OptionsType(column).empty(); }

http::Headers ConditionOf(const RowWrite& write) {
  switch (write.precondition.kind) {
    case Precondition::Kind::kNone:
      return {};
    case Precondition::Kind::kMustExist:
      return {{"If-Match", "*"}};
    case Precondition::Kind::kMustNotExist:
      return {{"If-None-Match", "*"}};
    case Precondition::Kind::kUnchangedSince:
      return {{"If-Match", write.precondition.etag}};
  }
  return {};
}

}  // namespace causeway::dataverse
