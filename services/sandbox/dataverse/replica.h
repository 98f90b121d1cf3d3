// A read replica that lags: while it is on, reads are answered from the state that the database had some seconds ago,
// versions and deletions included. What isn't rows (definitions, privileges) is always the present one.
//
// Life: the database outlives it. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>

#include "services/sandbox/base/dice.h"
#include "services/sandbox/dataverse/database.h"

namespace causeway::sandbox::dataverse {

class Replica {
 public:
  explicit Replica(Database& primary) : primary_(primary), dice_(1) {}

  // From now on a share of the reads is answered from the state of so long ago; 0: none is. The copy begins with what
  // there is now: the state of before is not known.
  void Lag(int64_t lag_ms, double share);
  int64_t lag_ms() const { return lag_ms_; }
  // After the database was replaced as a whole: the copy begins anew.
  void Restart() { Lag(lag_ms_, share_); }

  // What a read is to be answered from.
  Database& ForRead();

 private:
  struct Change {
    int64_t at_ms = 0;
    size_t table = 0;
    Row row;
    int64_t version = 0;
  };

  Database& primary_;
  Dice dice_;
  int64_t lag_ms_ = 0;
  double share_ = 1;
  std::unique_ptr<Database> copy_;  // Null: there is no lag.
  std::deque<Change> pending_;
};

}  // namespace causeway::sandbox::dataverse
