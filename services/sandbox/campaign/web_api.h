// Campaign Standard's REST API behind Adobe's gateway, /{tenant}/campaign/ (spec/campaign.md "REST API"). Answers one
// request after the other.
//
// Life: all references outlive it. One thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/sandbox/base/clock.h"
#include "services/sandbox/campaign/entities.h"
#include "services/sandbox/campaign/entity_requests.h"
#include "services/sandbox/campaign/place.h"
#include "services/sandbox/http/message.h"
#include "services/sandbox/http/url.h"
#include "services/sandbox/identity/ims.h"

namespace causeway::sandbox::campaign {

struct WebApiSettings {
  std::string tenant = "contoso";
  std::string tenant_without_cname = "contoso-bare";
};

class WebApi {
 public:
  WebApi(std::vector<Entities>& resources, Ims& ims, const Clock& clock, WebApiSettings settings);

  // Whether a path may be this API's.
  static bool Serves(std::string_view path);
  http::Response Answer(const http::Request& request);

  EngineCalls& calls() { return requests_.calls(); }
  const WebApiSettings& settings() const { return settings_; }

 private:
  std::optional<http::Response> CheckGateway(const http::Request& request) const;
  http::Response Route(const http::Request& request, std::vector<std::string> segments, http::Pairs query);
  http::Response Metadata(const http::Request& request, const Place& place, std::string_view resource);
  Entities* Find(std::string_view endpoint, std::string_view name);

  std::vector<Entities>& resources_;
  Ims& ims_;
  const WebApiSettings settings_;
  EntityRequests requests_;
};

}  // namespace causeway::sandbox::campaign
