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

World::World(const Clock& clock, uint64_t seed)
    : clock(clock),
      seed(seed),
      database(dataverse::DefaultTables(), clock),
      rows_writer(database, seed + 1),
      entra(EntraSettings(), clock, seed + 2),
      web_api(database, rows_writer, entra),
      ims(ImsSettings(), clock, seed + 3),
      resources(DefaultEntities()),
      campaign_api(resources, ims, clock, campaign::WebApiSettings()),
      journal_api(events, ims, clock),
      faults(clock, seed + 4) {
  for (campaign::Entities& entities : resources) {
    entities.Observe([this, &entities](campaign::WriteKind kind, const campaign::Entity& entity) {
      std::string scratch;
      writes.Append(
          {kind, entities.resource().name, std::string(entities.KeyOf(entity, scratch)), this->clock.NowMillis()});
    });
  }
}

int64_t World::Invent(int64_t count, double inactive_share) {
  dataverse::PeopleSettings settings;
  settings.count = count;
  settings.inactive_share = inactive_share;
  settings.seed = seed;
  settings.first = people;
  people += count;
  return dataverse::AddPeople(settings, database);
}

http::Response World::Answer(const http::Request& request) {
  const std::optional<System> system = SystemOf(request.path());
  if (!system) return {404, {}, "text/plain", "Nothing is here.\n"};
  switch (*system) {
    case System::kDynamics:
      return web_api.Answer(request);
    case System::kEntra:
      return entra.Answer(request, TenantOf(request));
    case System::kCampaign:
      return campaign_api.Answer(request);
    case System::kIms:
      return request.path() == "/ims/token/v3" ? ims.AnswerOAuth(request) : ims.AnswerJwt(request);
    case System::kJournal:
      return journal_api.Answer(request);
    case System::kControl:
      break;
  }
  return {404, {}, "text/plain", "Nothing is here.\n"};
}

}  // namespace causeway::sandbox
