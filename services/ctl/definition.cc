#include "services/ctl/definition.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/ctl/exit_code.h"

namespace causeway::ctl {
namespace {

// Whether a resource is the scope, or above or below it.
bool Touches(const std::string& name, const std::string& scope) {
  return scope.empty() || name == scope || absl::StartsWith(name, scope + "/") || absl::StartsWith(scope, name + "/");
}

absl::Status FetchChildren(Api& api, const std::string& scope, const ResourceKind* parent_kind,
                           const std::string& parent, Definitions& definitions) {
  for (const ResourceKind* kind : kDefinitionKinds) {
    if (kind->parent != parent_kind) continue;
    if (kind == &kTableMappings && IdOf(parent) != "ingress") continue;
    auto resources = api.List(*kind, parent);
    if (!resources.ok()) return resources.status();
    for (auto& resource : *resources) {
      const std::string name = StringField(*resource, "name");
      if (!Touches(name, scope)) continue;
      definitions.push_back({kind, name, std::move(resource)});
      if (auto status = FetchChildren(api, scope, kind, name, definitions); !status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

}  // namespace

const Definition* Find(const Definitions& definitions, const std::string& name) {
  auto found =
      std::find_if(definitions.begin(), definitions.end(), [&](const Definition& d) { return d.name == name; });
  return found == definitions.end() ? nullptr : &*found;
}

absl::StatusOr<Definitions> FetchDefinitions(Api& api, const std::string& scope) {
  Definitions definitions;
  if (auto status = FetchChildren(api, scope, nullptr, "", definitions); !status.ok()) return status;
  return definitions;
}

}  // namespace causeway::ctl
