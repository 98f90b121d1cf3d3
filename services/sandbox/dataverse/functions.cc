#include "services/sandbox/dataverse/functions.h"

#include <optional>
#include <set>
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

// EntityNames=['contact','account'], or EntityNames=@p with @p=[…] as an option of the query.
std::optional<std::vector<std::string>> ReadEntityNames(std::string_view argument, const http::Request& request) {
  constexpr std::string_view kParameter = "EntityNames=";
  if (!argument.starts_with(kParameter)) return std::nullopt;
  std::string list(argument.substr(kParameter.size()));
  if (list.starts_with('@')) {
    const std::optional<http::Pairs> options = http::ParsePairs(request.query());
    const std::string* value = options ? http::Find(*options, list) : nullptr;
    if (value == nullptr) return std::nullopt;
    list = *value;
  }
  if (!list.starts_with('[') || !list.ends_with(']')) return std::nullopt;
  std::vector<std::string> names;
  for (std::string_view part : Split(std::string_view(list).substr(1, list.size() - 2), ',')) {
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

}  // namespace

http::Response RetrieveUserPrivileges(const Database& database, const Guid& user, const std::string& base) {
  if (user != kApplicationUser) return NoSuchRow(database.FindTable("systemuser")->schema(), user).ToResponse();
  // Tables that share a privilege name it once.
  std::set<std::string> names;
  for (const Table& table : database.tables()) {
    for (Privilege privilege : kPrivileges) {
      if (!table.schema().dropped && database.Has(privilege, table))
        names.insert(PrivilegeName(privilege, table.schema()));
    }
  }
  std::string list;
  for (const std::string& name : names) {
    Append(list, list.empty() ? "" : ",", R"({"Depth":"Global","PrivilegeId":")", PrivilegeId(name).ToString(),
           R"(","BusinessUnitId":")", kBusinessUnit.ToString(), R"(","PrivilegeName":)", JsonString(name),
           R"(,"RecordFilterId":"00000000-0000-0000-0000-000000000000","RecordFilterUniqueName":""})");
  }
  return Answer(base, "RetrieveUserPrivileges", Cat(R"("RolePrivileges":[)", list, "]"));
}

bool IsFunction(const Segment& segment) { return segment.name == kWhoAmI || segment.name == kCount; }

http::Response CallFunction(const Database& database, const Segment& segment, const http::Request& request,
                            const std::string& base) {
  return segment.name == kCount ? CountRows(database, segment, request, base) : WhoAmI(base);
}

}  // namespace causeway::sandbox::dataverse
