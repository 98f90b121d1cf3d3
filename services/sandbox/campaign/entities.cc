#include "services/sandbox/campaign/entities.h"

#include <utility>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/sealed_token.h"
#include "services/sandbox/base/text.h"

namespace causeway::sandbox::campaign {

Entities::Entities(Resource resource) : resource_(std::move(resource)) {
  key_field_ = static_cast<size_t>(resource_.Find(resource_.key));
  FindParts(resource_);
}

const Entity* Entities::At(size_t slot) const {
  return slot < entities_.size() && entities_[slot].values ? &entities_[slot] : nullptr;
}

std::optional<size_t> Entities::FindKey(std::string_view key) const {
  const auto found = slot_of_key_.find(std::string(key));
  if (found == slot_of_key_.end()) return std::nullopt;
  return found->second;
}

std::string_view Entities::KeyOf(const Entity& entity, std::string& scratch) const {
  return TextOfToken(entity.values.Get(key_field_), scratch);
}

void Entities::Index(size_t slot) {
  std::string scratch;
  const std::string_view key = KeyOf(entities_[slot], scratch);
  if (!key.empty()) slot_of_key_[std::string(key)] = static_cast<uint32_t>(slot);
}

size_t Entities::Insert(Entity entity) {
  entities_.push_back(std::move(entity));
  ++size_;
  Index(entities_.size() - 1);
  observer_(WriteKind::kInsert, entities_.back());
  return entities_.size() - 1;
}

void Entities::Update(size_t slot, PackedRow values, int64_t now_ms) {
  entities_[slot].values = std::move(values);
  entities_[slot].modified_ms = now_ms;
  Index(slot);  // It may have had no key before.
  observer_(WriteKind::kUpdate, entities_[slot]);
}

void Entities::Erase(size_t slot) {
  observer_(WriteKind::kDelete, entities_[slot]);
  std::string scratch;
  const std::string key(KeyOf(entities_[slot], scratch));
  slot_of_key_.erase(key);
  entities_[slot].values = PackedRow();
  --size_;
}

size_t Entities::Move(size_t slot, std::string_view key, bool forget_pkey) {
  if (forget_pkey) forgotten_.insert(slot);
  std::string scratch;
  slot_of_key_.erase(std::string(KeyOf(entities_[slot], scratch)));
  std::vector<std::string_view> tokens(resource_.fields.size());
  entities_[slot].values.Unpack(tokens);
  const std::string token = JsonString(key);
  if (!key.empty()) tokens[key_field_] = token;
  Entity moved{entities_[slot].created_ms, entities_[slot].modified_ms, PackedRow(tokens)};
  entities_[slot].values = PackedRow();
  entities_.push_back(std::move(moved));
  Index(entities_.size() - 1);
  return entities_.size() - 1;
}

void Entities::Clear() {
  for (Entity& entity : entities_) entity.values = PackedRow();
  slot_of_key_.clear();
  size_ = 0;
}

void Entities::Restore(Entity entity) {
  const bool there = static_cast<bool>(entity.values);
  entities_.push_back(std::move(entity));
  if (!there) return;
  ++size_;
  Index(entities_.size() - 1);
}

std::string Entities::PKeyOf(size_t slot) const { return Cat("@", Seal(Cat(resource_.name, ":", slot))); }

std::optional<size_t> Entities::SlotOf(std::string_view pkey) const {
  if (!pkey.starts_with("@")) return std::nullopt;
  const std::optional<std::string> payload = Unseal(pkey.substr(1));
  const std::string prefix = Cat(resource_.name, ":");
  if (!payload || !payload->starts_with(prefix)) return std::nullopt;
  const auto slot = ParseNumber(std::string_view(*payload).substr(prefix.size()));
  if (!slot || *slot < 0 || forgotten_.contains(static_cast<size_t>(*slot))) return std::nullopt;
  return static_cast<size_t>(*slot);
}

}  // namespace causeway::sandbox::campaign
