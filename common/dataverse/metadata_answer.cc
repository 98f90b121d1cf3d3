#include "common/dataverse/metadata_answer.h"

#include <algorithm>
#include <boost/json.hpp>
#include <iterator>
#include <string_view>
#include <utility>

#include "common/json/path.h"

namespace causeway::dataverse {
namespace {

using boost::json::value;

std::string LabelOf(const value& object, absl::string_view member) {
  return json::TextAt(object, {member, "UserLocalizedLabel", "Label"});
}

std::optional<Table> TableOf(const value& object) {
  Table table;
  table.logical_name = json::TextAt(object, {"LogicalName"});
  table.entity_set = json::TextAt(object, {"EntitySetName"});
  table.primary_id = json::TextAt(object, {"PrimaryIdAttribute"});
  table.primary_name = json::TextAt(object, {"PrimaryNameAttribute"});
  table.display_name = LabelOf(object, "DisplayName");
  table.change_tracking = json::TrueAt(object, {"ChangeTrackingEnabled"});
  table.custom = json::TrueAt(object, {"IsCustomEntity"});
  table.activity = json::TrueAt(object, {"IsActivity"});
  if (table.logical_name.empty() || table.entity_set.empty() || table.primary_id.empty()) return std::nullopt;
  return table;
}

Column ColumnOf(const value& object) {
  Column column;
  column.logical_name = json::TextAt(object, {"LogicalName"});
  column.type = json::TextAt(object, {"AttributeType"});
  column.display_name = LabelOf(object, "DisplayName");
  column.attribute_of = json::TextAt(object, {"AttributeOf"});
  column.primary_id = json::TrueAt(object, {"IsPrimaryId"});
  column.readable = json::TrueAt(object, {"IsValidForRead"});
  column.creatable = json::TrueAt(object, {"IsValidForCreate"});
  column.updatable = json::TrueAt(object, {"IsValidForUpdate"});
  return column;
}

void AppendOption(const value& option, std::vector<Option>& options) {
  const auto* number = json::At(option, {"Value"});
  if (number == nullptr || !number->is_int64()) return;
  options.push_back({number->as_int64(), LabelOf(option, "Label")});
}

}  // namespace

std::optional<std::vector<Table>> ReadTables(absl::string_view body) {
  const value answer = json::Parse(body);
  const auto* list = json::ArrayAt(answer, {"value"});
  if (list == nullptr) return std::nullopt;
  std::vector<Table> tables;
  // Tables without an entity set can't be read over the Web API.
  for (const value& object : *list) {
    if (auto table = TableOf(object)) tables.push_back(*std::move(table));
  }
  return tables;
}

std::optional<Table> ReadTable(absl::string_view body) { return TableOf(json::Parse(body)); }

std::optional<std::vector<Column>> ReadColumns(absl::string_view body) {
  const value answer = json::Parse(body);
  const auto* list = json::ArrayAt(answer, {"value"});
  if (list == nullptr) return std::nullopt;
  std::vector<Column> columns;
  for (const value& object : *list) {
    columns.push_back(ColumnOf(object));
    if (columns.back().logical_name.empty() || columns.back().type.empty()) return std::nullopt;
  }
  return columns;
}

std::optional<std::vector<Privilege>> ReadTablePrivileges(absl::string_view body) {
  const value answer = json::Parse(body);
  const auto* list = json::ArrayAt(answer, {"Privileges"});
  if (list == nullptr) return std::nullopt;
  std::vector<Privilege> privileges;
  for (const value& object : *list) {
    privileges.push_back({json::TextAt(object, {"PrivilegeType"}), json::TextAt(object, {"Name"}),
                          json::TextAt(object, {"PrivilegeId"})});
    if (privileges.back().type.empty() || privileges.back().id.empty()) return std::nullopt;
  }
  return privileges;
}

std::optional<std::string> ReadUserId(absl::string_view body) {
  std::string id = json::TextAt(json::Parse(body), {"UserId"});
  return id.empty() ? std::nullopt : std::optional(std::move(id));
}

std::optional<int64_t> ReadTimeZoneCode(absl::string_view body) {
  const int64_t code = json::IntegerAt(json::Parse(body), {"timezonecode"}, -1);
  return code < 0 ? std::nullopt : std::optional(code);
}

std::optional<std::string> ReadTimeZoneName(absl::string_view body) {
  const value answer = json::Parse(body);
  const auto* list = json::ArrayAt(answer, {"value"});
  if (list == nullptr || list->empty()) return std::nullopt;
  std::string name = json::TextAt(list->front(), {"standardname"});
  return name.empty() ? std::nullopt : std::optional(std::move(name));
}

std::optional<absl::flat_hash_set<std::string>> ReadUserPrivileges(absl::string_view body) {
  const value answer = json::Parse(body);
  const auto* list = json::ArrayAt(answer, {"RolePrivileges"});
  if (list == nullptr) return std::nullopt;
  absl::flat_hash_set<std::string> ids;
  for (const value& object : *list) ids.insert(json::TextAt(object, {"PrivilegeId"}));
  return ids;
}

std::optional<std::string> ReadGreatestDepth(absl::string_view body) {
  const value answer = json::Parse(body);
  const auto* list = json::ArrayAt(answer, {"RolePrivileges"});
  if (list == nullptr) return std::nullopt;
  // The user's own rows, its business unit, the units below too, the organization.
  const std::string_view depths[] = {"Basic", "Local", "Deep", "Global"};
  const std::string_view* greatest = nullptr;
  for (const value& object : *list) {
    const std::string depth = json::TextAt(object, {"Depth"});
    const std::string_view* found = std::find(std::begin(depths), std::end(depths), depth);
    if (found != std::end(depths) && (greatest == nullptr || found > greatest)) greatest = found;
  }
  return greatest == nullptr ? std::string() : std::string(*greatest);
}

std::optional<absl::flat_hash_map<std::string, std::string>> ReadDateTimeBehaviors(absl::string_view body) {
  const value answer = json::Parse(body);
  const auto* list = json::ArrayAt(answer, {"value"});
  if (list == nullptr) return std::nullopt;
  absl::flat_hash_map<std::string, std::string> behaviors;
  for (const value& object : *list)
    behaviors.emplace(json::TextAt(object, {"LogicalName"}), json::TextAt(object, {"DateTimeBehavior", "Value"}));
  return behaviors;
}

std::optional<std::vector<Option>> ReadOptions(absl::string_view body) {
  const value answer = json::Parse(body);
  std::vector<Option> options;
  // A column has a set of its own, or one that it shares with others.
  for (absl::string_view set : {"OptionSet", "GlobalOptionSet"}) {
    const auto* option_set = json::At(answer, {set});
    if (option_set == nullptr || !option_set->is_object()) continue;
    if (const auto* list = json::ArrayAt(*option_set, {"Options"})) {
      for (const value& option : *list) AppendOption(option, options);
    }
    for (absl::string_view choice : {"FalseOption", "TrueOption"}) {
      if (const auto* option = json::At(*option_set, {choice})) AppendOption(*option, options);
    }
    return options;
  }
  return std::nullopt;
}

std::optional<int64_t> ReadRowCount(absl::string_view body) {
  const value answer = json::Parse(body);
  const auto* values = json::ArrayAt(answer, {"EntityRecordCountCollection", "Values"});
  if (values == nullptr || values->size() != 1 || !values->front().is_int64()) return std::nullopt;
  return values->front().as_int64();
}

}  // namespace causeway::dataverse
