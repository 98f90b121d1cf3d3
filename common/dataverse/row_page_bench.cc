// How long a page of 5,000 rows of about 1,000 bytes takes to read.
#include <benchmark/benchmark.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "common/dataverse/row_page.h"

namespace causeway::dataverse {
namespace {

std::string Page(int rows) {
  std::string page = R"({"@odata.context":"https://c.example/$metadata#contacts","value":[)";
  for (int i = 0; i < rows; ++i) {
    absl::StrAppend(&page, i == 0 ? "" : ",", R"({"@odata.etag":"W/\")", 1000 + i,
                    R"(\"","contactid":"00000000-0000-0000-0000-)", absl::Dec(i, absl::kZeroPad12), "\"");
    for (int column = 0; column < 25; ++column)
      absl::StrAppend(&page, ",\"column", column, "\":\"A value of middling length ", i + column, "\"");
    page += "}";
  }
  return page + R"(],"@odata.nextLink":"https://c.example/n"})";
}

void ReadPage(benchmark::State& state) {
  RowQuery query;
  query.table = "contact";
  query.primary_id = "contactid";
  const std::string page = Page(5000);
  for (auto _ : state) {
    const auto read = ReadRowPage(page, query);
    if (!read.ok() || read->rows.size() != 5000) state.SkipWithError("not read");
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * page.size()));
}
BENCHMARK(ReadPage)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace causeway::dataverse

BENCHMARK_MAIN();
