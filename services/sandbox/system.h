// The systems that the sandbox plays, told apart by a request's path.
#pragma once

#include <optional>
#include <string_view>

namespace causeway::sandbox {

enum class System { kDynamics, kEntra, kCampaign, kIms, kJournal, kControl };

// nullopt: no system has such a path.
std::optional<System> SystemOf(std::string_view path);

// dynamics365, entra, campaign, ims, journal; "identity" stands for entra and ims, "both" for dynamics365 and campaign,
// "all" for the five.
bool IsNamed(System system, std::string_view name);
bool IsSystemName(std::string_view name);

}  // namespace causeway::sandbox
