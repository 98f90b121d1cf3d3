// Whatever is mended is mended once and for all, and a document whose strings alone were the trouble can be read.
#include <cstdint>
#include <string>
#include <vector>

#include "common/json/mend.h"
#include "gtest/gtest.h"

namespace json = causeway::json;

std::vector<std::string> FuzzCorpus() {
  return {R"({"a":"\ud83d","\ude00":["\ude00\ud83d",{"b":"\ud83d\ude00"}]})", "{\"a\":\"\xff\xc3\",\"b\":\"line\nbreak\"}",
          R"({"a":"\q\u12","b":"\\ud83d"})"};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::optional<std::string> mended = json::Mended(text);
  if (!mended) return 0;
  EXPECT_EQ(json::Mended(*mended), std::nullopt) << text;
  return 0;
}
