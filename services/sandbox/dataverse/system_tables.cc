#include "services/sandbox/dataverse/system_tables.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/column_makers.h"
#include "services/sandbox/dataverse/default_schema.h"

namespace causeway::sandbox::dataverse {
namespace {

// Microsoft's number of each zone, and its name in Windows.
struct Zone {
  int code;
  std::string_view name, shown;
};
constexpr Zone kUtc{92, "UTC", "(GMT) Coordinated Universal Time"};
constexpr Zone kZones[] = {kUtc,
                           {4, "Pacific Standard Time", "(GMT-08:00) Pacific Time (US & Canada)"},
                           {35, "Eastern Standard Time", "(GMT-05:00) Eastern Time (US & Canada)"},
                           {85, "GMT Standard Time", "(GMT+00:00) Dublin, Edinburgh, Lisbon, London"},
                           {110, "W. Europe Standard Time", "(GMT+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"},
                           {190, "India Standard Time", "(GMT+05:30) Chennai, Kolkata, Mumbai, New Delhi"},
                           {235, "Tokyo Standard Time", "(GMT+09:00) Osaka, Sapporo, Tokyo"},
                           {290, "New Zealand Standard Time", "(GMT+12:00) Auckland, Wellington"}};

TableSchema SystemTable(std::string name, std::string set, std::string label, int object_type_code, std::string key) {
  TableSchema table = Named(std::move(name), std::move(set), std::move(label), object_type_code);
  AppendKey(std::move(key), table);
  return table;
}

TableSchema UserTable() {
  TableSchema table = SystemTable("systemuser", "systemusers", "User", 8, "systemuserid");
  table.primary_name = "fullname";
  table.columns.push_back(Text("fullname", "Full Name", 200));
  table.columns.push_back(Text("internalemailaddress", "Primary Email", 100));
  table.columns.push_back(Typed("applicationid", "Application ID", ColumnType::kUniqueidentifier));
  table.columns.push_back(Flag("isdisabled", "Status", "Enabled", "Disabled"));
  table.columns.push_back(Lookup("businessunitid", "Business Unit", ColumnType::kLookup, {{"businessunitid", "businessunit"}}));
  AppendVersion(table);
  AppendShadows(table);
  return table;
}

TableSchema BusinessUnitTable() {
  TableSchema table = SystemTable("businessunit", "businessunits", "Business Unit", 10, "businessunitid");
  table.primary_name = "name";
  table.columns.push_back(Text("name", "Name", 160));
  table.columns.push_back(
      Lookup("parentbusinessunitid", "Parent Business", ColumnType::kLookup, {{"parentbusinessunitid", "businessunit"}}));
  AppendVersion(table);
  AppendShadows(table);
  return table;
}

TableSchema UserSettingsTable() {
  TableSchema table = SystemTable("usersettings", "usersettingscollection", "User Settings", 150, "systemuserid");
  table.change_tracking = false;
  table.columns.push_back(Number("timezonecode", "Time Zone Code", -1, 1'500));
  table.columns.push_back(Number("localeid", "Locale", 0, 1'048'576));
  AppendVersion(table);
  return table;
}

TableSchema TimeZoneTable() {
  TableSchema table = SystemTable("timezonedefinition", "timezonedefinitions", "Time Zone Definition", 4810, "timezonedefinitionid");
  table.primary_name = "userinterfacename";
  table.change_tracking = false;
  table.columns.push_back(Number("timezonecode", "Time Zone Code", 0, 1'500));
  table.columns.push_back(Text("standardname", "Standard Name", 100));
  table.columns.push_back(Text("userinterfacename", "User Interface Name", 100));
  AppendVersion(table);
  return table;
}

// Inserts a row: values by column, as text; `literals` as they are.
class NewRow {
 public:
  NewRow(Table& table, const Guid& id) : table_(table), id_(id), tokens_(table.schema().columns.size()) {}
  NewRow& With(std::string_view column, std::string_view text) { return Literally(column, JsonString(text)); }
  NewRow& With(std::string_view column, const Guid& id) { return With(column, id.ToString()); }
  NewRow& Literally(std::string_view column, std::string token) {
    tokens_.at(static_cast<size_t>(table_.schema().Find(column))) = std::move(token);
    return *this;
  }
  void Insert() { table_.Insert(id_, PackedRow(std::vector<std::string_view>(tokens_.begin(), tokens_.end()))); }

 private:
  Table& table_;
  const Guid id_;
  std::vector<std::string> tokens_;
};

void AddUser(Table& users, const Guid& id, const Guid& unit, std::string_view name, std::string_view address) {
  NewRow row(users, id);
  row.With("fullname", name).With("internalemailaddress", address).With("businessunitid", unit).Literally("isdisabled", "false");
  if (id == kApplicationUser) row.With("applicationid", "5a4db0c0-0000-4000-8000-0000000000ff");
  row.Insert();
}

}  // namespace

std::vector<TableSchema> SystemTables() { return {UserTable(), BusinessUnitTable(), UserSettingsTable(), TimeZoneTable()}; }

bool IsSystemTable(const TableSchema& table) {
  constexpr std::string_view kNames[] = {"systemuser", "businessunit", "usersettings", "timezonedefinition"};
  return std::find(std::begin(kNames), std::end(kNames), table.logical_name) != std::end(kNames);
}

void AddSystemRows(Database& database) {
  if (Table* users = database.FindTable("systemuser")) {
    AddUser(*users, kApplicationUser, kBusinessUnit, "# Causeway Sandbox", "sandbox@contoso.example");
    AddUser(*users, kColleague, kBusinessUnit, "Robin Office", "robin@contoso.example");
    AddUser(*users, kSeller, kUnitBelow, "Sasha Seller", "sasha@contoso.example");
  }
  if (Table* units = database.FindTable("businessunit")) {
    NewRow(*units, kBusinessUnit).With("name", "Contoso").Insert();
    NewRow(*units, kUnitBelow).With("name", "Contoso Retail").With("parentbusinessunitid", kBusinessUnit).Insert();
  }
  if (Table* settings = database.FindTable("usersettings")) {
    for (const Guid& user : {kApplicationUser, kColleague, kSeller})
      NewRow(*settings, user).Literally("timezonecode", Cat(kUtc.code)).Literally("localeid", "1033").Insert();
  }
  if (Table* zones = database.FindTable("timezonedefinition")) {
    for (const Zone& zone : kZones) {
      NewRow(*zones, PrivilegeId(zone.name))
          .Literally("timezonecode", Cat(zone.code))
          .With("standardname", zone.name)
          .With("userinterfacename", zone.shown)
          .Insert();
    }
  }
}

}  // namespace causeway::sandbox::dataverse
