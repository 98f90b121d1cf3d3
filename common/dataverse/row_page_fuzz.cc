// Pages of rows: nothing crashes, and whatever is read is sane.
#include <cstdint>
#include <string>
#include <vector>

#include "common/dataverse/row_page.h"
#include "common/json/mend.h"
#include "gtest/gtest.h"

using causeway::dataverse::RowPage;
using causeway::dataverse::RowQuery;

std::vector<std::string> FuzzCorpus() {
  const std::string row =
      R"({"@odata.etag":"W/\"1234\"","contactid":"00000000-0000-0000-0000-00000000000a","lastname":"O\"Brien",)"
      R"("n":1.5,"b":true,"x":null,"nested":{"a":[1,{"b":2}]}})";
  const std::string deleted = R"({"@odata.context":"https://c.example/$metadata#contacts/$deletedEntity",)"
                              R"("id":"00000000-0000-0000-0000-00000000000b","reason":"deleted"})";
  return {R"({"@odata.context":"c","value":[)" + row + "," + row + R"(],"@odata.nextLink":"https://c.example/n"})",
          R"({"value":[)" + row + "," + deleted + R"(],"@odata.deltaLink":"https://c.example/d"})",
          R"({"value":[],"@odata.deltaLink":"https://c.example/d"})", row,
          R"({"value":[)" + row + R"(,{"contactid":"\ud83d","a\ude00":["\ud83d\ude00",{"b":"\ud83d"}]}],)"
          "\"x\":\"\xff\",\"@odata.deltaLink\":\"https://c.example/d\"}"};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  const std::string mended = causeway::json::Mended(body).value_or(body);
  RowQuery query;
  query.table = "contact";
  query.primary_id = "contactid";
  (void)causeway::dataverse::ReadSingleRow(body, query);
  const absl::StatusOr<RowPage> page = causeway::dataverse::ReadRowPage(body, query);
  if (!page.ok()) return 0;
  for (const auto& row : page->rows) {
    EXPECT_FALSE(row.id.empty());
    EXPECT_TRUE(row.deleted || row.version > 0);
    EXPECT_EQ(row.json.front(), '{');
    EXPECT_EQ(row.json.back(), '}');
    EXPECT_TRUE(body.find(row.json) != std::string::npos || mended.find(row.json) != std::string::npos);
  }
  for (const auto& row : page->unusable) EXPECT_FALSE(row.reason.ok());
  return 0;
}
