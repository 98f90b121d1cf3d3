// Targets: by which number the index and the queue know where each table goes. What they say of the destination's keys is true of one target.
//
// A target begins with the number of its address (Destination::Address). When a table's address changes, the reader finds out whether it
// is the same system there (reader_targets.cc); then the target keeps its number, and the checkpoint names the new address beside it.
// Nothing is written before that is known. Why: docs/decisions/targets.md.
//
// Life: one for a run of a replica; Learn until it is true; then Of. Loop's thread only.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "causeway/v1/record.pb.h"
#include "common/engine/destination.h"

namespace causeway::engine {

// Under which address the checkpoint's target is written.
inline uint64_t AddressOf(const v1::TableCheckpoint& checkpoint) {
  return checkpoint.address() != 0 ? checkpoint.address() : checkpoint.target();
}

class Targets {
 public:
  explicit Targets(const Destination& destination) : destination_(destination) {}

  // Whether the checkpoint says what the table's target is at its present address. A table that was never read goes where it is sent.
  bool Settled(const std::string& table, const v1::TableCheckpoint& checkpoint) const {
    const uint64_t address = destination_.Address(table);
    return checkpoint.pass() == 0 || address == 0 || address == AddressOf(checkpoint);
  }

  // From what is committed of all tables. True when it is known of each, which it then stays for the whole run.
  bool Learn(const std::map<std::string, v1::TableCheckpoint>& tables) {
    for (const auto& [table, checkpoint] : tables) {
      if (!known_ && !Settled(table, checkpoint)) return false;
    }
    if (!known_) tables_ = tables;
    return known_ = true;
  }
  bool known() const { return known_; }

  uint64_t Of(const std::string& table) const {
    const uint64_t address = destination_.Address(table);
    const auto found = tables_.find(table);
    return found == tables_.end() || found->second.pass() == 0 || address == 0 ? address : found->second.target();
  }

 private:
  const Destination& destination_;
  std::map<std::string, v1::TableCheckpoint> tables_;
  bool known_ = false;
};

}  // namespace causeway::engine
