#include "common/dataverse/row_page.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "gtest/gtest.h"

namespace causeway::dataverse {
namespace {

constexpr char kId[] = "00000000-0000-0000-0000-00000000000a";

RowQuery Contacts() {
  RowQuery query;
  query.table = "contact";
  query.entity_set = "contacts";
  query.primary_id = "contactid";
  return query;
}

std::string RowJson(const std::string& more = "") {
  return absl::StrCat(R"({"@odata.etag":"W/\"1234\"","contactid":")", kId, "\"", more, "}");
}
std::string Page(const std::string& rows, const std::string& link = R"("@odata.deltaLink":"https://c.example/d")") {
  return absl::StrCat(R"({"@odata.context":"https://c.example/$metadata#contacts","value":[)", rows, "],", link, "}");
}

TEST(RowPage, HandsOutRowsByteForByte) {
  const std::string first = RowJson(R"(, "lastname" : "O\"Brien 😀 é", "nested":{"a":[1,{"b":2}]} )");
  const auto page = ReadRowPage(Page(absl::StrCat(" ", first, " , ", RowJson(), "\n")), Contacts());
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->rows.size(), 2u);
  EXPECT_EQ(page->rows[0].json, first);
  EXPECT_EQ(page->rows[0].id, kId);
  EXPECT_EQ(page->rows[0].version, 1234);
  EXPECT_FALSE(page->rows[0].deleted);
  EXPECT_EQ(page->rows[1].json, RowJson());
  EXPECT_EQ(page->delta_link, "https://c.example/d");
  EXPECT_EQ(page->next_link, "");
}

TEST(RowPage, I10_KnowsDeletedRows) {
  const auto page =
      ReadRowPage(Page(absl::StrCat(R"({"@odata.context":"https://c.example/$metadata#contacts/$deletedEntity","id":")",
                                    kId, R"(","reason":"deleted"})")),
                  Contacts());
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->rows.size(), 1u);
  EXPECT_TRUE(page->rows[0].deleted);
  EXPECT_EQ(page->rows[0].id, kId);
  EXPECT_EQ(page->rows[0].version, 0);
}

TEST(RowPage, MembersComeInAnyOrderAndLinksAreUnescaped) {
  const auto page = ReadRowPage(
      absl::StrCat(R"({"@odata.nextLink":"https:\/\/c.example\/n?x=\u0026y","extra":{"value":[1]},"value":[)",
                   RowJson(), "]}"),
      Contacts());
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->next_link, "https://c.example/n?x=&y");
  EXPECT_EQ(page->rows.size(), 1u);
}

TEST(RowPage, OneIdHasOneSpelling) {
  std::string row = RowJson();
  row.replace(row.find("0a\""), 2, "0A");
  EXPECT_EQ(ReadRowPage(Page(row), Contacts())->rows[0].id, kId);
}

TEST(RowPage, ACutPageIsUnreadableWhereverItIsCut) {
  const std::string whole = Page(absl::StrCat(RowJson(R"(,"lastname":"Brien","n":[1,2,{"x":null}])"), ",", RowJson()));
  ASSERT_TRUE(ReadRowPage(whole, Contacts()).ok());
  for (size_t length = 0; length < whole.size(); ++length) {
    const auto page = ReadRowPage(whole.substr(0, length), Contacts());
    ASSERT_FALSE(page.ok()) << whole.substr(0, length);
    EXPECT_TRUE(errors::Is(page.status(), errors::kDynamicsAnswer)) << page.status();
  }
}

