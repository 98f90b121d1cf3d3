// Shrink: which faults a failing seed needs. Leaves out kinds of faults, then single faults, as long as the schedule
// still fails.
#pragma once

#include "tests/simulation/schedule.h"

namespace causeway::simulation {

// `options` fails; the result fails too, with as few faults as could be found in about `tries` runs.
ScheduleOptions Shrink(ScheduleOptions options, int tries);

}  // namespace causeway::simulation
