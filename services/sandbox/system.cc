#include "services/sandbox/system.h"

#include "services/sandbox/campaign/web_api.h"
#include "services/sandbox/dataverse/web_api.h"
#include "services/sandbox/events/journal_api.h"

namespace causeway::sandbox {
namespace {

struct Name {
  std::string_view name;
  std::optional<System> system;  // None: several.
};
constexpr Name kNames[] = {{"dynamics365", System::kDynamics},
                           {"entra", System::kEntra},
                           {"campaign", System::kCampaign},
                           {"ims", System::kIms},
                           {"journal", System::kJournal},
                           {"identity", std::nullopt},
                           {"both", std::nullopt},
                           {"all", std::nullopt}};

}  // namespace

std::optional<System> SystemOf(std::string_view path) {
  if (path.starts_with("/control/")) return System::kControl;
  if (path.starts_with("/ims/")) return System::kIms;
  if (events::JournalApi::Serves(path)) return System::kJournal;
  if (dataverse::WebApi::Serves(path)) return System::kDynamics;
  if (path.ends_with("/oauth2/v2.0/token")) return System::kEntra;
  if (campaign::WebApi::Serves(path)) return System::kCampaign;
  return std::nullopt;
}

bool IsNamed(System system, std::string_view name) {
  if (name == "all") return system != System::kControl;
  if (name == "identity") return system == System::kEntra || system == System::kIms;
  if (name == "both") return system == System::kDynamics || system == System::kCampaign;
  for (const Name& known : kNames) {
    if (known.name == name) return known.system == system;
  }
  return false;
}

bool IsSystemName(std::string_view name) {
  for (const Name& known : kNames) {
    if (known.name == name) return true;
  }
  return false;
}

}  // namespace causeway::sandbox
