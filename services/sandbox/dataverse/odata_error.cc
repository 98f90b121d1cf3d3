#include "services/sandbox/dataverse/odata_error.h"

#include <cctype>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/default_schema.h"
#include "services/sandbox/dataverse/service_protection.h"

namespace causeway::sandbox::dataverse {
namespace {

constexpr char kQueryCode[] = "0x80060888";    // The request itself can't be understood.
constexpr char kPayloadCode[] = "0x80048d19";  // The body can't be understood.
constexpr char kNotFoundCode[] = "0x80040217";

ODataError PayloadError(const TableSchema& table, std::string_view why) {
  return {400, kPayloadCode,
          Cat("Error identified in Payload provided by the user for Entity :'", table.entity_set,
              "'  ----> InnerException : Microsoft.OData.ODataException: ", why)};
}

ODataError ValidationError(std::string code, const Column& column, const TableSchema& table, std::string_view why) {
  return {400, std::move(code),
          Cat("A validation error occurred. The value of '", column.name, "' on record of type '", table.logical_name,
              "' ", why)};
}

}  // namespace

http::Response ODataError::ToResponse() const {
  return {status,
          {{"OData-Version", "4.0"}},
          "application/json; odata.metadata=minimal",
          Cat(R"({"error":{"code":)", JsonString(code), R"(,"message":)", JsonString(message), "}}")};
}

ODataError InvalidToken() {
  return {401, "0x80072560", "The access token is missing, expired or not issued for this organization."};
}
ODataError BadRequest(std::string message) { return {400, kQueryCode, std::move(message)}; }
ODataError MissingHeader(std::string_view name) {
  return {400, kQueryCode, Cat("The header '", name, "' with the value '4.0' is required.")};
}
ODataError WrongContentType(std::string_view expected) {
  return {415, kPayloadCode, Cat("A body of content type '", expected, "' is required.")};
}
ODataError NotAcceptable() {
  return {406, kQueryCode, "A supported MIME type could not be found that matches the Accept header."};
}
ODataError MethodNotAllowed(std::string_view method) {
  return {405, "0x8006088a", Cat("The HTTP method '", method, "' is not supported for this resource.")};
}
ODataError NotImplemented(std::string_view what) {
  return {501, kQueryCode, Cat(what, " is not implemented by this server.")};
}
ODataError UnknownSegment(std::string_view segment) {
  return {404, "0x8006088a", Cat("Resource not found for the segment '", segment, "'.")};
}
ODataError BadKey(std::string_view key) {
  return {400, kQueryCode, Cat("'", key, "' is no key of a single row: a GUID is expected.")};
}
ODataError NoSuchTable(std::string_view name) {
  return {404, kNotFoundCode, Cat("Could not find an entity with the name '", name, "'.")};
}
ODataError NoSuchPrivilege(std::string_view name) {
  return {404, kNotFoundCode, Cat("The privilege with the name '", name, "' was not found.")};
}
ODataError NoSuchColumn(std::string_view name, const TableSchema& table) {
  return {404, kNotFoundCode,
          Cat("Could not find an attribute with the name '", name, "' of entity '", table.logical_name, "'.")};
}
ODataError UnknownOption(std::string_view option) {
  return {400, kQueryCode, Cat("The query parameter ", option, " is not supported.")};
}
ODataError UnknownProperty(std::string_view name, const TableSchema& table) {
  return {
      400, kQueryCode,
      Cat("Could not find a property named '", name, "' on type 'Microsoft.Dynamics.CRM.", table.logical_name, "'.")};
}
ODataError MissingPrivilege(Privilege privilege, const TableSchema& table) {
  return {403, "0x80040220",
          Cat("Principal user (Id=", kApplicationUser.ToString(), ", type=8, roleCount=1) is missing ",
              PrivilegeName(privilege, table), " privilege on OTC=", table.object_type_code, " for entity '",
              table.logical_name, "'. context.Caller=", kApplicationUser.ToString())};
}

ODataError MissingPrivilege(std::string_view name) {
  return {403, "0x80040220",
          Cat("Principal user (Id=", kApplicationUser.ToString(), ", type=8, roleCount=1) is missing ", name,
              " privilege. context.Caller=", kApplicationUser.ToString())};
}

ODataError OutOfReach(const TableSchema& table, const Guid& id) {
  return {403, "0x80040220",
          Cat("SecLib::AccessCheckEx failed. Returned hr = -2147187962, ObjectID: ", id.ToString(), ", OwnerId, OwnerIdType: 8 and CallingUser: ",
              kApplicationUser.ToString(), ". ObjectTypeCode: ", table.object_type_code, ", objectBusinessUnitId, AccessRights: ReadAccess")};
}

ODataError TrackingDisabled(const TableSchema& table) {
  return {400, "0x80072495", Cat("Change tracking is not enabled for the entity '", table.logical_name, "'.")};
}
ODataError NotWithTracking(std::string_view option) {
  return {400, kQueryCode, Cat("The query option ", option, " is not supported when change tracking is requested.")};
}
ODataError BadSkipToken() { return {400, "0x80041129", "Malformed XML in the Paging Cookie."}; }
ODataError BadDeltaToken() { return {400, "0x80044351", "The delta token is malformed."}; }
ODataError ExpiredDeltaToken() {
  return {410, "0x80044352", "The delta token has expired: the changes since it was made are no longer known."};
}

ODataError NoSuchRow(const TableSchema& table, const Guid& id) {
  return {404, kNotFoundCode, Cat("Entity '", table.logical_name, "' With Id = ", id.ToString(), " Does Not Exist")};
}
ODataError RowExists() { return {412, "0x80040237", "A record with matching key values already exists."}; }
ODataError KeyIsTaken(const UniqueRule& key, std::string_view values) {
  return {412, "0x80060892",
          Cat("A record that has the attribute values ", values, " already exists. The entity key ", key.name,
              " requires that this set of attributes contains unique values. Select unique values and try again.")};
}
ODataError DuplicateFound() {
  return {412, "0x80040333",
          "A record was not created or updated because a duplicate of the current record already exists."};
}
ODataError PlugInRefusal(std::string_view text) { return {400, "0x80040265", std::string(text)}; }
ODataError TooEarly(std::string_view shown) {
  return {400, "0x80040239",
          Cat("DateTime is less than minumum value supported by CrmDateTime. Actual value: ", shown,
              ", Minimum value supported: 01/01/1753 00:00:00")};
}
ODataError TooLate(std::string_view shown) {
  return {400, "0x80040239",
          Cat("DateTime is greater than maximum value supported by CrmDateTime. Actual value: ", shown,
              ", Maximum value supported: 12/30/9999 23:59:59")};
}
ODataError RowChanged() {
  return {412, "0x80060882", "The version of the existing record doesn't match the RowVersion property provided."};
}
ODataError MalformedBody(std::string_view why) {
  return {400, kPayloadCode, Cat("The body can't be read as JSON: ", why)};
}
ODataError UndeclaredProperty(std::string_view name, const TableSchema& table) {
  return PayloadError(table,
                      Cat("An undeclared property '", name,
                          "' was found in the payload. Undeclared properties are only supported on open types."));
}
ODataError ReadOnlyProperty(std::string_view name, const TableSchema& table) {
  return PayloadError(table, Cat("The property '", name, "' is read-only and can't be set."));
}
ODataError WrongType(std::string_view name, std::string_view edm_type, const TableSchema& table) {
  return PayloadError(
      table, Cat("Cannot convert the value of the property '", name, "' to the expected type '", edm_type, "'."));
}
ODataError TooLong(const Column& column, const TableSchema& table) {
  return {400, "0x80044331",
          Cat("A validation error occurred. The length of the '", column.name, "' attribute of the '",
              table.logical_name, "' entity exceeded the maximum allowed length of '", column.max_length, "'.")};
}
ODataError OutOfRange(const Column& column, const TableSchema& table) {
  return ValidationError("0x80044330", column, table,
                         Cat("is outside the valid range ", column.min, " to ", column.max, "."));
}
ODataError NoSuchOption(const Column& column, std::string_view value, const TableSchema& table) {
  std::string accepted;
  for (const Option& option : column.options) Append(accepted, accepted.empty() ? "" : ",", option.value);
  return ValidationError("0x8004431a", column, table,
                         Cat("is outside the valid range: ", value, ". Accepted Values: ", accepted));
}
ODataError StatusNotOfState(int64_t status, int64_t state, const TableSchema& table) {
  return {400, "0x80048408",
          Cat(status, " is not a valid status code for state code ", state, " on ", table.logical_name, ".")};
}

ODataError LimitExceeded(Limit limit, const ProtectionSettings& settings) {
  switch (limit) {
    case Limit::kRequests:
      return {429, "0x80072322",
              Cat("Number of requests exceeded the limit of ", settings.requests, " over time window of ",
                  settings.window_seconds, " seconds.")};
    case Limit::kExecutionTime:
      return {429, "0x80072321",
              Cat("Combined execution time of incoming requests exceeded limit of ", settings.execution_ms,
                  " milliseconds over time window of ", settings.window_seconds,
                  " seconds. Decrease number of concurrent requests or reduce the duration of requests and try again "
                  "later.")};
    case Limit::kConcurrency:
      return {429, "0x80072326", Cat("Number of concurrent requests exceeded the limit of ", settings.concurrent, ".")};
  }
  return {};
}

}  // namespace causeway::sandbox::dataverse
