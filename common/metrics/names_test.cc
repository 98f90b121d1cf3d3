#include "common/metrics/names.h"

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::metrics {
namespace {

std::string Read(const std::string& path) {
  std::ifstream file(std::string(CAUSEWAY_SOURCE_DIR) + "/" + path);
  EXPECT_TRUE(file) << path;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::set<std::string> Matches(const std::string& text, const std::string& pattern) {
  std::set<std::string> found;
  const std::regex regex(pattern);
  for (std::sregex_iterator match(text.begin(), text.end(), regex), end; match != end; ++match)
    found.insert((*match)[1]);
  return found;
}

std::set<std::string> Names() {
  std::set<std::string> names;
  for (const MetricInfo& metric : AllMetrics()) names.emplace(metric.name);
  return names;
}

std::string TypeName(Kind kind) {
  return kind == Kind::kCounter ? "counter" : kind == Kind::kGauge ? "gauge" : "histogram";
}

TEST(Metrics, AreAllListed) {
  EXPECT_EQ(Names(), Matches(Read("common/metrics/names.h"), "\"((?:causeway|process)_[a-z_]+)\","));
  EXPECT_EQ(Names().size(), AllMetrics().size()) << "one is listed twice";
}

TEST(Metrics, K5_AreDocumented) {
  const std::string document = Read("docs/metrics.md");
  for (const MetricInfo& metric : AllMetrics()) {
    const std::string row = absl::StrCat("| `", metric.name, "` | ", TypeName(metric.kind), " | ",
                                         absl::StrJoin(metric.labels, ", "), " | ", metric.help, " |\n");
    EXPECT_THAT(document, testing::HasSubstr(row));
    for (const absl::string_view label : metric.labels)
      EXPECT_THAT(document, testing::HasSubstr(absl::StrCat("\n| ", label, " | ")));
  }
  for (const std::string& name : Matches(document, "\\| `([a-z_]+)` \\| (?:counter|gauge|histogram)")) {
    EXPECT_TRUE(Names().count(name) > 0) << name << " is documented and doesn't exist";
  }
}

TEST(Metrics, K5_KeepPrometheusConventions) {
  const std::set<absl::string_view> labels = {"instance", "workflow", "table",   "status",  "code",  "system",
                                              "method",   "loop",     "service", "version", "commit", "setting",
                                              "file",     "connection", "outcome", "reason"};
  for (const MetricInfo& metric : AllMetrics()) {
    EXPECT_EQ(metric.kind == Kind::kCounter, absl::EndsWith(metric.name, "_total")) << metric.name;
    if (metric.kind == Kind::kHistogram) {
      EXPECT_TRUE(absl::EndsWith(metric.name, "_seconds")) << metric.name;
    }
    EXPECT_TRUE(absl::EndsWith(metric.help, ".")) << metric.name;
    for (const absl::string_view label : metric.labels)
      EXPECT_TRUE(labels.count(label) > 0) << metric.name << " " << label;
  }
}

}  // namespace
}  // namespace causeway::metrics
