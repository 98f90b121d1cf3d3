// A Dynamics 365 of one's own for tests of the Web API: its clock stands still until it is moved.
#pragma once

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/sandbox/dataverse/web_api.h"
#include "services/sandbox/identity/entra.h"

namespace causeway::sandbox::dataverse {

class ManualClock : public Clock {
 public:
  int64_t NowMillis() const override { return now_ms; }
  int64_t now_ms = 1'764'000'000'000;
};

using HeaderList = std::vector<std::pair<std::string, std::string>>;

class World {
 public:
  World();

  // As a well-behaved client asks: with a token and OData's headers, those in `headers` instead of or beside them (an
  // empty value: not sent). `target`: behind /api/data/v9.2/, or a whole path, or a link.
  http::Response Ask(std::string_view method, std::string_view target, const HeaderList& headers = {},
                     std::string_view body = {});
  http::Response Get(std::string_view target, const HeaderList& headers = {}) { return Ask("GET", target, headers); }
  http::Response Post(std::string_view target, std::string_view body, const HeaderList& headers = {}) {
    return Ask("POST", target, headers, body);
  }
  http::Response Patch(std::string_view target, std::string_view body, const HeaderList& headers = {}) {
    return Ask("PATCH", target, headers, body);
  }
  http::Response Delete(std::string_view target, const HeaderList& headers = {}) {
    return Ask("DELETE", target, headers);
  }

  // Adds a contact and returns its id; stops the test where it is refused.
  std::string AddContact(std::string_view body);

  ManualClock clock;
  Database database;
  RowsWriter writer;
  Entra entra;
  WebApi api;
  std::string token;
};

// Of an answer. What isn't there is null or empty.
boost::json::value Body(const http::Response& response);
std::string ErrorCode(const http::Response& response);
std::string ErrorMessage(const http::Response& response);
std::string Link(const http::Response& response, std::string_view name);  // "@odata.nextLink"
boost::json::array Rows(const http::Response& response);
// A column of the rows, as text.
std::vector<std::string> Values(const http::Response& response, std::string_view column);
std::string HeaderOf(const http::Response& response, std::string_view name);

}  // namespace causeway::sandbox::dataverse
