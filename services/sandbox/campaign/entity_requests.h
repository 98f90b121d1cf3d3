// Carries out what is asked of a resource and its entities: lists, filters, creates, updates, deletes (spec/campaign.md
// "REST API").
//
// Life: resources and clock outlive it. One thread.
#pragma once

#include <string>
#include <vector>

#include "services/sandbox/base/clock.h"
#include "services/sandbox/campaign/engine_calls.h"
#include "services/sandbox/campaign/entities.h"
#include "services/sandbox/campaign/entity_body.h"
#include "services/sandbox/campaign/links.h"
#include "services/sandbox/campaign/place.h"
#include "services/sandbox/http/message.h"
#include "services/sandbox/http/url.h"

namespace causeway::sandbox::campaign {

struct Target {
  const http::Request& request;
  Place place;
  Entities& entities;
  std::vector<std::string> path;  // Behind the resource: nothing, a PKey, or filters.
  http::Pairs query;
};

class EntityRequests {
 public:
  EntityRequests(const std::vector<Entities>& resources, const Clock& clock) : links_(resources), clock_(clock) {}

  http::Response Answer(const Target& target);
  EngineCalls& calls() { return calls_; }

 private:
  http::Response AnswerEntity(const Target& target);
  http::Response List(const Target& target);
  http::Response Create(const Target& target);
  http::Response Update(const Target& target, size_t slot);

  const Links links_;
  const Clock& clock_;
  EntityBodyReader body_reader_;
  EngineCalls calls_;
};

}  // namespace causeway::sandbox::campaign
