// MappedRecord: what is to be written of one row. Fields fall in two groups (I7): those that every update writes, and
// those written on insert and replay only.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace causeway::mapping {

class Plan;

// 128 bits (XXH3) of a group's fields and values. Two records have the same hash of a group iff the group is written
// the same way. Stable across processes and releases: it is kept in the index (IndexEntry.update_hash, insert_hash).
class Hash {
 public:
  Hash() = default;
  static Hash Of(std::string_view bytes);

  std::string_view bytes() const { return {bytes_.data(), bytes_.size()}; }
  friend bool operator==(const Hash& a, const Hash& b) { return a.bytes_ == b.bytes_; }
  friend bool operator==(const Hash& a, std::string_view b) { return a.bytes() == b; }

 private:
  std::array<char, 16> bytes_{};
};

// A value of its own: outlives the Mapper that made it, may be moved to another thread. Bodies are made on demand,
// because an unchanged record needs none. Every body is a JSON object; a column that the row lacked is in none of them.
class MappedRecord {
 public:
  // The value of the target key as text. Never empty.
  const std::string& key() const { return key_; }

  const Hash& update_hash() const { return update_hash_; }
  const Hash& insert_hash() const { return insert_hash_; }  // Of the insert-only group.

  // For POST: key and both groups.
  std::string CreateBody() const;
  // For PATCH: the update group; {} when the row has none of its fields. Never the key: it can't be changed.
  std::string UpdateBody() const;
  // For PATCH in a replay: both groups, without the key.
  std::string ReplayBody() const;

 private:
  friend class Mapper;
  struct Slice {
    uint32_t begin = 0;
    uint32_t size = 0;  // 0: the row lacks the column.
  };
  std::string Render(unsigned groups) const;

  std::shared_ptr<const Plan> plan_;
  std::string key_;
  std::string values_;         // Rendered values, one after the other.
  std::vector<Slice> slices_;  // Of values_, by the plan's field number.
  Hash update_hash_;
  Hash insert_hash_;
};

}  // namespace causeway::mapping
