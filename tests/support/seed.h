// Seed: what a test draws its chances from, so that a failure can be run again.
#pragma once

#include <cstdint>

namespace causeway::test_support {

// CAUSEWAY_SEED when set (`tests/run chaos --seed N` sets it), otherwise a fresh one. Printed at the first call; the
// same for the whole process.
uint64_t Seed();

}  // namespace causeway::test_support
