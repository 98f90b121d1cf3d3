// Landings: whether what is sent to Campaign, and what lands there, may be: in the order of each row's history, by a mapping
// that a run had, never into somebody else's records, never twice.
//
// Life: construct before the world begins; tell it of every request when it is sent and of every write when it lands; each
// answers with what is wrong about it, empty: nothing.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "tests/simulation/mapping_shape.h"
#include "tests/simulation/pinned_runs.h"
#include "tests/simulation/world.h"

namespace causeway::simulation {

class Landings {
 public:
  explicit Landings(World& world) : world_(world), runs_(world.setup.workflow) {}

  void Observe(const v1::ConnectResponse& assignments) { runs_.Observe(assignments, world_.simulation.Now()); }
  // Queue and positions begin anew: what was made stays known as far as the index of before, which is that topic, tells.
  void Reset(const std::string& index);
  // `lands`: when it will be carried out; nullopt: never.
  std::string Sent(const Delivery& delivery, std::optional<Instant> lands);
  std::string Landed(const CampaignWrite& write);

  // What differs between the systems; empty: nothing.
  std::string Difference() const;

  int64_t idle_updates() const { return idle_updates_; }
  // How often each row was written, by its key.
  const std::map<std::string, int64_t>& writes() const { return writes_; }

 private:
  struct Last {
    size_t state = 0;  // In the row's history.
    int mapping = 0;
    Instant at;
  };

  std::string Upserted(const CampaignWrite& write);
  std::string Deleted(const CampaignWrite& write);
  // Whether a run that may still write writes so. `mapping`: of what was written; nullopt: it was a deletion.
  bool Plausible(const std::string& place, const TablePair& pair, std::optional<int> mapping, Instant sent) const;
  std::string DifferenceOf(const TablePair& pair) const;
  std::string DifferenceOf(const DataverseRow& row, const std::string& place, const MappingShape& shape) const;
  std::string LeftOver(const TablePair& pair, const std::string& place) const;

  World& world_;
  PinnedRuns runs_;
  // By place and key.
  std::map<std::string, Last> last_;
  std::map<std::string, Instant> on_way_;
  Instant reset_at_;
  std::set<std::string> known_before_;  // By the key of its records.
  int64_t idle_updates_ = 0;
  std::map<std::string, int64_t> writes_;
};

}  // namespace causeway::simulation
