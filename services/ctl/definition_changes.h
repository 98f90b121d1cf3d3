// What makes the controller hold what a file says: a change a resource, in the order in which they can be made.
#pragma once

#include <string>
#include <vector>

#include "services/ctl/definition.h"
#include "services/ctl/message_diff.h"
#include "services/ctl/reference.h"

namespace causeway::ctl {

struct ResourceChange {
  enum class Action { kCreate, kUpdate, kDelete, kNone };
  Action action = Action::kNone;
  const Definition* definition = nullptr;  // The desired one; of a deletion the present one.
  std::string etag;                        // Of the present one.
  std::vector<FieldChange> fields;
  bool send_secrets = false;
};

struct CompareOptions {
  bool prune = false;           // Delete table mappings that the file's workflows don't hold.
  bool update_secrets = false;  // Send secrets although the controller has some.
};

// A file speaks of the resources in it, and of each as a whole: a field that it leaves out is to be unset. Both must
// outlive the result.
std::vector<ResourceChange> Compare(const Definitions& present, const Definitions& desired, CompareOptions options);

bool HasDifferences(const std::vector<ResourceChange>& changes);

// The differences for people, one resource after the other; empty without any.
std::string RenderDifferences(const std::vector<ResourceChange>& changes);

// "created", "updated", "deleted", "unchanged".
const char* PastTense(ResourceChange::Action action);

// Carries a change out. `change.definition`'s secrets are resolved on the way.
absl::Status Apply(Api& api, const ResourceChange& change, const Surroundings& surroundings);

}  // namespace causeway::ctl
