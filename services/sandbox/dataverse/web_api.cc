#include "services/sandbox/dataverse/web_api.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <span>
#include <utility>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/batch.h"
#include "services/sandbox/dataverse/functions.h"
#include "services/sandbox/dataverse/metadata.h"
#include "services/sandbox/dataverse/property_requests.h"
#include "services/sandbox/dataverse/resource_path.h"
#include "services/sandbox/dataverse/row_requests.h"
#include "services/sandbox/dataverse/rows_reader.h"

namespace causeway::sandbox::dataverse {
namespace {

constexpr std::string_view kActionPrefix = "Microsoft.Dynamics.CRM.";

http::Response NotAllowed(std::string_view method, std::string_view allowed) {
  http::Response response = MethodNotAllowed(method).ToResponse();
  response.headers.emplace_back("Allow", allowed);
  return response;
}

http::Response Unauthorized(const std::string& tenant, std::string_view host) {
  http::Response response = InvalidToken().ToResponse();
  response.headers.emplace_back("WWW-Authenticate", Cat("Bearer authorization_uri=http://", host, "/", tenant,
                                                        "/oauth2/authorize, resource_id=http://", host, "/"));
  return response;
}

// The server's name goes into links, so it must be one.
bool IsHost(std::string_view host) {
  const auto fits = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
  };
  return !host.empty() && std::all_of(host.begin(), host.end(), fits);
}

bool AcceptsJson(const http::Request& request) {
  const std::string accept = request.Headers("Accept");
  if (accept.empty()) return true;
  for (std::string_view type : Split(accept, ',')) {
    type = http::Trim(type.substr(0, type.find(';')));
    for (std::string_view known : {"application/json", "application/*", "*/*", "multipart/mixed", "text/plain"}) {
      if (http::EqualsIgnoreCase(type, known)) return true;
    }
  }
  return false;
}

// What only privileged users may ask for, which the application user isn't.
constexpr std::pair<std::string_view, std::string_view> kPrivilegedHeaders[] = {
    {"MSCRMCallerID", "prvActOnBehalfOfAnotherUser"},
    {"CallerObjectId", "prvActOnBehalfOfAnotherUser"},
    {"MSCRM.BypassCustomPluginExecution", "prvBypassCustomPlugins"},
    {"MSCRM.BypassBusinessLogicExecution", "prvBypassCustomBusinessLogic"}};

std::optional<ODataError> CheckHeaders(const http::Request& request) {
  if (!IsHost(request.host())) return BadRequest("The header 'Host' is missing or malformed.");
  for (std::string_view name : {"OData-MaxVersion", "OData-Version"}) {
    if (request.Header(name) != "4.0") return MissingHeader(name);
  }
  if (!AcceptsJson(request)) return NotAcceptable();
  for (const auto& [header, privilege] : kPrivilegedHeaders) {
    if (!request.Header(header).empty()) return MissingPrivilege(privilege);
  }
  return std::nullopt;
}

bool IsRefusedDuplicate(const http::Response& response) {
  return response.status == 412 && response.body.find(RowExists().code) != std::string::npos;
}

// Lists the entity sets.
http::Response ServiceDocument(const Database& database, const std::string& base) {
  std::string sets;
  for (const Table& table : database.tables()) {
    if (table.schema().dropped) continue;
    const std::string name = JsonString(table.schema().entity_set);
    Append(sets, sets.empty() ? "" : ",", R"({"name":)", name, R"(,"kind":"EntitySet","url":)", name, "}");
  }
  return {200,
          {{"OData-Version", "4.0"}},
          "application/json; odata.metadata=minimal",
          Cat("{\"@odata.context\":", JsonString(base + "$metadata"), ",\"value\":[", sets, "]}")};
}

// Answers a request whose path begins with an entity set.
class SetRequest {
 public:
  // Reads are answered from `reads`, which has the same tables.
  SetRequest(const WriteContext& context, Database& reads, Table& table, const http::Request& request)
      : context_(context),
        reads_(reads),
        table_(table),
        read_table_(*reads.FindTable(table.schema().logical_name)),
        request_(request) {}

  http::Response Answer(std::span<const Segment> segments) {
    const Segment& set = segments.front();
    if (segments.size() > 3) return UnknownSegment(segments[3].text).ToResponse();
    if (segments.size() > 2 && !set.argument) return UnknownSegment(segments[2].text).ToResponse();
    if (set.argument) {
      const std::optional<Guid> id = ReadKey(*set.argument, table_.schema().primary_id);
      if (!id) return BadKey(*set.argument).ToResponse();
      if (segments.size() == 1) return OneRow(*id);
      if (segments.size() == 2 && segments[1].name.starts_with(kActionPrefix)) return Function(*id, segments[1]);
      return AnswerProperty(context_, reads_, table_, *id, segments.subspan(1), request_);
    }
    if (segments.size() == 1) return Rows();
    if (segments[1].text == "$count") return Count();
    return Action(segments[1]);
  }

