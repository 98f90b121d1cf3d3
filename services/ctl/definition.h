// Definition: one resource as a person defines it, from a file or from the controller (C11).
#pragma once

#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/ctl/api.h"
#include "services/ctl/resource_kind.h"

namespace causeway::ctl {

struct Definition {
  const ResourceKind* kind = nullptr;
  std::string name;
  std::unique_ptr<google::protobuf::Message> message;  // Of the kind's type; its name is set.
  // It only leads to resources below it, and says nothing of this one itself: there is nothing to compare.
  bool path_only = false;
};

// Parents before children, in the order of the file or of the names.
using Definitions = std::vector<Definition>;

const Definition* Find(const Definitions& definitions, const std::string& name);

// What the controller holds of one organization or instance; of everything when `scope` is empty. Nothing when there is
// no such scope.
absl::StatusOr<Definitions> FetchDefinitions(Api& api, const std::string& scope);

}  // namespace causeway::ctl
