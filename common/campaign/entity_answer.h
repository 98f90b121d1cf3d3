// Reads entities and pages of them (spec/campaign.md "REST API"). The hot path of writing: the answer to a create.
//
// Reuses its buffers; one thread at a time. nullopt: not such an answer. Strings that would make an answer unreadable are
// mended (common/json/mend.h); a PKey or link that this concerns can't be used.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/campaign/resources.h"

namespace causeway::campaign {

class EntityReader {
 public:
  EntityReader();
  ~EntityReader();

  // The PKey of an entity, or of the answer to a create or update.
  std::optional<std::string> ReadPKey(std::string body);
  std::optional<Entity> ReadEntity(std::string body, const std::string& key_field);
  // All or nothing: an entity without a PKey makes the page unreadable.
  std::optional<EntityPage> ReadPage(std::string body, const std::string& key_field);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace causeway::campaign
