// The rows of one table, and what change tracking knows of them.
//
// A row keeps its slot from creation to deletion; slots are never used again, so a reader that goes through them in
// order sees every row that was there all the time exactly once. Every change gives the row the next version of the
// database.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_map.h"
#include "services/sandbox/base/guid.h"
#include "services/sandbox/base/packed_row.h"
#include "services/sandbox/dataverse/schema.h"

namespace causeway::sandbox::dataverse {

struct Row {
  Guid id;
  int64_t version = 0;
  PackedRow values;  // Null: the row was deleted.

  Row Copy() const { return {id, version, values ? PackedRow::FromBytes(values.bytes()) : PackedRow()}; }
};

struct Tombstone {
  Guid id;
  int64_t version = 0;
};

// Grows with every change of any row of the database.
struct Version {
  int64_t last = 1'000'000;
  int64_t Next() { return ++last; }
};

class Table {
 public:
  // `version` outlives the table.
  Table(TableSchema schema, Version& version) : schema_(std::move(schema)), version_(version) {}

  TableSchema& schema() { return schema_; }
  const TableSchema& schema() const { return schema_; }

  size_t size() const { return slot_of_.size(); }
  size_t slots() const { return rows_.size(); }
  // Null: deleted, or there is no such slot.
  const Row* At(size_t slot) const;
  const Row* Find(const Guid& id) const;

  // A row's id is shown as this JSON from now on, as no client can use it; an empty one: as it is.
  void ShowIdAs(const Guid& id, std::string json);
  const absl::flat_hash_map<Guid, std::string>& shown_ids() const { return shown_ids_; }
  void set_shown_ids(const absl::flat_hash_map<Guid, std::string>& ids) { shown_ids_ = ids; }

  // The row doesn't exist.
  void Insert(const Guid& id, PackedRow values);
  // The row exists.
  void Update(const Guid& id, PackedRow values);
  void Erase(const Guid& id);
  void Clear();
  void Reserve(size_t rows);

  // The first row with from < version ≤ to; null: none.
  const Row* NextChanged(int64_t from, int64_t to) const;
  // Deletions in the order of their versions.
  const std::vector<Tombstone>& tombstones() const { return tombstones_; }

  // Between Begin and Commit or Rollback, changes can be undone.
  void Begin();
  void Commit();
  void Rollback();

  // Told of every change, once it is committed, with the row as it is then and the change's version.
  using Observer = std::function<void(const Row&, int64_t version)>;
  void Observe(Observer observer) { observer_ = std::move(observer); }
  // For a copy: makes it the same as the other, slot by slot; takes over one change of it.
  void CopyFrom(const Table& other);
  void Replay(Row row, int64_t version);

  // For a file: the next slot with its row (without values: it was deleted), and the next deletion.
  void Restore(Row row);
  void Restore(Tombstone tombstone) { tombstones_.push_back(tombstone); }

 private:
  struct Undo {
    uint32_t slot = 0;
    int64_t version = 0;  // 0: the row was new.
    PackedRow values;
  };

  void Remember(uint32_t slot, int64_t version, PackedRow values);
  void Revert(Undo undo);
  void Tell(const Row& row) const;

  TableSchema schema_;
  Version& version_;
  std::vector<Row> rows_;
  absl::flat_hash_map<Guid, uint32_t> slot_of_;
  absl::btree_map<int64_t, uint32_t> by_version_;
  std::vector<Tombstone> tombstones_;
  std::optional<std::vector<Undo>> undo_;
  Observer observer_;
  absl::flat_hash_map<Guid, std::string> shown_ids_;
};

}  // namespace causeway::sandbox::dataverse
