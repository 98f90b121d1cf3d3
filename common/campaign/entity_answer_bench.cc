// How long the answer to a create takes to read.
#include <benchmark/benchmark.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "common/campaign/entity_answer.h"

namespace causeway::campaign {
namespace {

void ReadPKey(benchmark::State& state) {
  std::string answer = R"({"PKey":"@0123456789abcdef","href":"https://c.example/contoso/campaign/x/@0123456789abcdef")";
  for (int field = 0; field < 20; ++field) absl::StrAppend(&answer, ",\"field", field, "\":\"A value ", field, "\"");
  answer += "}";
  EntityReader reader;
  for (auto _ : state) benchmark::DoNotOptimize(reader.ReadPKey(answer));
}
BENCHMARK(ReadPKey);

}  // namespace
}  // namespace causeway::campaign

BENCHMARK_MAIN();
