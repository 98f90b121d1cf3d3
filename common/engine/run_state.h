// RunState: what one replica's run of a workflow shows of itself: counters, conditions, what it waits for. Written by the
// loops, read by the report and the metrics. Loop's thread only.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "causeway/v1/record.pb.h"
#include "causeway/v1/workflow_service.pb.h"
#include "common/errors/error.h"

namespace causeway::engine {

class RunState {
 public:
  explicit RunState(std::string replica) : replica_(std::move(replica)) {}

  v1::TableProgress& Table(const std::string& table);
  const std::map<std::string, v1::TableProgress>& tables() const { return tables_; }

  // Rows that were read and are in a committed transaction.
  void CountRead(const std::string& table, const v1::ReadTotals& rows);

  // Something failed and is to be tried again.
  void CountRetry(const std::string& code) { ++retries_[code]; }
  const std::map<std::string, int64_t>& retries() const { return retries_; }

  // Sets, keeps the beginning of, or clears a condition. `who` tells two holders of one type apart ("reader", "writer").
  void Raise(const std::string& type, const std::string& who, const errors::Detail& why, absl::Time now);
  void Clear(const std::string& type, const std::string& who);
  std::vector<v1::Condition> Conditions() const;

  // What the source is known to have dropped of a table.
  void SetGaps(const std::string& table, std::vector<v1::SourceGap> gaps) { gaps_[table] = std::move(gaps); }
  const std::map<std::string, std::vector<v1::SourceGap>>& gaps() const { return gaps_; }

  std::string waiting_for;

 private:
  std::string replica_;
  std::map<std::string, v1::TableProgress> tables_;
  std::map<std::string, int64_t> retries_;
  std::map<std::string, std::vector<v1::SourceGap>> gaps_;
  std::map<std::pair<std::string, std::string>, v1::Condition> conditions_;
};

// Types of conditions.
inline constexpr char kDegraded[] = "Degraded";
inline constexpr char kReaderPaused[] = "ReaderPaused";
inline constexpr char kTakingOver[] = "TakingOver";
inline constexpr char kRereading[] = "Rereading";
inline constexpr char kSourceGap[] = "SourceGap";
inline constexpr char kStoreUnusable[] = "StoreUnusable";
inline constexpr char kRunEnded[] = "RunEnded";
inline constexpr char kSourceRestored[] = "SourceRestored";
inline constexpr char kDeletionsHeld[] = "DeletionsHeld";

}  // namespace causeway::engine
