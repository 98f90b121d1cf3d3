// Disk: the local store of one replica, and what can happen to it: full, failing, and after a crash without its last writes.
//
// Life: it survives the processes that use it. The troubles at any time, Mend ends them.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>

#include "common/store/memory_store.h"
#include "common/store/store.h"

namespace causeway::simulation {

class Disk final : public store::Store {
 public:
  enum class Trouble { kNone, kFull, kFails };

  void Break(Trouble trouble) { trouble_ = trouble; }
  void Mend() { trouble_ = Trouble::kNone; }
  void Wipe();
  // A crash took the last `writes` (those that are remembered).
  void Forget(size_t writes);

  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const override;
  absl::Status Write(const store::Batch& batch) override;
  absl::Status Scan(absl::string_view prefix, absl::string_view after, Visitor visit) const override;
  absl::Status DeletePrefix(absl::string_view prefix) override;

 private:
  absl::Status Works() const;

  store::MemoryStore store_;
  Trouble trouble_ = Trouble::kNone;
  // What the last writes replaced, newest last.
  std::deque<store::Batch> undo_;
};

}  // namespace causeway::simulation
