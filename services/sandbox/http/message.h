// One HTTP request as it came in, and one answer. Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace causeway::sandbox::http {

struct Request {
  std::string_view method;
  std::string_view target;  // Path and query as they came, escaped.
  std::vector<std::pair<std::string_view, std::string_view>> headers;
  std::string_view body;

  std::string_view path() const { return target.substr(0, target.find('?')); }
  std::string_view query() const;
  // The first of this name, whatever its case; empty: there is none.
  std::string_view Header(std::string_view name) const;
  // All of this name, joined by commas.
  std::string Headers(std::string_view name) const;
  std::string_view host() const { return Header("Host"); }
  // The media type of the body, without parameters, in lower case.
  std::string ContentType() const;
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string content_type;  // Empty: none is sent.
  std::string body;
};

std::string_view ReasonOf(int status);

bool EqualsIgnoreCase(std::string_view a, std::string_view b);
std::string_view Trim(std::string_view text);

}  // namespace causeway::sandbox::http
