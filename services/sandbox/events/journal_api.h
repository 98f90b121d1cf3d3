// Adobe's I/O Events journal over HTTP (spec/campaign.md "I/O Events journal"):
// /events/organizations/{o}/integrations/{i}/{id}.
//
// Life: all references outlive it. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "services/sandbox/base/clock.h"
#include "services/sandbox/events/event_log.h"
#include "services/sandbox/http/message.h"
#include "services/sandbox/http/url.h"
#include "services/sandbox/identity/ims.h"

namespace causeway::sandbox::events {

inline constexpr std::string_view kJournalPath = "/events/organizations/1001/integrations/2002/3f0c1a52";
// Of another registration of the integration: it gets the same events, and has positions of its own.
inline constexpr std::string_view kSecondJournalPath = "/events/organizations/1001/integrations/2002/7b21e4d0";

// GET lists the journals of the integration.
inline constexpr std::string_view kRegistrationsPath = "/events/organizations/1001/integrations/2002/registrations";

struct JournalSettings {
  int64_t retention_ms = int64_t{7} * 24 * 3600 * 1000;
  int64_t retry_after_seconds = 1;  // Of an answer that says that nothing is new.
  std::string host = {};            // Named in links; empty: they are relative.
};

class JournalApi {
 public:
  JournalApi(EventLog& log, Ims& ims, const Clock& clock) : log_(log), ims_(ims), clock_(clock) {}

  static bool Serves(std::string_view path);
  http::Response Answer(const http::Request& request);
  JournalSettings& settings() { return settings_; }

 private:
  std::optional<http::Response> CheckClient(const http::Request& request) const;
  http::Response Registrations(const http::Request& request) const;
  http::Response Page(std::string_view journal, int64_t from, int64_t limit) const;

  EventLog& log_;
  Ims& ims_;
  const Clock& clock_;
  JournalSettings settings_;
};

}  // namespace causeway::sandbox::events
