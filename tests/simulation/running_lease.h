// RunningLease: what the reports that arrived at the controller's host prove of a workflow's loops: whether one has read,
// and one has written, lately. Reckoned from the reports alone, independently of the controller.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "causeway/v1/control.pb.h"
#include "tests/simulation/simulation.h"

namespace causeway::simulation {

class RunningLease {
 public:
  explicit RunningLease(std::string workflow) : workflow_(std::move(workflow)) {}

  void Observe(int from, const v1::ConnectRequest& report, Instant now);

  // When a loop of any replica was last seen to have turned, -∞: never.
  Instant read() const { return read_; }
  Instant written() const { return written_; }

 private:
  // Of the present loops of a replica.
  struct Turns {
    std::string incarnation;
    int64_t run = 0;
    int64_t restart = 0;
    int64_t read = 0;
    int64_t written = 0;
  };

  const std::string workflow_;
  std::map<int, Turns> turns_;
  Instant read_ = -absl::InfiniteDuration();
  Instant written_ = -absl::InfiniteDuration();
};

}  // namespace causeway::simulation
