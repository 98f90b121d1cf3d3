#include "services/sandbox/dataverse/row_requests.h"

#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/json_body.h"
#include "services/sandbox/dataverse/preferences.h"
#include "services/sandbox/dataverse/row_renderer.h"

namespace causeway::sandbox::dataverse {
namespace {

std::string UrlOf(const WriteContext& context, const Table& table, const Guid& id) {
  return Cat(context.base, table.schema().entity_set, "(", id.ToString(), ")");
}

bool IsETag(std::string_view text) { return text.starts_with("W/\"") && text.ends_with('"') && text.size() > 4; }

// "null" is what clients send that want no condition.
std::variant<Precondition, ODataError> ReadPrecondition(const http::Request& request) {
  Precondition precondition;
  const std::string_view match = request.Header("If-Match"), none_match = request.Header("If-None-Match");
  precondition.must_exist = match == "*";
  precondition.must_not_exist = none_match == "*";
  if (IsETag(match)) precondition.etag = std::string(match);
  const bool match_known = match.empty() || precondition.must_exist || precondition.etag;
  const bool none_match_known = none_match.empty() || none_match == "null" || precondition.must_not_exist;
  if (!match_known) return BadRequest(Cat("The value '", match, "' of the header If-Match is no ETag."));
  if (!none_match_known)
    return BadRequest(Cat("The value '", none_match, "' of the header If-None-Match is not supported."));
  return precondition;
}

// How a single write is to be done, and what it is to answer.
struct Wish {
  Preferences preferences;
  RowQuery query;  // What is shown of the row with return=representation.
  bool detect_duplicates = false;
};

std::variant<Wish, ODataError> ReadWish(const WriteContext& context, const Table& table, const http::Request& request) {
  auto preferences = ReadPreferences(request);
  if (auto* error = std::get_if<ODataError>(&preferences)) return std::move(*error);
  auto query = ReadSingleRowQuery(request.query(), context.database, table);
  if (auto* error = std::get_if<ODataError>(&query)) return std::move(*error);
  const std::string_view suppress = request.Header("MSCRM.SuppressDuplicateDetection");
  if (!suppress.empty() && suppress != "true" && suppress != "false")
    return BadRequest(Cat("The value '", suppress, "' of the header MSCRM.SuppressDuplicateDetection is no boolean."));
  return Wish{std::get<Preferences>(preferences), std::get<RowQuery>(std::move(query)), suppress == "false"};
}

// The values of a body, written down as the wish says.
std::variant<RowValues, ODataError> ReadBody(const WriteContext& context, const Table& table,
                                             const http::Request& request, bool creating, const Wish& wish) {
  JsonBody body(request);
  if (body.error()) return *body.error();
  auto values = ReadValues(context.database, table.schema(), body.object(), creating);
  if (auto* read = std::get_if<RowValues>(&values)) read->detect_duplicates = wish.detect_duplicates;
  return values;
}

// What a single write answers: nothing, or the row.
http::Response Written(const WriteContext& context, const Table& table, const Guid& id, bool created,
                       const Wish& wish) {
  const Preferences& preferences = wish.preferences;
  const std::string url = UrlOf(context, table, id);
  http::Response response{204, {{"OData-Version", "4.0"}, {"OData-EntityId", url}}, "", ""};
  if (created) response.headers.emplace_back("Location", url);
  if (!preferences.return_representation) return response;
  response.status = created ? 201 : 200;
  response.headers.emplace_back("Preference-Applied", preferences.Applied());
  response.content_type = "application/json; odata.metadata=minimal";
  RowRenderer renderer(context.database, table, wish.query.columns, preferences, wish.query.expansions);
  renderer.Append(*table.Find(id), Cat(context.base, "$metadata#", table.schema().entity_set, "/$entity"),
                  response.body);
  return response;
}

std::optional<ODataError> CheckPrivilege(const WriteContext& context, const Table& table, bool creating) {
  const Privilege privilege = creating ? Privilege::kCreate : Privilege::kWrite;
  if (context.database.Has(privilege, table)) return std::nullopt;
  return MissingPrivilege(privilege, table.schema());
}

// The targets of CreateMultiple and UpsertMultiple: objects that name their type.
std::variant<std::vector<simdjson::dom::object>, ODataError> ReadTargets(simdjson::dom::object body,
                                                                         const TableSchema& schema) {
  simdjson::dom::array list;
  if (body["Targets"].get_array().get(list)) return MalformedBody("the parameter 'Targets' is missing.");
  for (const auto& [name, value] : body) {
    if (name != "Targets") return UndeclaredProperty(name, schema);
  }
  if (list.size() == 0) return MalformedBody("the parameter 'Targets' is empty.");
  std::vector<simdjson::dom::object> targets;
  for (simdjson::dom::element element : list) {
    simdjson::dom::object target;
    std::string_view type;
    if (element.get_object().get(target)) return MalformedBody("a target is no object.");
    if (target["@odata.type"].get_string().get(type) || type != Cat("Microsoft.Dynamics.CRM.", schema.logical_name))
      return MalformedBody(Cat("a target's '@odata.type' isn't 'Microsoft.Dynamics.CRM.", schema.logical_name, "'."));
    targets.push_back(target);
  }
  return targets;
}

// Creates or changes one target; returns its id.
std::variant<Guid, ODataError> WriteTarget(const WriteContext& context, Table& table, simdjson::dom::object target,
                                           bool upsert) {
  const TableSchema& schema = table.schema();
  std::string_view key;
  const bool has_key = !target[schema.primary_id].get_string().get(key);
  const std::optional<Guid> id = has_key ? Guid::Parse(key) : std::nullopt;
  if (upsert && !id) return WrongType(schema.primary_id, "Edm.Guid", schema);
  const bool creating = !upsert || table.Find(*id) == nullptr;
  if (auto error = CheckPrivilege(context, table, creating)) return *std::move(error);
  const auto values = ReadValues(context.database, schema, target, creating);
  if (const auto* error = std::get_if<ODataError>(&values)) return *error;
  if (!upsert) return context.writer.Create(table, std::get<RowValues>(values));
  const auto written = context.writer.Upsert(table, *id, std::get<RowValues>(values), {});
  if (const auto* error = std::get_if<ODataError>(&written)) return *error;
  return *id;
}

std::variant<std::vector<Guid>, ODataError> WriteTargets(const WriteContext& context, Table& table,
                                                         const http::Request& request, bool upsert) {
  if (!request.query().empty()) return UnknownOption(request.query());
  JsonBody body(request);
  if (body.error()) return *body.error();
  const auto targets = ReadTargets(body.object(), table.schema());
  if (const auto* error = std::get_if<ODataError>(&targets)) return *error;
  Database::Transaction transaction(context.database);
  std::vector<Guid> ids;
  for (simdjson::dom::object target : std::get<std::vector<simdjson::dom::object>>(targets)) {
    const auto written = WriteTarget(context, table, target, upsert);
    if (const auto* error = std::get_if<ODataError>(&written)) return *error;
    ids.push_back(std::get<Guid>(written));
  }
  transaction.Commit();
  return ids;
}

}  // namespace

http::Response CreateRow(const WriteContext& context, Table& table, const http::Request& request) {
  const auto read = ReadWish(context, table, request);
  if (const auto* error = std::get_if<ODataError>(&read)) return error->ToResponse();
  const Wish& wish = std::get<Wish>(read);
  if (const auto error = CheckPrivilege(context, table, true)) return error->ToResponse();
  const auto values = ReadBody(context, table, request, /*creating=*/true, wish);
  if (const auto* error = std::get_if<ODataError>(&values)) return error->ToResponse();
  const auto id = context.writer.Create(table, std::get<RowValues>(values));
  if (const auto* error = std::get_if<ODataError>(&id)) return error->ToResponse();
  return Written(context, table, std::get<Guid>(id), true, wish);
}

http::Response UpsertRow(const WriteContext& context, Table& table, const Guid& id, const http::Request& request) {
  const auto read = ReadWish(context, table, request);
  if (const auto* error = std::get_if<ODataError>(&read)) return error->ToResponse();
  const Wish& wish = std::get<Wish>(read);
  const auto precondition = ReadPrecondition(request);
  if (const auto* error = std::get_if<ODataError>(&precondition)) return error->ToResponse();
  const bool creating = table.Find(id) == nullptr;
  const Precondition& condition = std::get<Precondition>(precondition);
  const bool may_create = !condition.must_exist && !condition.etag;
  if (creating && !may_create) return NoSuchRow(table.schema(), id).ToResponse();
  if (const auto error = CheckPrivilege(context, table, creating)) return error->ToResponse();
  const auto values = ReadBody(context, table, request, creating, wish);
  if (const auto* error = std::get_if<ODataError>(&values)) return error->ToResponse();
  const auto created = context.writer.Upsert(table, id, std::get<RowValues>(values), condition);
  if (const auto* error = std::get_if<ODataError>(&created)) return error->ToResponse();
  return Written(context, table, id, std::get<bool>(created), wish);
}

http::Response DeleteRow(const WriteContext& context, Table& table, const Guid& id, const http::Request& request) {
  if (!request.query().empty()) return UnknownOption(request.query()).ToResponse();
  const auto precondition = ReadPrecondition(request);
  if (const auto* error = std::get_if<ODataError>(&precondition)) return error->ToResponse();
  if (!context.database.Has(Privilege::kDelete, table))
    return MissingPrivilege(Privilege::kDelete, table.schema()).ToResponse();
  if (const auto error = context.writer.Delete(table, id, std::get<Precondition>(precondition)))
    return error->ToResponse();
  return {204, {{"OData-Version", "4.0"}}, "", ""};
}

http::Response CreateMultiple(const WriteContext& context, Table& table, const http::Request& request) {
  const auto written = WriteTargets(context, table, request, false);
  if (const auto* error = std::get_if<ODataError>(&written)) return error->ToResponse();
  http::Response response{200, {{"OData-Version", "4.0"}}, "application/json; odata.metadata=minimal", ""};
  Append(response.body, "{\"@odata.context\":\"", context.base,
         "$metadata#Microsoft.Dynamics.CRM.CreateMultipleResponse\",\"Ids\":[");
  for (const Guid& id : std::get<std::vector<Guid>>(written)) {
    Append(response.body, response.body.back() == '[' ? "\"" : ",\"", id.ToString(), "\"");
  }
  response.body += "]}";
  return response;
}

http::Response UpsertMultiple(const WriteContext& context, Table& table, const http::Request& request) {
  const auto written = WriteTargets(context, table, request, true);
  if (const auto* error = std::get_if<ODataError>(&written)) return error->ToResponse();
  return {204, {{"OData-Version", "4.0"}}, "", ""};
}

}  // namespace causeway::sandbox::dataverse
