#include "common/metrics/process_figures.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "common/metrics/names.h"

namespace causeway::metrics {
namespace {

// Fields of /proc/self/stat by their number in proc(5).
class Stat {
 public:
  Stat() {
    std::ifstream file("/proc/self/stat");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    // The second field is the program's name in parentheses, and may hold anything.
    if (const size_t end = text.rfind(") "); end != std::string::npos)
      fields_ = absl::StrSplit(text.substr(end + 2), ' ');
  }
  double operator[](size_t number) const {
    double value = 0;
    if (number - 3 < fields_.size()) (void)absl::SimpleAtod(fields_[number - 3], &value);
    return value;
  }
  bool readable() const { return !fields_.empty(); }

 private:
  std::vector<std::string> fields_;
};

std::optional<double> BootTime() {
  std::ifstream file("/proc/stat");
  for (std::string line; std::getline(file, line);) {
    double seconds = 0;
    if (absl::StartsWith(line, "btime ") && absl::SimpleAtod(line.substr(6), &seconds)) return seconds;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Sample> ProcessFigures() {
  std::vector<Sample> figures;
  if (const Stat stat; stat.readable()) {
    const double ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    figures.push_back(Sampled(kProcessCpu, (stat[14] + stat[15]) / ticks));
    figures.push_back(Sampled(kProcessThreads, stat[20]));
    figures.push_back(Sampled(kProcessVirtualMemory, stat[23]));
    figures.push_back(Sampled(kProcessResidentMemory, stat[24] * static_cast<double>(sysconf(_SC_PAGESIZE))));
    if (const auto boot = BootTime()) figures.push_back(Sampled(kProcessStartTime, *boot + stat[22] / ticks));
  }
  std::error_code error;
  const std::filesystem::directory_iterator descriptors("/proc/self/fd", error);
  if (!error) {
    // One of them is the iterator's own.
    const auto count = std::distance(std::filesystem::begin(descriptors), std::filesystem::end(descriptors)) - 1;
    figures.push_back(Sampled(kProcessOpenFds, static_cast<double>(count)));
  }
  rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
    figures.push_back(Sampled(kProcessMaxFds, static_cast<double>(limit.rlim_cur)));
  return figures;
}

}  // namespace causeway::metrics
