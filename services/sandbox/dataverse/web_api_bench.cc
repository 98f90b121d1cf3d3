// How fast the Web API answers, without the network: pages of 5,000 rows of a million, deltas, writes.
#include <benchmark/benchmark.h>

#include <fstream>
#include <string>

#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/default_schema.h"
#include "services/sandbox/dataverse/people.h"
#include "services/sandbox/dataverse/web_api.h"

namespace causeway::sandbox::dataverse {
namespace {

constexpr int64_t kPeople = 1'000'000;
constexpr int64_t kPage = 5000;
constexpr char kSelect[] =
    "$select=contactid,firstname,middlename,lastname,salutation,gendercode,birthdate,emailaddress1,mobilephone,"
    "telephone1,"
    "address1_line1,address1_line2,address1_postalcode,address1_city,address1_stateorprovince,address1_country,"
    "donotbulkemail,donotfax,donotphone,donotpostalmail,statecode";

int64_t ResidentMiB() {
  std::ifstream file("/proc/self/statm");
  int64_t pages = 0, resident = 0;
  file >> pages >> resident;
  return resident * 4096 / (1 << 20);
}

struct World {
  World() {
    const int64_t before = ResidentMiB();
    AddPeople({.seed = 1, .count = kPeople}, database);
    resident_mib = ResidentMiB() - before;
    api.protection().settings().enabled = false;
    authorization = "Bearer " + entra.tokens().Issue(86400);
  }

  http::Response Ask(std::string_view method, std::string_view target, std::string_view body = {}) {
    http::Request request{method, target, {}, body};
    request.headers = {{"Host", "127.0.0.1:9000"},
                       {"Authorization", authorization},
                       {"OData-Version", "4.0"},
                       {"OData-MaxVersion", "4.0"},
                       {"Accept", "application/json"},
                       {"Content-Type", "application/json"},
                       {"Prefer", "odata.maxpagesize=5000,odata.track-changes"}};
    return api.Answer(request);
  }

  // Path and query of the link at the end of a page.
  static std::string LinkOf(const http::Response& page, std::string_view name) {
    const size_t at = page.body.rfind(name);
    if (at == std::string::npos) return "";
    const size_t begin = page.body.find("/api/", at);
    return page.body.substr(begin, page.body.find('"', begin) - begin);
  }

  SystemClock clock;
  Database database{DefaultTables(), clock};
  RowsWriter writer{database, 1};
  Entra entra{{}, clock, 1};
  WebApi api{database, writer, entra};
  std::string authorization;
  int64_t resident_mib = 0;
};

World& TheWorld() {
  static World world;
  return world;
}

void Seed(benchmark::State& state) {
  SystemClock clock;
  for (auto _ : state) {
    Database database(DefaultTables(), clock);
    AddPeople({.seed = 2, .count = state.range(0)}, database);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(Seed)->Arg(100'000)->Unit(benchmark::kMillisecond);

void ReadPages(benchmark::State& state) {
  World& world = TheWorld();
  const std::string first = Cat("/api/data/v9.2/contacts?", kSelect);
  std::string next = first;
  size_t bytes = 0;
  for (auto _ : state) {
    const http::Response page = world.Ask("GET", next);
    bytes += page.body.size();
    next = World::LinkOf(page, "@odata.nextLink");
    if (next.empty()) next = first;
  }
  state.SetItemsProcessed(state.iterations() * kPage);
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
  state.counters["resident_MiB"] = static_cast<double>(world.resident_mib);
}
BENCHMARK(ReadPages)->Unit(benchmark::kMillisecond);

// Of `changes` changed rows among the million.
void ReadDelta(benchmark::State& state) {
  World& world = TheWorld();
  const std::string link = [&] {
    std::string target = Cat("/api/data/v9.2/contacts?", kSelect);
    for (;;) {
      const http::Response page = world.Ask("GET", target);
      target = World::LinkOf(page, "@odata.nextLink");
      if (target.empty()) return World::LinkOf(page, "@odata.deltaLink");
    }
  }();
  Dice dice(3);
  for (int64_t i = 0; i < state.range(0); ++i)
    ChangePerson(PersonId(1, static_cast<int64_t>(dice.Below(kPeople))), dice, world.database);
  for (auto _ : state) benchmark::DoNotOptimize(world.Ask("GET", link).body.size());
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(ReadDelta)->Arg(0)->Arg(10)->Arg(1000)->Arg(4000)->Unit(benchmark::kMicrosecond);

void ChangeRows(benchmark::State& state) {
  World& world = TheWorld();
  Dice dice(4);
  for (auto _ : state) {
    const Guid id = PersonId(1, static_cast<int64_t>(dice.Below(kPeople)));
    const std::string body = Cat(R"({"jobtitle":"Engineer )", dice.Below(1000), R"("})");
    const http::Response response = world.Ask("PATCH", Cat("/api/data/v9.2/contacts(", id.ToString(), ")"), body);
    if (response.status != 204) state.SkipWithError("refused");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(ChangeRows)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace causeway::sandbox::dataverse

BENCHMARK_MAIN();
