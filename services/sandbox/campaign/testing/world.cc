#include "services/sandbox/campaign/testing/world.h"

#include <cstdlib>
#include <iostream>

#include "services/sandbox/base/text.h"

namespace causeway::sandbox::campaign {
namespace {

constexpr std::string_view kOrigin = "http://sandbox.test:9000";

std::vector<Entities> EntitiesOf(std::vector<Resource> resources) {
  std::vector<Entities> entities;
  for (Resource& resource : resources) entities.emplace_back(std::move(resource));
  return entities;
}

std::string PathOf(std::string_view target) {
  if (target.starts_with(kOrigin)) return std::string(target.substr(kOrigin.size()));
  return target.starts_with('/') ? std::string(target) : Cat("/contoso/campaign/profileAndServicesExt/", target);
}

const boost::json::value* Member(const boost::json::value& value, std::string_view name) {
  if (const auto* object = value.if_object())
    return object->if_contains(boost::json::string_view(name.data(), name.size()));
  const auto* array = value.if_array();
  const std::optional<size_t> index = ParseNumber<size_t>(name);
  return array != nullptr && index ? array->if_contains(*index) : nullptr;
}

}  // namespace

World::World() : resources(EntitiesOf(DefaultResources())), ims({}, clock, 7), api(resources, ims, clock, {}) {
  token = ims.tokens().Issue(3600);
}

http::Response World::Ask(std::string_view method, std::string_view target, std::string_view body,
                          const HeaderList& headers) {
  HeaderList sent = {{"Host", std::string(kOrigin.substr(7))},
                     {"Authorization", "Bearer " + token},
                     {"X-Api-Key", ims.settings().client_id},
                     {"Content-Type", "application/json"},
                     {"Cache-Control", "no-cache"}};
  for (const auto& [name, value] : headers) {
    std::erase_if(sent, [&](const auto& header) { return http::EqualsIgnoreCase(header.first, name); });
    if (!value.empty()) sent.emplace_back(name, value);
  }
  const std::string path = PathOf(target);
  http::Request request{method, path, {}, body};
  for (const auto& [name, value] : sent) request.headers.emplace_back(name, value);
  return api.Answer(request);
}

std::string World::Add(std::string_view resource, std::string_view body) {
  const http::Response response = Post(resource, body);
  if (response.status != 201) {
    std::cerr << "a record was refused: " << response.body << "\n";
    std::abort();
  }
  return TextAt(response, "href");
}

void World::AddProfiles(int count, std::string_view prefix) {
  for (int i = 0; i < count; ++i) Add("profile", Cat(R"({"externalId":")", prefix, i, "\"}"));
}

Entities& World::Find(std::string_view resource) {
  for (Entities& entities : resources) {
    if (entities.resource().name == resource) return entities;
  }
  std::cerr << "there is no resource " << resource << "\n";
  std::abort();
}

std::string TextAt(const http::Response& response, std::string_view path) {
  boost::json::error_code error;
  const boost::json::value body = boost::json::parse(response.body, error);
  const boost::json::value* value = error ? nullptr : &body;
  for (const std::string_view name : Split(path, '/')) {
    if (value != nullptr) value = Member(*value, name);
  }
  if (value == nullptr) return "";
  return value->is_string() ? std::string(value->as_string()) : boost::json::serialize(*value);
}

std::vector<std::string> Column(const http::Response& response, std::string_view field) {
  std::vector<std::string> values;
  for (size_t i = 0; !TextAt(response, Cat("content/", i)).empty(); ++i) {
    values.push_back(TextAt(response, Cat("content/", i, "/", field)));
  }
  return values;
}

std::string NextLink(const http::Response& response) { return TextAt(response, "next/href"); }

std::string Message(const http::Response& response) {
  return Cat(TextAt(response, "message"), " ", TextAt(response, "details"));
}

}  // namespace causeway::sandbox::campaign
