// Campaign Standard's REST API behind Adobe's gateway, /{tenant}/campaign/ (spec/campaign.md "REST API"). Answers one
// request after the other.
//
// Life: all references outlive it. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/sandbox/base/clock.h"
#include "services/sandbox/campaign/entities.h"
#include "services/sandbox/campaign/entity_body.h"
#include "services/sandbox/http/message.h"
#include "services/sandbox/http/url.h"
#include "services/sandbox/identity/ims.h"

namespace causeway::sandbox::campaign {

// Requests that the gateway let through, by what they asked for: what customers pay for.
struct EngineCalls {
  int64_t inserts = 0;
  int64_t updates = 0;
  int64_t deletes = 0;
  int64_t lookups = 0;  // By a filter, or one entity.
  int64_t lists = 0;
  int64_t metadata = 0;
  int64_t refused = 0;  // Of all these, those that were answered with an error.
};

struct WebApiSettings {
  std::string tenant = "contoso";
};

class WebApi {
 public:
  WebApi(std::vector<Entities>& resources, Ims& ims, const Clock& clock, WebApiSettings settings);

  // Whether a path may be this API's.
  static bool Serves(std::string_view path);
  http::Response Answer(const http::Request& request);

  EngineCalls& calls() { return calls_; }
  const WebApiSettings& settings() const { return settings_; }

 private:
  struct Target {
    const http::Request& request;
    Entities& entities;
    std::string collection;  // Its URL.
    http::Pairs query;
  };

  std::optional<http::Response> CheckGateway(const http::Request& request) const;
  http::Response Route(const http::Request& request, const std::vector<std::string>& segments, http::Pairs query);
  http::Response AnswerCollection(Target& target);
  http::Response AnswerEntity(Target& target, const std::string& pkey);
  http::Response AnswerFilter(Target& target, const std::string& filter);
  http::Response List(Target& target);
  http::Response Create(Target& target);
  http::Response Update(Target& target, size_t slot);
  http::Response Page(Target& target, const std::vector<size_t>& slots, const std::string& next) const;
  http::Response Metadata(const http::Request& request, std::string_view endpoint, std::string_view resource);
  Entities* Find(std::string_view endpoint, std::string_view name);

  std::vector<Entities>& resources_;
  Ims& ims_;
  const Clock& clock_;
  const WebApiSettings settings_;
  EntityBodyReader body_reader_;
  EngineCalls calls_;
};

}  // namespace causeway::sandbox::campaign