TEST(RowPage, WhatIsNoPageIsUnreadable) {
  const std::string delta = R"("@odata.deltaLink":"https://c.example/d")";
  for (const std::string& body :
       std::vector<std::string>{"",
                                " ",
                                "null",
                                "[]",
                                "7",
                                "\"text\"",
                                "{}",
                                "<html><body>Sign in</body></html>",
                                R"({"error":{"code":"0x1","message":"m"}})",
                                absl::StrCat("{\"value\":null,", delta, "}"),
                                absl::StrCat("{\"value\":{},", delta, "}"),
                                absl::StrCat("{\"value\":7,", delta, "}"),
                                absl::StrCat(Page(""), "x"),
                                absl::StrCat(Page(""), Page("")),
                                Page("", R"("@odata.deltaLink":7)"),
                                Page("", R"("@odata.nextLink":null)"),
                                Page("", "\"@odata.deltaLink\":\"a\",\"@odata.deltaLink\":\"b\""),
                                Page("", "\"@odata.deltaLink\":\"a\",\"@odata.nextLink\":\"b\""),
                                Page("", absl::StrCat(delta, ",\"value\":[]")),  // "value" twice
                                Page("", "\"other\":1"),                         // neither link
                                Page(absl::StrCat(RowJson(), " ", RowJson())),
                                Page(absl::StrCat(RowJson(), ",")),
                                Page("", R"("@odata.deltaLink":"https://c.example/\ud83d")"),
                                Page(absl::StrCat(RowJson(",\"a\":1").substr(0, RowJson(",\"a\":1").size() - 1), "]")),
                                std::string(1 << 20, '['),
                                std::string(1 << 20, '{'),
                                std::string(1000, '\0')}) {
    const auto page = ReadRowPage(body, Contacts());
    ASSERT_FALSE(page.ok()) << body.substr(0, 200);
    EXPECT_TRUE(errors::Is(page.status(), errors::kDynamicsAnswer)) << page.status();
    EXPECT_TRUE(errors::IsTransient(page.status()));
  }
}

TEST(RowPage, R2_StringsThatNoParserTakesAreMended) {
  const std::pair<std::string, std::string> kCases[] = {
      {",\"a\":\"\xff\xfe\"", ",\"a\":\"\ufffd\ufffd\""},
      {",\"a\":\"\xc3\"", ",\"a\":\"\ufffd\""},
      {std::string(",\"a\":\"x\0y\"", 10), R"(,"a":"x\u0000y")"},
      {",\"a\":\"line\nbreak\"", R"(,"a":"line\u000abreak")"},
      {",\"a\":\"\\ud83d\",\"b\":\"\xff\"", ",\"a\":\"\\ufffd\",\"b\":\"\ufffd\""},
  };
  for (const auto& [damaged, mended] : kCases) {
    const auto page = ReadRowPage(Page(absl::StrCat(RowJson(), ",", RowJson(damaged))), Contacts());
    ASSERT_TRUE(page.ok()) << damaged << page.status();
    ASSERT_EQ(page->rows.size(), 2u);
    EXPECT_EQ(page->rows[0].json, RowJson());
    EXPECT_EQ(page->rows[1].json, RowJson(mended));
    EXPECT_EQ(ReadSingleRow(RowJson(damaged), Contacts())->json, RowJson(mended));
  }
}

TEST(RowPage, R2_ARowWithADamagedIdIsTheOnlyTrouble) {
  const auto page = ReadRowPage(
      Page(absl::StrCat(RowJson(), R"(,{"@odata.etag":"W/\"7\"","contactid":")", "\xff", R"("})")), Contacts());
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->rows.size(), 1u);
  ASSERT_EQ(page->unusable.size(), 1u);
  EXPECT_TRUE(errors::Is(page->unusable[0].reason, errors::kDynamicsRow));
}

TEST(RowPage, R2_ARowThatCantBeUsedIsHandedOnAndTheOthersAreUsed) {
  const std::string id = absl::StrCat("\"contactid\":\"", kId, "\"");
  const std::string etag = R"("@odata.etag":"W/\"7\"")";
  for (const std::string& row : std::vector<std::string>{
           "{}",
           "null",
           "7",
           "\"text\"",
           "[1,2]",
           "true",
           "{" + etag + "}",                            // no id
           "{" + etag + ",\"contactid\":null}",         //
           "{" + etag + ",\"contactid\":17}",           //
           "{" + etag + ",\"contactid\":\"\"}",         //
           "{" + etag + ",\"contactid\":{\"a\":1}}",    //
           "{" + etag + ",\"contactid\":\"a b\"}",      //
           "{" + etag + ",\"contactid\":\"\\u0000\"}",  //
           "{" + etag + ",\"contactid\":\"../../x\"}",  //
           "{" + etag + ",\"contactid\":\"" + std::string(65, 'a') + "\"}",
           "{" + etag + "," + id + "," + id + "}",           // the id twice
           "{" + etag + "," + etag + "," + id + "}",         // the version twice
           "{" + id + "}",                                   // no version
           "{" + id + ",\"@odata.etag\":7}",                 //
           "{" + id + ",\"@odata.etag\":\"W/\\\"x\\\"\"}",   //
           "{" + id + ",\"@odata.etag\":\"W/\\\"\\\"\"}",    //
           "{" + id + ",\"@odata.etag\":\"W/\\\"-4\\\"\"}",  //
           "{" + id + ",\"@odata.etag\":\"W/\\\"99999999999999999999\\\"\"}",
           "{" + id + ",\"@odata.etag\":\"\"}",  //
           R"({"@odata.context":"x/$metadata#contacts/$deletedEntity","reason":"deleted"})",
           R"({"@odata.context":"x/$metadata#contacts/$deletedEntity","id":7,"reason":"deleted"})"}) {
    const auto page = ReadRowPage(Page(absl::StrCat(RowJson(), ",", row, " ,", RowJson())), Contacts());
    ASSERT_TRUE(page.ok()) << row << page.status();
    EXPECT_EQ(page->rows.size(), 2u) << row;
    ASSERT_EQ(page->unusable.size(), 1u) << row;
    EXPECT_EQ(page->unusable[0].json, row);
    const errors::Detail detail = errors::Describe(page->unusable[0].reason);
    EXPECT_EQ(detail.code, "CW-DYN-ROW");
    EXPECT_EQ(detail.kind, errors::Kind::kRecord);
    EXPECT_TRUE(absl::StartsWith(row, detail.excerpt.substr(0, 500))) << detail.excerpt;
  }
}

TEST(RowPage, AnUnusableRowIsNamedWhereItsIdIsKnown) {
  const auto page = ReadRowPage(Page(absl::StrCat(R"({"contactid":")", kId, "\"}")), Contacts());
  EXPECT_EQ(page->unusable.at(0).id, kId);
}

