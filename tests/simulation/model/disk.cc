#include "tests/simulation/model/disk.h"

namespace causeway::simulation {
namespace {

constexpr size_t kRemembered = 8;

}  // namespace

absl::Status Disk::Works() const {
  switch (trouble_) {
    case Trouble::kFull: return absl::ResourceExhaustedError("no space left on the simulated disk");
    case Trouble::kFails: return absl::UnavailableError("the simulated disk fails");
    default: return absl::OkStatus();
  }
}

void Disk::Wipe() {
  store_ = store::MemoryStore();
  undo_.clear();
}

void Disk::Forget(size_t writes) {
  for (; writes > 0 && !undo_.empty(); --writes) {
    (void)store_.Write(undo_.back());
    undo_.pop_back();
  }
}

// A full disk is read as before.
absl::StatusOr<std::optional<std::string>> Disk::Get(absl::string_view key) const {
  if (trouble_ == Trouble::kFails) return Works();
  return store_.Get(key);
}

absl::Status Disk::Write(const store::Batch& batch) {
  if (absl::Status works = Works(); !works.ok()) return works;
  store::Batch undo;
  for (auto change = batch.changes().rbegin(); change != batch.changes().rend(); ++change) {
    std::optional<std::string> before = *store_.Get(change->key);
    if (before.has_value()) undo.Put(change->key, *std::move(before));
    else undo.Delete(change->key);
  }
  undo_.push_back(std::move(undo));
  if (undo_.size() > kRemembered) undo_.pop_front();
  return store_.Write(batch);
}

absl::Status Disk::Scan(absl::string_view prefix, absl::string_view after, Visitor visit) const {
  if (trouble_ == Trouble::kFails) return Works();
  return store_.Scan(prefix, after, visit);
}

// Only beginning anew does it, with an empty directory; what came before is then gone too.
absl::Status Disk::DeletePrefix(absl::string_view prefix) {
  if (absl::Status works = Works(); !works.ok()) return works;
  undo_.clear();
  return store_.DeletePrefix(prefix);
}

}  // namespace causeway::simulation
