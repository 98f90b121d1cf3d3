// MemoryStore: a Store that lives as long as its object; for the simulation and for tests.
#pragma once

#include <map>

#include "common/store/store.h"

namespace causeway::store {

class MemoryStore final : public Store {
 public:
  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const override;
  absl::Status Write(const Batch& batch) override;
  absl::Status Scan(absl::string_view prefix, absl::string_view after, Visitor visit) const override;
  absl::Status DeletePrefix(absl::string_view prefix) override;

  size_t size() const { return entries_.size(); }

 private:
  std::map<std::string, std::string> entries_;
};

}  // namespace causeway::store
