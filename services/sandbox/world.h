// World: everything that the sandbox holds, and who answers which request.
#pragma once

#include <boost/asio/io_context.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "services/sandbox/base/clock.h"
#include "services/sandbox/campaign/web_api.h"
#include "services/sandbox/dataverse/web_api.h"
#include "services/sandbox/events/email_event.h"
#include "services/sandbox/events/event_log.h"
#include "services/sandbox/events/journal_api.h"
#include "services/sandbox/faults/faults.h"
#include "services/sandbox/faults/patience.h"
#include "services/sandbox/identity/entra.h"
#include "services/sandbox/identity/ims.h"
#include "services/sandbox/journal/write_log.h"

namespace causeway::sandbox {

struct World {
  // `activity_date`: as of dataverse::DefaultTables.
  World(const Clock& clock, uint64_t seed, const std::string& activity_date = "");
  World(const World&) = delete;  // Its parts refer to each other.
  World& operator=(const World&) = delete;

  const Clock& clock;
  const uint64_t seed;
  dataverse::Database database;
  dataverse::RowsWriter rows_writer;
  Entra entra;
  dataverse::WebApi web_api;
  Ims ims;
  std::vector<campaign::Entities> resources;
  campaign::WebApi campaign_api;
  events::EventLog events;
  // Every event that was ever emitted, for comparison.
  std::vector<events::EmailEvent> emitted;
  events::JournalApi journal_api;
  Faults faults;
  Patience patience;
  // By which host a system is known after it was renamed, and whether it still answers under others.
  struct Name {
    std::string host;
    bool others_answer = true;
  };
  std::map<System, Name> names;
  // What Dynamics 365 held when it was backed up (state_file.h), by the backup's name.
  std::map<std::string, std::string> backups;
  WriteLog writes;
  // Numbers of people and events that were invented so far.
  int64_t people = 0;

  campaign::Entities& profiles() { return resources.front(); }
  dataverse::Table& contacts() { return *database.FindTable("contact"); }

  // Adds people to Dynamics 365, the same ones for the same seed, each with notes of so many bytes; how many.
  int64_t Invent(int64_t count, double inactive_share, size_t bytes = 0);

  // Whether the system answers under the name that the request has for it.
  bool IsReached(System system, const http::Request& request) const;
  // Carries out a request of any system but the control API.
  http::Response Answer(const http::Request& request);

 private:
  http::Response AnswerAs(std::optional<System> system, const http::Request& request);
  // Whether a request is about the record with this key: its address or its body says so.
  bool Concerns(const http::Request& request, const std::string& key) const;
};

}  // namespace causeway::sandbox
