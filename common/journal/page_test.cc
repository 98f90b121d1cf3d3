#include "common/journal/page.h"

#include "common/errors/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::journal {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(ReadEntries, E3_KeepsEventsWithTheirPositions) {
  const auto entries = ReadEntries(
      R"({"events":[{"position":"p:1","event":{"id":"a", "n":1.5}},{"position":"p:2","event":{"id":"b"}}],"_page":{"last":"p:2","count":2}})");
  ASSERT_TRUE(entries.ok()) << entries.status();
  ASSERT_THAT(*entries, SizeIs(2));
  EXPECT_EQ((*entries)[0].position, "p:1");
  EXPECT_EQ((*entries)[0].event, R"({"id":"a","n":1.5E0})");
  EXPECT_EQ((*entries)[1].event, R"({"id":"b"})");
}

TEST(ReadEntries, E3_APageMayBeEmpty) {
  const auto entries = ReadEntries(R"({"events":[],"_page":{"last":"p","count":0}})");
  ASSERT_TRUE(entries.ok());
  EXPECT_THAT(*entries, IsEmpty());
}

// All or nothing: an event that was passed over silently would be lost.
TEST(ReadEntries, R2_RefusesWhatIsNoPage) {
  for (const char* body :
       {"", "null", "[]", "{}", R"({"events":{}})", R"({"events":[1]})", R"({"events":[{"position":"p"}]})",
        R"({"events":[{"position":1,"event":{}}]})", R"({"events":[{"position":"p","event":{"id":"a"}})",
        R"({"events":[]} x)", "<html>busy</html>"}) {
    EXPECT_TRUE(errors::Is(ReadEntries(body).status(), errors::kJournalAnswer)) << body;
  }
}

TEST(NextLinkOf, E3_FindsTheNextLinkAmongOthers) {
  EXPECT_EQ(NextLinkOf(R"(<https://a.example/j?since=1,2>; rel="next")"), "https://a.example/j?since=1,2");
  EXPECT_EQ(NextLinkOf(R"(</count>; rel="count", </j?since=x>; title="t"; rel="next", </v>; rel="validate")"),
            "/j?since=x");
  EXPECT_EQ(NextLinkOf(R"(</j>; rel=next)"), "/j");
  EXPECT_THAT(NextLinkOf(R"(</j>; rel="prev")"), IsEmpty());
  EXPECT_THAT(NextLinkOf(""), IsEmpty());
  EXPECT_THAT(NextLinkOf(">; rel=\"next\"<"), IsEmpty());
}

TEST(Resolve, E3_APathBelongsToTheJournalsHost) {
  EXPECT_EQ(Resolve("https://a.example", "/j?since=1"), "https://a.example/j?since=1");
  EXPECT_EQ(Resolve("https://a.example", "https://b.example/j"), "https://b.example/j");
  EXPECT_EQ(Resolve("https://a.example", "//b.example/j"), "//b.example/j") << "another host, which is refused as one";
}

}  // namespace
}  // namespace causeway::journal
