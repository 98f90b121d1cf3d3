#include "services/sandbox/dataverse/testing/world.h"

#include <cstdlib>
#include <iostream>

#include "services/sandbox/dataverse/default_schema.h"
#include "services/sandbox/dataverse/resource_path.h"

namespace causeway::sandbox::dataverse {
namespace {

constexpr std::string_view kOrigin = "http://sandbox.test:9000";

std::string PathOf(std::string_view target) {
  if (target.starts_with(kOrigin)) return std::string(target.substr(kOrigin.size()));
  return target.starts_with('/') ? std::string(target) : std::string(kVersionPath) + std::string(target);
}

std::string TextOf(const boost::json::value& value) {
  return value.is_string() ? std::string(value.as_string()) : boost::json::serialize(value);
}

const boost::json::value* Member(const boost::json::value& value, std::string_view name) {
  const auto* object = value.if_object();
  return object == nullptr ? nullptr : object->if_contains(boost::json::string_view(name.data(), name.size()));
}

std::string TextMember(const boost::json::value& value, std::string_view name) {
  const auto* member = Member(value, name);
  return member == nullptr ? "" : TextOf(*member);
}

}  // namespace

World::World()
    : database(DefaultTables(), clock), writer(database, 7), entra({}, clock, 7), api(database, writer, entra) {
  token = entra.tokens().Issue(3600);
}

http::Response World::Ask(std::string_view method, std::string_view target, const HeaderList& headers,
                          std::string_view body) {
  HeaderList sent = {{"Host", std::string(kOrigin.substr(7))},
                     {"Authorization", "Bearer " + token},
                     {"OData-MaxVersion", "4.0"},
                     {"OData-Version", "4.0"},
                     {"Accept", "application/json"},
                     {"If-None-Match", "null"}};
  if (!body.empty()) sent.emplace_back("Content-Type", "application/json");
  for (const auto& [name, value] : headers) {
    std::erase_if(sent, [&](const auto& header) { return http::EqualsIgnoreCase(header.first, name); });
    if (!value.empty()) sent.emplace_back(name, value);
  }
  const std::string path = PathOf(target);
  http::Request request{method, path, {}, body};
  for (const auto& [name, value] : sent) request.headers.emplace_back(name, value);
  return api.Answer(request);
}

std::string World::AddContact(std::string_view body) {
  const http::Response response = Post("contacts", body);
  const std::string url = HeaderOf(response, "OData-EntityId");
  const size_t open = url.find('(');
  if (response.status != 204 || open == std::string::npos) {
    std::cerr << "a contact was refused: " << response.body << "\n";
    std::abort();
  }
  return url.substr(open + 1, url.size() - open - 2);
}

boost::json::value Body(const http::Response& response) {
  boost::json::error_code error;
  boost::json::value value = boost::json::parse(response.body, error);
  return error ? boost::json::value() : value;
}

std::string ErrorCode(const http::Response& response) {
  const boost::json::value body = Body(response);
  const auto* error = Member(body, "error");
  return error == nullptr ? "" : TextMember(*error, "code");
}

std::string ErrorMessage(const http::Response& response) {
  const boost::json::value body = Body(response);
  const auto* error = Member(body, "error");
  return error == nullptr ? "" : TextMember(*error, "message");
}

std::string Link(const http::Response& response, std::string_view name) { return TextMember(Body(response), name); }

boost::json::array Rows(const http::Response& response) {
  const boost::json::value body = Body(response);
  const auto* rows = Member(body, "value");
  return rows == nullptr || !rows->is_array() ? boost::json::array() : rows->as_array();
}

std::vector<std::string> Values(const http::Response& response, std::string_view column) {
  std::vector<std::string> values;
  for (const auto& row : Rows(response)) values.push_back(TextMember(row, column));
  return values;
}

std::string HeaderOf(const http::Response& response, std::string_view name) {
  for (const auto& [header, value] : response.headers) {
    if (http::EqualsIgnoreCase(header, name)) return value;
  }
  return "";
}

}  // namespace causeway::sandbox::dataverse