 private:
  http::Response Rows() {
    if (request_.method == "GET")
      return MayRead() ? ReadRows(reads_, read_table_, request_, context_.base) : MayNotRead();
    if (request_.method == "POST") return CreateRow(context_, table_, request_);
    return NotAllowed(request_.method, "GET, POST");
  }

  http::Response OneRow(const Guid& id) {
    if (request_.method == "GET")
      return MayRead() ? ReadRow(reads_, read_table_, id, request_, context_.base) : MayNotRead();
    if (request_.method == "PATCH") return UpsertRow(context_, table_, id, request_);
    if (request_.method == "DELETE") return DeleteRow(context_, table_, id, request_);
    return NotAllowed(request_.method, "GET, PATCH, DELETE");
  }

  http::Response Function(const Guid& id, const Segment& segment) {
    if (table_.schema().logical_name != "systemuser" || !IsUserFunction(segment)) return UnknownSegment(segment.text).ToResponse();
    if (request_.method != "GET") return NotAllowed(request_.method, "GET");
    return CallUserFunction(database(), id, segment, request_, context_.base);
  }

  http::Response Count() {
    if (request_.method != "GET") return NotAllowed(request_.method, "GET");
    return MayRead() ? ReadCount(reads_, read_table_, request_) : MayNotRead();
  }

  http::Response Action(const Segment& segment) {
    const bool creates = segment.text == Cat(kActionPrefix, "CreateMultiple");
    if (!creates && segment.text != Cat(kActionPrefix, "UpsertMultiple"))
      return UnknownSegment(segment.text).ToResponse();
    if (request_.method != "POST") return NotAllowed(request_.method, "POST");
    return creates ? CreateMultiple(context_, table_, request_) : UpsertMultiple(context_, table_, request_);
  }

  Database& database() { return context_.database; }
  bool MayRead() { return database().Has(Privilege::kRead, table_); }
  http::Response MayNotRead() { return MissingPrivilege(Privilege::kRead, table_.schema()).ToResponse(); }

  const WriteContext& context_;
  Database& reads_;
  Table& table_;
  const Table& read_table_;
  const http::Request& request_;
};

}  // namespace

WebApi::WebApi(Database& database, RowsWriter& writer, Entra& entra)
    : database_(database), writer_(writer), entra_(entra), protection_(database.clock()), replica_(database) {}

bool WebApi::Serves(std::string_view path) { return path.starts_with(kApiPath); }

ServiceProtection::Admission WebApi::Receive(const http::Request& request) {
  if (!entra_.tokens().IsAuthorized(request.Header("Authorization"))) return {};
  return protection_.Admit();
}

http::Response WebApi::Answer(const http::Request& request) {
  if (!entra_.tokens().IsAuthorized(request.Header("Authorization")))
    return Unauthorized(entra_.settings().tenant, request.host());
  const auto error = CheckHeaders(request);
  http::Response response = error ? error->ToResponse() : CarryOut(request);
  protection_.AddHeaders(response);
  return response;
}

http::Response WebApi::CarryOutOperation(const http::Request& operation) {
  if (std::optional<http::Response> instead = intercept_ ? intercept_(operation) : std::nullopt)
    return *std::move(instead);
  return CarryOut(operation);
}

http::Response WebApi::CarryOut(const http::Request& request) {
  const std::string_view path = request.path();
  if (!path.starts_with(kVersionPath)) return UnknownSegment(path).ToResponse();
  const auto segments = ReadResourcePath(path);
  if (!segments) return BadRequest("The path can't be decoded.").ToResponse();
  const WriteContext context{database_, writer_, Cat("http://", request.host(), kVersionPath)};
  const std::string_view first = segments->empty() ? std::string_view() : std::string_view(segments->front().name);
  if (first == "$batch") {
    if (request.method != "POST") return NotAllowed(request.method, "POST");
    if (!request.query().empty()) return UnknownOption(request.query()).ToResponse();
    return AnswerBatch(database_, request,
                       [this](const http::Request& operation) { return CarryOutOperation(operation); });
  }
  if (first == "$metadata") return NotImplemented("$metadata").ToResponse();
  if (Table* table = database_.FindSet(first)) {
    http::Response response = SetRequest(context, replica_.ForRead(), *table, request).Answer(*segments);
    duplicates_ += IsRefusedDuplicate(response) ? 1 : 0;
    return response;
  }
  const bool is_definitions = first == "EntityDefinitions";
  const bool is_function = segments->size() == 1 && IsFunction(segments->front());
  if (!segments->empty() && !is_definitions && !is_function) return UnknownSegment(first).ToResponse();
  if (request.method != "GET") return NotAllowed(request.method, "GET");
  if (is_definitions) return ReadMetadata(database_, *segments, request, context.base);
  if (is_function) return CallFunction(database_, segments->front(), request, context.base);
  return ServiceDocument(database_, context.base);
}

}  // namespace causeway::sandbox::dataverse
