// Pages and Link headers of the journal: nothing crashes, and what is found can be used.
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "common/errors/excerpt.h"
#include "common/journal/page.h"
#include "gtest/gtest.h"

namespace journal = causeway::journal;

std::vector<std::string> FuzzCorpus() {
  return {R"({"events":[{"position":"p:1","event":{"id":"a","data":{"x":[1.5,null,true]}}},{"position":"p:2"},7],)"
          R"("_page":{"last":"p:2","count":3}})",
          R"({"events":[{"position":"p:1","event":{"id":"\ud83d","a\ude00":["\ud83d\ude00",{"b":"\ud83d"}]}},{"event":{"c":")"
      "\xff\"}}]}",
      R"(</j/validate?since=x>; rel="validate", <https://a.example/j?since=1,2>; title="t"; rel="next")"};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const auto entries = journal::ReadEntries(text);
  if (entries.ok()) {
    for (const journal::Entry& entry : *entries) {
      EXPECT_EQ(causeway::errors::Excerpt(entry.position), entry.position) << "it goes into protobuf strings";
      EXPECT_FALSE(entry.event.empty());
    }
  }
  const std::string next = journal::NextLinkOf(text);
  EXPECT_TRUE(absl::StrContains(text, next));
  EXPECT_FALSE(absl::StrContains(next, ">"));
  (void)journal::Resolve("https://a.example", next);
  return 0;
}
