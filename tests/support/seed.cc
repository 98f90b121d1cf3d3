#include "tests/support/seed.h"

#include <cstdlib>
#include <iostream>
#include <random>

#include "absl/base/internal/raw_logging.h"
#include "absl/strings/numbers.h"

namespace causeway::test_support {
namespace {

uint64_t Choose() {
  uint64_t seed = std::random_device{}();
  const char* asked = std::getenv("CAUSEWAY_SEED");
  if (asked != nullptr && !absl::SimpleAtoi(asked, &seed)) {
    ABSL_RAW_LOG(FATAL, "CAUSEWAY_SEED is not a number: %s", asked);
  }
  std::cout << "seed " << seed << " (again: CAUSEWAY_SEED=" << seed << ")" << std::endl;
  return seed;
}

}  // namespace

uint64_t Seed() {
  static const uint64_t seed = Choose();
  return seed;
}

}  // namespace causeway::test_support
