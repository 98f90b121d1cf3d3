// A Campaign of one's own for tests of its API: its clock stands still until it is moved.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/sandbox/campaign/web_api.h"
#include "services/sandbox/identity/ims.h"

namespace causeway::sandbox::campaign {

class ManualClock : public Clock {
 public:
  int64_t NowMillis() const override { return now_ms; }
  int64_t now_ms = 1'764'000'000'000;
};

using HeaderList = std::vector<std::pair<std::string, std::string>>;

class World {
 public:
  World();

  // As a well-behaved client asks; those in `headers` instead of or beside its own (an empty value: not sent).
  // `target`: behind profileAndServicesExt/, or a whole path, or an href.
  http::Response Ask(std::string_view method, std::string_view target, std::string_view body = {},
                     const HeaderList& headers = {});
  http::Response Get(std::string_view target) { return Ask("GET", target); }
  http::Response Post(std::string_view target, std::string_view body) { return Ask("POST", target, body); }
  http::Response Patch(std::string_view target, std::string_view body) { return Ask("PATCH", target, body); }
  http::Response Delete(std::string_view target) { return Ask("DELETE", target); }

  // Returns the href of the new record; stops the test where it is refused.
  std::string Add(std::string_view resource, std::string_view body);
  // profiles with external ids <prefix>0, <prefix>1 …
  void AddProfiles(int count, std::string_view prefix = "p");
  Entities& Find(std::string_view resource);

  ManualClock clock;
  std::vector<Entities> resources;
  Ims ims;
  WebApi api;
  std::string token;
};

// Of an answer or a part of it: the text at a path, such as content/0/location/city; empty: there is none.
std::string TextAt(const http::Response& response, std::string_view path);
// That field of each record in the content.
std::vector<std::string> Column(const http::Response& response, std::string_view field);
std::string NextLink(const http::Response& response);
// The message and its details.
std::string Message(const http::Response& response);

}  // namespace causeway::sandbox::campaign
