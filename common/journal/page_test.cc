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

// Part of a page would not do: its events that were cut off would be lost.
TEST(ReadEntries, R2_RefusesWhatIsNoPage) {
  for (const char* body : {"", "null", "[]", "{}", R"({"events":{}})", R"({"events":[{"position":"p","event":{"id":"a"}})",
                           R"({"events":[]} x)", "<html>busy</html>"}) {
    EXPECT_TRUE(errors::Is(ReadEntries(body).status(), errors::kJournalAnswer)) << body;
  }
}

TEST(ReadEntries, R2_AnOddEventDoesNotHoldUpTheOthers) {
  const auto entries =
      ReadEntries(R"({"events":[1,{"position":"p2"},{"event":{"id":"c"}},{"position":"p4","event":{"id":"d"}}]})");
  ASSERT_TRUE(entries.ok()) << entries.status();
  ASSERT_THAT(*entries, SizeIs(4));
  EXPECT_FALSE((*entries)[0].is_event);
  EXPECT_EQ((*entries)[0].event, "1");
  EXPECT_FALSE((*entries)[1].is_event);
  EXPECT_EQ((*entries)[1].position, "p2");
  EXPECT_TRUE((*entries)[2].is_event) << "the position of one event is of no use to anybody";
  EXPECT_EQ((*entries)[3].event, R"({"id":"d"})");
}

TEST(ReadEntries, R2_NeitherDepthNorBytesOfOneEventHoldUpTheOthers) {
  const std::string deep = std::string(500, '[') + std::string(500, ']');
  const auto entries =
      ReadEntries("{\"events\":[{\"position\":\"p\xff\",\"event\":{\"id\":\"\xff\"}},{\"position\":\"q\",\"event\":{\"x\":" +
                  deep + "}},{\"position\":\"r\",\"event\":{}}]}");
  ASSERT_TRUE(entries.ok()) << entries.status();
  ASSERT_THAT(*entries, SizeIs(3));
  EXPECT_EQ((*entries)[0].position, "p\ufffd");
  EXPECT_EQ((*entries)[0].event, "{\"id\":\"\ufffd\"}");
}

// As it comes of a text that was cut in the middle of an emoji.
TEST(ReadEntries, R2_HalfACharacterOfOneEventDoesNotHoldUpTheOthers) {
  const auto entries = ReadEntries(
      R"({"events":[{"position":"p1","event":{"id":"a","n":"Sale \ud83d"}},{"position":"p2","event":{"id":"b","\ude00":1}}]})");
  ASSERT_TRUE(entries.ok()) << entries.status();
  ASSERT_THAT(*entries, SizeIs(2));
  EXPECT_EQ((*entries)[0].event, "{\"id\":\"a\",\"n\":\"Sale \ufffd\"}");
  EXPECT_EQ((*entries)[1].event, "{\"id\":\"b\",\"\ufffd\":1}");
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
