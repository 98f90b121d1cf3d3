// Entities and metadata as they come.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/campaign/entity_answer.h"
#include "common/campaign/metadata_answer.h"
#include "gtest/gtest.h"

namespace causeway::campaign {
namespace {

TEST(EntityReader, FindsThePKeyOfACreatedEntity) {
  EntityReader reader;
  EXPECT_EQ(reader.ReadPKey(R"({"PKey":"@abc","href":"x"})"), "@abc");
  EXPECT_EQ(reader.ReadPKey(R"({"nested":{"PKey":"@no"},"list":[{"PKey":"@no"}],"PKey" : "@a\/c" })"), "@a/c");
  for (const std::string& body : std::vector<std::string>{"",
                                                          " ",
                                                          "null",
                                                          "[]",
                                                          "{}",
                                                          "7",
                                                          "<html></html>",
                                                          R"({"PKey":null})",
                                                          R"({"PKey":7})",
                                                          R"({"PKey":""})",
                                                          R"({"PKey":"a b"})",
                                                          R"({"PKey":"a\u0000"})",
                                                          R"({"PKey":"@a","PKey":"@b"})",
                                                          R"({"PKey":"@a")",
                                                          R"({"PKey":"@a"}})",
                                                          R"({"PKey":"@a"}{"PKey":"@b"})",
                                                          R"({"PKey":"@a","x":[1,2})",
                                                          "{\"PKey\":\"\xff\"}",
                                                          absl::StrCat(R"({"PKey":")", std::string(257, 'a'), "\"}"),
                                                          std::string(1 << 20, '{')}) {
    EXPECT_EQ(reader.ReadPKey(body), std::nullopt) << body.substr(0, 100);
  }
  EXPECT_EQ(reader.ReadPKey(absl::StrCat(R"({"big":")", std::string(10 << 20, 'x'), R"(","PKey":"@a"})")), "@a");
}

TEST(EntityReader, ACutAnswerIsNone) {
  EntityReader reader;
  const std::string whole = R"({"PKey":"@abc","lastName":"O\"Brien","list":[{"a":null},1],"n":1.5})";
  ASSERT_TRUE(reader.ReadPKey(whole));
  for (size_t length = 0; length < whole.size(); ++length)
    EXPECT_EQ(reader.ReadPKey(whole.substr(0, length)), std::nullopt) << whole.substr(0, length);
}

TEST(EntityReader, ReadsAPage) {
  EntityReader reader;
  const std::string first = R"({"PKey":"@1","externalId":"k1", "nested":{"externalId":"no"}})";
  const auto page = reader.ReadPage(
      absl::StrCat(R"({"next":{"rawHref":"no","href":"https://c.example/n"},"content":[ )", first,
                   R"( ,{"PKey":"@2","externalId":17},{"PKey":"@3","externalId":null},{"PKey":"@4"}],"count":4})"),
      "externalId");
  ASSERT_TRUE(page);
  ASSERT_EQ(page->entities.size(), 4u);
  EXPECT_EQ(page->entities[0].pkey, "@1");
  EXPECT_EQ(page->entities[0].key, "k1");
  EXPECT_EQ(page->entities[0].json, first);
  EXPECT_EQ(page->entities[1].key, "17");
  EXPECT_EQ(page->entities[2].key, "");
  EXPECT_EQ(page->entities[3].key, "");
  EXPECT_EQ(page->next_link, "https://c.example/n");
  EXPECT_EQ(reader.ReadPage(R"({"content":[],"next":null})", "externalId")->next_link, "");
  EXPECT_EQ(reader.ReadPage(R"({"content":[]})", "externalId")->entities.size(), 0u);
}

