// Router: hands each request to whom it concerns, faults first.
#pragma once

#include "services/sandbox/control/control.h"
#include "services/sandbox/http/server.h"
#include "services/sandbox/world.h"

namespace causeway::sandbox {

class Router final : public http::Handler {
 public:
  // Both outlive it.
  Router(World& world, Control& control) : world_(world), control_(control) {}

  http::Fate Receive(const http::Request& request) override;
  http::Response Answer(const http::Request& request) override;
  void Answered(const http::Request& request, const http::Fate& fate, http::Response& response) override;

 private:
  World& world_;
  Control& control_;
};

}  // namespace causeway::sandbox
