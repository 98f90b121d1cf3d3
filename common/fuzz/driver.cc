// Runs a libFuzzer-style target under GoogleTest with inputs of the Mutator, because g++ has no libFuzzer. A target is
// one file with
//   extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);   // as for libFuzzer: clang's takes it as
//   it is std::vector<std::string> FuzzCorpus();                                     // good inputs to begin with
// and is built with this one by causeway_test. CAUSEWAY_FUZZ_INPUTS and CAUSEWAY_FUZZ_SEED change the run.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "common/fuzz/mutator.h"
#include "gtest/gtest.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
std::vector<std::string> FuzzCorpus();

namespace causeway::fuzz {
namespace {

uint64_t Setting(const char* name, uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

// On the heap in its own size, so that AddressSanitizer sees a read beyond its end.
void RunTarget(const std::string& input) {
  const std::unique_ptr<uint8_t[]> data(new uint8_t[input.size()]);
  std::memcpy(data.get(), input.data(), input.size());
  LLVMFuzzerTestOneInput(data.get(), input.size());
}

TEST(Fuzz, R2_NoInputCrashes) {
  const uint64_t inputs = Setting("CAUSEWAY_FUZZ_INPUTS", 20000), seed = Setting("CAUSEWAY_FUZZ_SEED", 1);
  SCOPED_TRACE(testing::Message() << "CAUSEWAY_FUZZ_SEED=" << seed);
  for (const std::string& input : FuzzCorpus()) RunTarget(input);
  Mutator mutator(FuzzCorpus(), seed);
  for (uint64_t i = 0; i < inputs && !testing::Test::HasFailure(); ++i) RunTarget(mutator.Next());
}

}  // namespace
}  // namespace causeway::fuzz
