// What a million rows cost: resident memory, writing, and looking up keys that are there and keys that are not.
//
//   store_bench [rows]
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/store/rocks_store.h"

namespace causeway::store {
namespace {

std::string KeyOf(int row) {
  return absl::StrFormat("contoso/prod/ingress/%d/k/contact:%08x-1111-2222-3333-444455556666", row % 12,
                         row * 2654435761u);
}

double ResidentMiB() {
  long pages = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return static_cast<double>(resident * sysconf(_SC_PAGESIZE)) / (1 << 20);
}

void Report(const char* what, int count, absl::Time begin) {
  const double seconds = absl::ToDoubleSeconds(absl::Now() - begin);
  std::printf("%-24s %10.0f/s %8.2f us each %8.1f MiB resident\n", what, count / seconds, seconds * 1e6 / count,
              ResidentMiB());
}

void Run(int rows) {
  std::string pattern = (std::filesystem::temp_directory_path() / "causeway-store-bench-XXXXXX").string();
  const std::string directory = mkdtemp(pattern.data());
  std::mt19937_64 random(1);
  std::printf("%-24s %48.1f MiB resident\n", "nothing", ResidentMiB());
  {
    auto store = *RocksStore::Open(directory);
    absl::Time begin = absl::Now();
    for (int row = 0; row < rows; row += 500) {
      Batch batch;
      for (int i = row; i < row + 500; ++i) {
        std::string value(120, '\0');
        for (char& c : value) c = static_cast<char>(random());
        batch.Put(KeyOf(i), std::move(value));
      }
      if (!store->Write(batch).ok()) std::abort();
    }
    Report("write", rows, begin);
    begin = absl::Now();
    for (int i = 0; i < rows / 5; ++i) {
      if (!store->Get(KeyOf(static_cast<int>(random() % rows)))->has_value()) std::abort();
    }
    Report("get, there", rows / 5, begin);
    begin = absl::Now();
    for (int i = 0; i < rows / 5; ++i) {
      if (store->Get(KeyOf(rows + i))->has_value()) std::abort();
    }
    Report("get, absent", rows / 5, begin);
    begin = absl::Now();
    int found = 0;
    if (!store->Scan("", "", [&](absl::string_view, absl::string_view) { return ++found, true; }).ok() || found != rows)
      std::abort();
    Report("scan", rows, begin);
  }
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace causeway::store

int main(int argc, char** argv) { causeway::store::Run(argc > 1 ? std::atoi(argv[1]) : 1'000'000); }
