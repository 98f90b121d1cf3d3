// What makes the controller hold what a file says: a change a resource, in the order in which they can be made.
#pragma once

#include <set>
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
  std::set<std::string> stored_secrets;  // Paths of those that the controller holds: they can't be compared.
};

// A file speaks of the resources in it, and of each as a whole: a field that it leaves out is to be unset. One that only leads to resources
// below it stays as it is. With `prune`, table mappings that the file's workflows don't hold are to be deleted. Both must outlive the result.
std::vector<ResourceChange> Compare(const Definitions& present, const Definitions& desired, bool prune);

bool HasDifferences(const std::vector<ResourceChange>& changes);

// The differences for people, one resource after the other; empty without any.
std::string RenderDifferences(const std::vector<ResourceChange>& changes);

// "created", "updated", "deleted", "unchanged".
const char* PastTense(ResourceChange::Action action);

// That every secret which is to be sent can be read: all problems at once, before anything is sent.
absl::Status CheckSecrets(const std::vector<ResourceChange>& changes, const Surroundings& surroundings);

// Carries a change out and says what it came to. Secrets are sent whenever their references stand for something; the
// controller tells whether one is new. A reference that stands for nothing is an error only where the controller has no
// secret.
absl::StatusOr<ResourceChange::Action> Apply(Api& api, const ResourceChange& change, const Surroundings& surroundings);

}  // namespace causeway::ctl
