// Brake: how many rows of living people may be deleted in Campaign because a pass didn't show them: as many as the
// workflow's settings let go without a person's word, each pass.
//
// Life: construct; Hidden when rows are hidden, Confirmed when a person says that they are gone; Allows with each deletion.
#pragma once

#include <cstdint>
#include <string>

#include "tests/simulation/model/dataverse_model.h"
#include "tests/simulation/plan.h"

namespace causeway::simulation {

class Brake {
 public:
  Brake(const Plan& plan, const DataverseModel& dataverse) : plan_(plan), dataverse_(dataverse) {}

  // From now on passes miss rows.
  void Hidden() { hidden_ = true; }
  void Confirmed() { confirmed_ = true; }
  // Whether one more of a row that is there is within what the settings allow.
  bool Allows();

 private:
  const Plan& plan_;
  const DataverseModel& dataverse_;
  bool hidden_ = false;
  bool confirmed_ = false;
  int64_t deleted_ = 0;
};

}  // namespace causeway::simulation
