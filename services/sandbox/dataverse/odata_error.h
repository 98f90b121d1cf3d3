// Dataverse's refusals: status, code and text, kept here in one place. Texts are those that Dataverse is known to send;
// spec/dynamics365.md marks what is assumed.
#pragma once

#include <string>
#include <string_view>

#include "services/sandbox/base/guid.h"
#include "services/sandbox/dataverse/database.h"
#include "services/sandbox/http/message.h"

namespace causeway::sandbox::dataverse {

struct ODataError {
  int status = 400;
  std::string code;
  std::string message;

  http::Response ToResponse() const;
};

// Requests.
ODataError InvalidToken();
ODataError BadRequest(std::string message);
ODataError MissingHeader(std::string_view name);
ODataError WrongContentType(std::string_view expected);
ODataError NotAcceptable();
ODataError MethodNotAllowed(std::string_view method);
ODataError NotImplemented(std::string_view what);
ODataError UnknownSegment(std::string_view segment);
ODataError BadKey(std::string_view key);
ODataError NoSuchTable(std::string_view name);
ODataError NoSuchPrivilege(std::string_view name);
ODataError NoSuchColumn(std::string_view name, const TableSchema& table);
ODataError UnknownOption(std::string_view option);
ODataError UnknownProperty(std::string_view name, const TableSchema& table);
ODataError MissingPrivilege(Privilege privilege, const TableSchema& table);
ODataError MissingPrivilege(std::string_view name);  // One that belongs to no table.
ODataError OutOfReach(const TableSchema& table, const Guid& id);  // The privilege is there, and not deep enough for this row.

// Change tracking and paging.
ODataError TrackingDisabled(const TableSchema& table);
ODataError NotWithTracking(std::string_view option);
ODataError BadSkipToken();
ODataError BadDeltaToken();
ODataError ExpiredDeltaToken();

// Rows.
ODataError NoSuchRow(const TableSchema& table, const Guid& id);
ODataError RowExists();
ODataError KeyIsTaken(const UniqueRule& key, std::string_view values);
ODataError DuplicateFound();
ODataError PlugInRefusal(std::string_view text);
ODataError TooEarly(std::string_view shown);
ODataError TooLate(std::string_view shown);
ODataError RowChanged();
ODataError MalformedBody(std::string_view why);
ODataError UndeclaredProperty(std::string_view name, const TableSchema& table);
ODataError ReadOnlyProperty(std::string_view name, const TableSchema& table);
ODataError WrongType(std::string_view name, std::string_view edm_type, const TableSchema& table);
ODataError TooLong(const Column& column, const TableSchema& table);
ODataError OutOfRange(const Column& column, const TableSchema& table);
ODataError NoSuchOption(const Column& column, std::string_view value, const TableSchema& table);
ODataError StatusNotOfState(int64_t status, int64_t state, const TableSchema& table);

// Service protection limits.
enum class Limit { kRequests, kExecutionTime, kConcurrency };
struct ProtectionSettings;
ODataError LimitExceeded(Limit limit, const ProtectionSettings& settings);

}  // namespace causeway::sandbox::dataverse
