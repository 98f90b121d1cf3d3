#include "services/sandbox/world.h"

#include <utility>

#include "services/sandbox/dataverse/default_schema.h"
#include "services/sandbox/dataverse/people.h"

namespace causeway::sandbox {
namespace {

std::vector<campaign::Entities> DefaultEntities() {
  std::vector<campaign::Entities> entities;
  for (campaign::Resource& resource : campaign::DefaultResources()) entities.emplace_back(std::move(resource));
  return entities;
}

std::string TenantOf(const http::Request& request) {
  const auto segments = http::Segments(request.path());
  return segments && !segments->empty() ? segments->front() : "";
}

}  // namespace

World::World(const Clock& clock, uint64_t seed, const std::string& activity_date)
    : clock(clock),
      seed(seed),
      database(dataverse::DefaultTables(activity_date), clock),
      rows_writer(database, seed + 1),
      entra(EntraSettings(), clock, seed + 2),
      web_api(database, rows_writer, entra),
      ims(ImsSettings(), clock, seed + 3),
      resources(DefaultEntities()),
      campaign_api(resources, ims, clock, campaign::WebApiSettings()),
      journal_api(events, ims, clock),
      faults(clock, seed + 4,
             [this](const http::Request& request, const std::string& key) { return Concerns(request, key); }),
      patience(clock) {
  web_api.InterceptOperations(
      [this](const http::Request& operation) { return faults.AnswerTo(System::kDynamics, operation); });
  for (campaign::Entities& entities : resources) {
    entities.Observe([this, &entities](campaign::WriteKind kind, const campaign::Entity& entity) {
      std::string scratch;
      writes.Append(
          {kind, entities.resource().name, std::string(entities.KeyOf(entity, scratch)), this->clock.NowMillis()});
    });
  }
}

int64_t World::Invent(int64_t count, double inactive_share, size_t bytes) {
  dataverse::PeopleSettings settings;
  settings.count = count;
  settings.inactive_share = inactive_share;
  settings.seed = seed;
  settings.notes_bytes = bytes;
  settings.first = people;
  people += count;
  return dataverse::AddPeople(settings, database);
}

bool World::IsReached(System system, const http::Request& request) const {
  const auto renamed = names.find(system);
  return renamed == names.end() || renamed->second.others_answer || request.host() == renamed->second.host;
}

bool World::Concerns(const http::Request& request, const std::string& key) const {
  if (request.path().ends_with("/$batch")) return false;  // Its operations are asked about one by one.
  const std::string target = http::Unescape(request.target, /*plus_is_blank=*/false).value_or(std::string(request.target));
  if (target.find(key) != std::string::npos || request.body.find(key) != std::string_view::npos) return true;
  for (const campaign::Entities& entities : resources) {
    const std::optional<size_t> slot = entities.FindKey(key);
    if (slot && target.find(entities.PKeyOf(*slot)) != std::string::npos) return true;
  }
  return false;
}

http::Response World::Answer(const http::Request& request) {
  const std::optional<System> system = SystemOf(request.path());
  const auto renamed = system ? names.find(*system) : names.end();
  if (renamed == names.end()) return AnswerAs(system, request);
  // Links in answers name the new host, whatever the client calls it.
  http::Request known = request;
  for (auto& [name, value] : known.headers) {
    if (http::EqualsIgnoreCase(name, "Host")) value = renamed->second.host;
  }
  return AnswerAs(system, known);
}

http::Response World::AnswerAs(std::optional<System> system, const http::Request& request) {
  if (!system) return {404, {}, "text/plain", "Nothing is here.\n"};
  switch (*system) {
    case System::kDynamics:
      return web_api.Answer(request);
    case System::kEntra:
      return entra.Answer(request, TenantOf(request));
    case System::kCampaign:
      return campaign_api.Answer(request);
    case System::kIms:
      return ims.Answer(request);
    case System::kJournal:
      return journal_api.Answer(request);
    case System::kControl:
      break;
  }
  return {404, {}, "text/plain", "Nothing is here.\n"};
}

}  // namespace causeway::sandbox
