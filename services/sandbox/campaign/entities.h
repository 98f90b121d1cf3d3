// The records of one resource.
//
// A record keeps its slot from creation to deletion, and slots are never used again: who goes through them in order
// sees every record that was there all the time exactly once. PKeys name slots, and are opaque to clients.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "services/sandbox/base/packed_row.h"
#include "services/sandbox/campaign/schema.h"

namespace causeway::sandbox::campaign {

struct Entity {
  int64_t created_ms = 0;
  int64_t modified_ms = 0;
  PackedRow values;  // By the number of the field; null: it was deleted.
};

enum class WriteKind { kInsert, kUpdate, kDelete };

class Entities {
 public:
  // Told of every write, with the record as it is then; before it goes, where it is deleted.
  using Observer = std::function<void(WriteKind, const Entity&)>;

  explicit Entities(Resource resource);

  Resource& resource() { return resource_; }
  const Resource& resource() const { return resource_; }

  size_t size() const { return size_; }
  size_t slots() const { return entities_.size(); }
  // nullptr: deleted, or there is no such slot.
  const Entity* At(size_t slot) const;
  // By the key field's text.
  std::optional<size_t> FindKey(std::string_view key) const;
  std::string_view KeyOf(const Entity& entity, std::string& scratch) const;
  size_t key_field() const { return key_field_; }

  void Observe(Observer observer) { observer_ = std::move(observer); }
  // The key isn't there yet, or empty.
  size_t Insert(Entity entity);
  // A key that is there stays; one that is new isn't there yet.
  void Update(size_t slot, PackedRow values, int64_t now_ms);
  void Erase(size_t slot);
  // The record has another PKey afterwards, and another key unless `key` is empty. Nobody is told. The PKey that it had is a deleted
  // record's, or, as after a migration, one that was never made here.
  size_t Move(size_t slot, std::string_view key, bool forget_pkey);
  void Clear();
  // For a file: the next slot, with what it holds.
  void Restore(Entity entity);

  std::string PKeyOf(size_t slot) const;
  // nullopt: it is no PKey of this resource, or another instance's.
  std::optional<size_t> SlotOf(std::string_view pkey) const;

 private:
  void Index(size_t slot);

  Resource resource_;
  size_t key_field_;
  Observer observer_ = [](WriteKind, const Entity&) {};
  std::vector<Entity> entities_;
  absl::flat_hash_map<std::string, uint32_t> slot_of_key_;
  size_t size_ = 0;
  absl::flat_hash_set<size_t> forgotten_;  // Slots whose PKeys nobody knows any more.
};

}  // namespace causeway::sandbox::campaign