TEST(RowPage, WhatColumnsHoldIsForTheMapperToJudge) {
  for (const std::string& column :
       std::vector<std::string>{R"(,"a":"\u0000")", R"(,"a":1e999)", R"(,"a":99999999999999999999999999)",
                                R"(,"a":1,"a":2)", R"(,"a":"\q")"}) {
    const auto page = ReadRowPage(Page(RowJson(column)), Contacts());
    ASSERT_TRUE(page.ok()) << column << page.status();
    ASSERT_EQ(page->rows.size(), 1u) << column;
    EXPECT_EQ(page->rows[0].json, RowJson(column));
  }
}

TEST(RowPage, TenMegabytesInOneColumnAreRead) {
  const std::string row = RowJson(absl::StrCat(",\"a\":\"", std::string(10 << 20, 'x'), "\""));
  const auto page = ReadRowPage(Page(row), Contacts());
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->rows.at(0).json, row);
}

TEST(RowPage, AnEmptyPageIsAPage) {
  const auto page = ReadRowPage(Page(""), Contacts());
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_TRUE(page->rows.empty());
}

TEST(RowPage, WithoutChangeTrackingTheLastPageHasNoLink) {
  RowQuery query = Contacts();
  query.track_changes = false;
  EXPECT_TRUE(ReadRowPage(R"({"value":[]})", query).ok());
}

TEST(RowPage, ReadsASingleRow) {
  const auto row = ReadSingleRow(RowJson(R"(,"lastname":"x")"), Contacts());
  ASSERT_TRUE(row.ok()) << row.status();
  EXPECT_EQ(row->id, kId);
  EXPECT_EQ(row->version, 1234);
  EXPECT_EQ(row->json, RowJson(R"(,"lastname":"x")"));
  for (const char* body : {"", "{}", "[]", "<html>", R"({"contactid":"x"})", R"({"contactid":"x"}{)"})
    EXPECT_TRUE(errors::Is(ReadSingleRow(body, Contacts()).status(), errors::kDynamicsAnswer)) << body;
}

}  // namespace
}  // namespace causeway::dataverse
