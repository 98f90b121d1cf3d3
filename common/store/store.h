// Store: a small ordered key-value store on this machine, in which the engine keeps its copy of the index topic.
//
// It is a copy of what Kafka holds, so a crash may take the last writes but never mixes old with new: after a crash the
// store holds what the first n Writes made of it, for some n. An "applied up to offset" key that is written in the same
// Batch as the data is therefore never newer than the data.
//
// Life: open (rocks_store.h) or construct (memory_store.h); use; destroy. Threading: one thread at a time. Keys and
// values are any bytes; keys are ordered as unsigned bytes. Calls block, for microseconds where the data is in memory.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace causeway::store {

// Changes that take effect together, in the order in which they were added.
class Batch {
 public:
  struct Change {
    std::string key;
    std::optional<std::string> value;  // nullopt: the key is deleted.
  };

  void Put(std::string key, std::string value) { changes_.push_back({std::move(key), std::move(value)}); }
  void Delete(std::string key) { changes_.push_back({std::move(key), std::nullopt}); }
  const std::vector<Change>& changes() const { return changes_; }

 private:
  std::vector<Change> changes_;
};

// Errors are the disk's or a bug's: RESOURCE_EXHAUSTED when there is no room on it, UNAVAILABLE for others that may pass, DATA_LOSS for
// a store that can't be read. A Write that fails has changed nothing.
class Store {
 public:
  using Visitor = absl::FunctionRef<bool(absl::string_view key, absl::string_view value)>;

  virtual ~Store() = default;

  virtual absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const = 0;
  virtual absl::Status Write(const Batch& batch) = 0;
  // Visits the keys that begin with `prefix` in their order, those behind `after` if that isn't empty, until `visit` returns false. The
  // views end with the call; `visit` doesn't write to the store.
  virtual absl::Status Scan(absl::string_view prefix, absl::string_view after, Visitor visit) const = 0;
  virtual absl::Status DeletePrefix(absl::string_view prefix) = 0;
};

}  // namespace causeway::store