TEST(EntityReader, WhatIsNoPageIsNone) {
  EntityReader reader;
  for (const std::string& body : std::vector<std::string>{
           "", "{}", "[]", "<html>", R"({"content":null})", R"({"content":{}})", R"({"content":[{}]})",
           R"({"content":[7]})", R"({"content":[null]})", R"({"content":[{"PKey":7}]})",
           R"({"content":[],"content":[]})", R"({"content":[],"next":{}})", R"({"content":[],"next":"x"})",
           R"({"content":[],"next":{"href":7}})", R"({"content":[],"next":{"href":""}})", R"({"content":[])",
           R"({"content":[]}x)", R"({"content":[{"PKey":"@\ud83d"}]})",
           R"({"content":[],"next":{"href":"https://c.example/\ud83d"}})"}) {
    EXPECT_FALSE(reader.ReadPage(body, "externalId")) << body;
  }
}

TEST(EntityReader, R2_HalfACharacterOfOneEntityDoesNotHoldUpTheOthers) {
  EntityReader reader;
  const auto page = reader.ReadPage(
      "{\"content\":[{\"PKey\":\"@1\",\"externalId\":\"k\\ud83d\",\"a\":\"\xff\"},{\"PKey\":\"@2\",\"externalId\":\"k2\"}]}",
      "externalId");
  ASSERT_TRUE(page);
  ASSERT_EQ(page->entities.size(), 2u);
  EXPECT_EQ(page->entities[0].key, "k\ufffd");
  EXPECT_EQ(page->entities[1].key, "k2");
  const auto entity = reader.ReadEntity(R"({"PKey":"@1","externalId":"\ud83d"})", "externalId");
  ASSERT_TRUE(entity);
  EXPECT_EQ(entity->json, R"({"PKey":"@1","externalId":"\ufffd"})");
}

TEST(EntityReader, ReadsAnEntity) {
  EntityReader reader;
  const auto entity = reader.ReadEntity(R"({"PKey":"@1","externalId":"k1"})", "externalId");
  ASSERT_TRUE(entity);
  EXPECT_EQ(entity->key, "k1");
  EXPECT_EQ(entity->json, R"({"PKey":"@1","externalId":"k1"})");
  EXPECT_FALSE(reader.ReadEntity("{}", "externalId"));
}

TEST(Metadata, I4_ReadsFields) {
  const auto fields = ReadFields(
      R"({"content":{"lastName":{"apiName":"lastName","type":"string","label":"Last name","dataPolicy":"smartCase",
                                 "category":"field","resType":"x"},
                     "gender":{"type":"enumeration","values":[{"value":"male","label":"Male"},"unknown",7]},
                     "title":{"type":"enumeration","values":{"mr":{"label":"Mr"},"mrs":"Mrs"}},
                     "cusParent":{"type":"link","resTarget":"cusCompany"},
                     "location":{"content":{"city":{"type":"string"}}},
                     "odd":7}})");
  ASSERT_TRUE(fields);
  ASSERT_EQ(fields->size(), 5u);
  EXPECT_EQ((*fields)[0].name, "lastName");
  EXPECT_EQ((*fields)[0].type, "string");
  EXPECT_EQ((*fields)[0].label, "Last name");
  EXPECT_EQ((*fields)[0].data_policy, "smartCase");
  ASSERT_EQ((*fields)[1].values.size(), 2u);
  EXPECT_EQ((*fields)[1].values[0].value, "male");
  EXPECT_EQ((*fields)[1].values[0].label, "Male");
  EXPECT_EQ((*fields)[1].values[1].value, "unknown");
  EXPECT_EQ((*fields)[2].values[0].label, "Mr");
  EXPECT_EQ((*fields)[2].values[1].label, "Mrs");
  EXPECT_EQ((*fields)[3].link_target, "cusCompany");
  EXPECT_EQ((*fields)[4].name, "location/city");
  for (const char* body : {"", "{}", "[]", "<html>", R"({"content":[]})", R"({"content":{}})", R"({"content":null})"})
    EXPECT_FALSE(ReadFields(body)) << body;
}

TEST(Metadata, ReadsResourceNames) {
  const std::vector<std::string> names = {"profile", "cusOrder"};
  EXPECT_EQ(ReadResourceNames(R"({"content":[{"name":"profile"},"cusOrder",7]})"), names);
  EXPECT_EQ(ReadResourceNames(R"({"content":{"profile":{"href":"x"},"cusOrder":{}}})"), names);
  EXPECT_EQ(ReadResourceNames(R"({"profile":{"href":"x"},"cusOrder":{"href":"y"},"count":2})"), names);
  EXPECT_FALSE(ReadResourceNames("<html>"));
  EXPECT_FALSE(ReadResourceNames("[]"));
}

}  // namespace
}  // namespace causeway::campaign
