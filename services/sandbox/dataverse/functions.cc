#include "services/sandbox/dataverse/functions.h"

#include <map>
#include <optional>
#include <vector>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/default_schema.h"
#include "services/sandbox/dataverse/odata_error.h"
#include "services/sandbox/http/url.h"

namespace causeway::sandbox::dataverse {
namespace {

constexpr std::string_view kWhoAmI = "WhoAmI";
constexpr std::string_view kCount = "RetrieveTotalRecordCount";
constexpr std::string_view kAllPrivileges = "Microsoft.Dynamics.CRM.RetrieveUserPrivileges";
constexpr std::string_view kOnePrivilege = "Microsoft.Dynamics.CRM.RetrieveUserPrivilegeByPrivilegeName";

http::Response Answer(const std::string& base, std::string_view type, std::string_view members) {
  return {200,
          {{"OData-Version", "4.0"}},
          "application/json; odata.metadata=minimal",
          Cat("{\"@odata.context\":", JsonString(Cat(base, "$metadata#Microsoft.Dynamics.CRM.", type, "Response")), ",",
              members, "}")};
}

http::Response WhoAmI(const std::string& base) {
  return Answer(base, kWhoAmI,
                Cat(R"("BusinessUnitId":")", kBusinessUnit.ToString(), R"(","UserId":")", kApplicationUser.ToString(),
                    R"(","OrganizationId":")", kOrganization.ToString(), "\""));
}

// The value of a function's only parameter: {name}={value}, or {name}=@p with @p={value} as an option of the query.
std::optional<std::string> ReadParameter(std::string_view argument, std::string_view name_and_equals, const http::Request& request) {
  if (!argument.starts_with(name_and_equals)) return std::nullopt;
  std::string value(argument.substr(name_and_equals.size()));
  if (!value.starts_with('@')) return value;
  const std::optional<http::Pairs> options = http::ParsePairs(request.query());
  const std::string* found = options ? http::Find(*options, value) : nullptr;
  return found == nullptr ? std::nullopt : std::optional(*found);
}

// ['contact','account']
std::optional<std::vector<std::string>> ReadEntityNames(std::string_view argument, const http::Request& request) {
  const std::optional<std::string> list = ReadParameter(argument, "EntityNames=", request);
  if (!list || !list->starts_with('[') || !list->ends_with(']')) return std::nullopt;
  std::vector<std::string> names;
  for (std::string_view part : Split(std::string_view(*list).substr(1, list->size() - 2), ',')) {
    part = http::Trim(part);
    const bool quoted = part.size() > 2 && (part.front() == '\'' || part.front() == '"') && part.back() == part.front();
    if (!quoted) return std::nullopt;
    names.emplace_back(part.substr(1, part.size() - 2));
  }
  return names;
}

http::Response CountRows(const Database& database, const Segment& segment, const http::Request& request,
                         const std::string& base) {
  const auto names = ReadEntityNames(segment.argument.value_or(""), request);
  if (!names)
    return BadRequest("The parameter 'EntityNames' of RetrieveTotalRecordCount is missing or no list.").ToResponse();
  std::string keys, values;
  for (const std::string& name : *names) {
    const Table* table = database.FindTable(name);
    if (table == nullptr) return NoSuchTable(name).ToResponse();
    if (!database.Has(Privilege::kRead, *table))
      return MissingPrivilege(Privilege::kRead, table->schema()).ToResponse();
    Append(keys, keys.empty() ? "" : ",", JsonString(name));
    Append(values, values.empty() ? "" : ",", table->size());
  }
  return Answer(base, kCount,
                Cat(R"("EntityRecordCountCollection":{"Count":)", names->size(), R"(,"IsReadOnly":false,"Keys":[)",
                    keys, R"(],"Values":[)", values, "]}"));
}

// What the user has, by name: tables that share a privilege name it once.
std::map<std::string, Depth> HeldPrivileges(const Database& database) {
  std::map<std::string, Depth> held;
  for (const Table& table : database.tables()) {
    if (table.schema().dropped) continue;
    for (Privilege privilege : kPrivileges) {
      if (!database.Has(privilege, table)) continue;
      const Depth depth = privilege == Privilege::kRead ? database.ReadDepth(table) : Depth::kGlobal;
      held.emplace(PrivilegeName(privilege, table.schema()), depth);
    }
  }
  return held;
}

bool IsPrivilege(std::string_view name, const Database& database) {
  for (const Table& table : database.tables()) {
    for (Privilege privilege : kPrivileges) {
      if (PrivilegeName(privilege, table.schema()) == name) return true;
    }
  }
  return false;
}

std::string RolePrivileges(const std::map<std::string, Depth>& privileges) {
  std::string list;
  for (const auto& [name, depth] : privileges) {
    Append(list, list.empty() ? "" : ",", R"({"Depth":")", NameOf(depth), R"(","PrivilegeId":")", PrivilegeId(name).ToString(),
           R"(","BusinessUnitId":")", kBusinessUnit.ToString(), R"(","PrivilegeName":)", JsonString(name),
           R"(,"RecordFilterId":"00000000-0000-0000-0000-000000000000","RecordFilterUniqueName":""})");
  }
  return Cat(R"("RolePrivileges":[)", list, "]");
}

}  // namespace

bool IsUserFunction(const Segment& segment) {
  return (segment.name == kAllPrivileges && segment.argument == "") || (segment.name == kOnePrivilege && segment.argument);
}

http::Response CallUserFunction(const Database& database, const Guid& user, const Segment& segment, const http::Request& request,
                                const std::string& base) {
  if (user != kApplicationUser) return NoSuchRow(database.FindTable("systemuser")->schema(), user).ToResponse();
  if (segment.name == kAllPrivileges) return Answer(base, "RetrieveUserPrivileges", RolePrivileges(HeldPrivileges(database)));
  const std::optional<std::string> parameter = ReadParameter(*segment.argument, "PrivilegeName=", request);
  const std::optional<std::string> name = parameter ? ReadLiteral(*parameter) : std::nullopt;
  if (!name) return BadRequest("The parameter 'PrivilegeName' of RetrieveUserPrivilegeByPrivilegeName is missing or no text.").ToResponse();
  if (!IsPrivilege(*name, database)) return NoSuchPrivilege(*name).ToResponse();
  std::map<std::string, Depth> held = HeldPrivileges(database);
  std::erase_if(held, [&](const auto& privilege) { return privilege.first != *name; });
  return Answer(base, "RetrieveUserPrivilegeByPrivilegeName", RolePrivileges(held));
}

bool IsFunction(const Segment& segment) { return segment.name == kWhoAmI || segment.name == kCount; }

http::Response CallFunction(const Database& database, const Segment& segment, const http::Request& request,
                            const std::string& base) {
  return segment.name == kCount ? CountRows(database, segment, request, base) : WhoAmI(base);
}

}  // namespace causeway::sandbox::dataverse
