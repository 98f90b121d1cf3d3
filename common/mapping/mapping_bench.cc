// Nanoseconds a record: the default contact → profile mapping of 20 fields.
#include <benchmark/benchmark.h>

#include "common/mapping/default_mapping.h"
#include "common/mapping/test_schema.h"

namespace causeway::mapping {
namespace {

Mapper MakeMapper() { return *Mapper::Build(DefaultContactMapping(), test::ContactColumns(), test::ProfileFields()); }

void MapOnly(benchmark::State& state) {
  Mapper mapper = MakeMapper();
  const std::string row = test::SampleRow();
  for (auto _ : state) benchmark::DoNotOptimize(mapper.Map(row));
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(row.size()));
}
BENCHMARK(MapOnly);

void MapAndCreateBody(benchmark::State& state) {
  Mapper mapper = MakeMapper();
  const std::string row = test::SampleRow();
  for (auto _ : state) benchmark::DoNotOptimize(mapper.Map(row)->CreateBody());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(MapAndCreateBody);

}  // namespace
}  // namespace causeway::mapping

BENCHMARK_MAIN();
