#include "services/sandbox/dataverse/property_requests.h"

#include <optional>
#include <string>
#include <utility>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/json_body.h"
#include "services/sandbox/dataverse/odata_error.h"
#include "services/sandbox/dataverse/reach.h"
#include "services/sandbox/dataverse/row_renderer.h"

namespace causeway::sandbox::dataverse {
namespace {

constexpr char kJson[] = "application/json; odata.metadata=minimal";

http::Response NotAllowed(std::string_view method, std::string_view allowed) {
  http::Response response = MethodNotAllowed(method).ToResponse();
  response.headers.emplace_back("Allow", allowed);
  return response;
}

// Answers requests for one property of a row that may be there.
class PropertyRequest {
 public:
  PropertyRequest(const WriteContext& context, const Database& reads, Table& table, const Guid& id,
                  const http::Request& request)
      : context_(context), reads_(reads), table_(table), id_(id), request_(request) {}

  http::Response Column(size_t column, bool raw) {
    if (request_.method == "GET") return Show(column, raw);
    if (raw) return NotAllowed(request_.method, "GET");
    const std::string& name = table_.schema().columns[column].name;
    if (request_.method == "DELETE") return Change(Cat("{", JsonString(name), ":null}"));
    if (request_.method != "PUT") return NotAllowed(request_.method, "GET, PUT, DELETE");
    const auto value = Member("value");
    if (const auto* error = std::get_if<ODataError>(&value)) return error->ToResponse();
    return Change(Cat("{", JsonString(name), ":", std::get<std::string>(value), "}"));
  }

  http::Response Reference(const Navigation& navigation) {
    const std::string bind = JsonString(navigation.name + "@odata.bind");
    if (request_.method == "DELETE") return Change(Cat("{", bind, ":null}"));
    if (request_.method != "PUT") return NotAllowed(request_.method, "PUT, DELETE");
    const auto target = Member("@odata.id");
    if (const auto* error = std::get_if<ODataError>(&target)) return error->ToResponse();
    return Change(Cat("{", bind, ":", std::get<std::string>(target), "}"));
  }

 private:
  http::Response Show(size_t column, bool raw) {
    const Table* table = reads_.FindTable(table_.schema().logical_name);
    if (!context_.database.Has(Privilege::kRead, table_))
      return MissingPrivilege(Privilege::kRead, table_.schema()).ToResponse();
    const Row* row = table == nullptr ? nullptr : table->Find(id_);
    if (row == nullptr) return NoSuchRow(table_.schema(), id_).ToResponse();
    if (!Reach(reads_, *table).Includes(*row)) return OutOfReach(table_.schema(), id_).ToResponse();
    std::string value, scratch;
    const std::string_view token = ValueOf(*table, *row, column, value);
    if (token == "null") return {204, {{"OData-Version", "4.0"}}, "", ""};
    if (raw) return {200, {{"OData-Version", "4.0"}}, "text/plain", std::string(TextOfToken(token, scratch))};
    const std::string context = Cat(context_.base, "$metadata#", table_.schema().entity_set, "(", id_.ToString(), ")/",
                                    table_.schema().columns[column].wire_name());
    return {200,
            {{"OData-Version", "4.0"}},
            kJson,
            Cat("{\"@odata.context\":", JsonString(context), ",\"value\":", token, "}")};
  }

  // The JSON of the body's only member.
  std::variant<std::string, ODataError> Member(std::string_view name) {
    JsonBody body(request_);
    if (body.error()) return *body.error();
    simdjson::dom::element value;
    if (body.object().size() != 1 || body.object()[name].get(value))
      return MalformedBody(Cat("it must hold '", name, "' and nothing else."));
    return simdjson::minify(value);
  }

  // As an update of the row, which must be there.
  http::Response Change(const std::string& body) {
    http::Request update = request_;
    std::erase_if(update.headers, [](const auto& header) {
      return http::EqualsIgnoreCase(header.first, "Prefer") || http::EqualsIgnoreCase(header.first, "Content-Type");
    });
    update.headers.emplace_back("Content-Type", "application/json");
    if (update.Header("If-Match").empty()) update.headers.emplace_back("If-Match", "*");
    update.body = body;
    http::Response response = UpsertRow(context_, table_, id_, update);
    if (response.status == 204) response.headers = {{"OData-Version", "4.0"}};
    return response;
  }

  const WriteContext& context_;
  const Database& reads_;
  Table& table_;
  const Guid id_;
  const http::Request& request_;
};

}  // namespace

http::Response AnswerProperty(const WriteContext& context, const Database& reads, Table& table, const Guid& id,
                              std::span<const Segment> path, const http::Request& request) {
  const std::string& name = path.front().text;
  const std::string_view behind = path.size() > 1 ? std::string_view(path[1].text) : std::string_view();
  if (!request.query().empty()) return UnknownOption(request.query()).ToResponse();
  PropertyRequest property(context, reads, table, id, request);
  const auto [lookup, navigation] = table.schema().FindNavigation(name);
  if (navigation != nullptr && behind == "$ref") return property.Reference(*navigation);
  if (navigation != nullptr) return NotImplemented("Reading a row through another one").ToResponse();
  const int column = table.schema().FindWire(name);
  const bool known = column >= 0 && table.schema().columns[column].readable && (behind.empty() || behind == "$value");
  return known ? property.Column(static_cast<size_t>(column), !behind.empty()) : UnknownSegment(name).ToResponse();
}

}  // namespace causeway::sandbox::dataverse
