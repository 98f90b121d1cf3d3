#include "common/metrics/registry.h"

#include <limits>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::metrics {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr CounterMetric<2> kCalls{"calls_total", "Calls.", {"system", "status"}};
constexpr GaugeMetric<1> kOpen{"open", "Open things.", {"kind"}};
constexpr HistogramMetric<0> kDuration{"duration_seconds", "Duration.", {}};

TEST(Registry, CountsBySeries) {
  Registry registry;
  registry.Get(kCalls, "campaign", "201").Add();
  registry.Get(kCalls, std::string("campaign"), "201").Add(2);
  registry.Get(kCalls, "campaign", "500").Add();
  const auto shown = registry.Collect();
  ASSERT_THAT(shown, SizeIs(2)) << "counters stay without a handle";
  EXPECT_EQ(shown[0].metric.name, "calls_total");
  EXPECT_THAT(shown[0].label_values, ElementsAre("campaign", "201"));
  EXPECT_EQ(shown[0].value, 3);
  EXPECT_EQ(shown[1].value, 1);
}

TEST(Registry, R5_ALabelShowsWhatItIsGivenHarmless) {
  Registry registry;
  registry.Get(kCalls, "campaign\u202e", "2\x1b[1m").Add();
  registry.Publish("report", {Sampled(kOpen, 1, "line\u2028break")});
  const auto shown = registry.Collect();
  ASSERT_THAT(shown, SizeIs(2));
  EXPECT_THAT(shown[0].label_values, ElementsAre("campaign\ufffd", "2\ufffd[1m"));
  EXPECT_THAT(shown[1].label_values, ElementsAre("line\ufffdbreak"));
}

TEST(Registry, ShowsAGaugeWhileItIsHeld) {
  Registry registry;
  Gauge gauge = registry.Get(kOpen, "file");
  gauge.Set(5);
  gauge.Add(-2);
  EXPECT_EQ(registry.Collect().at(0).value, 3);
  const Gauge same = registry.Get(kOpen, "file");
  gauge = Gauge();
  same.Add(1);
  EXPECT_EQ(registry.Collect().at(0).value, 4);
  const_cast<Gauge&>(same) = Gauge();
  EXPECT_THAT(registry.Collect(), IsEmpty());
}

TEST(Registry, CountsDurationsInBuckets) {
  Registry registry;
  const Histogram histogram = registry.Get(kDuration);
  for (const double seconds : {0.0005, 0.001, 0.3, 1000.0}) histogram.Observe(seconds);
  const Shown shown = registry.Collect().at(0);
  EXPECT_DOUBLE_EQ(shown.value, 1000.3015);
  EXPECT_EQ(shown.buckets.front().upper_bound, 0.001);
  EXPECT_EQ(shown.buckets.front().cumulative_count, 2u) << "a bound belongs to its bucket";
  EXPECT_EQ(shown.buckets.back().upper_bound, std::numeric_limits<double>::infinity());
  EXPECT_EQ(shown.buckets.back().cumulative_count, 4u);
  EXPECT_EQ(shown.buckets[shown.buckets.size() - 2].cumulative_count, 3u);
}

TEST(Registry, ReplacesWhatWasPublished) {
  Registry registry;
  registry.Publish("report", {Sampled(kOpen, 1, "a"), Sampled(kOpen, 2, "b")});
  registry.Publish("other", {Sampled(kOpen, 3, "c")});
  EXPECT_THAT(registry.Collect(), SizeIs(3));
  registry.Publish("report", {Sampled(kOpen, 4, "b")});
  const auto shown = registry.Collect();
  ASSERT_THAT(shown, SizeIs(2));
  EXPECT_EQ(shown[0].value, 4);
  registry.Publish("report", {});
  EXPECT_THAT(registry.Collect(), SizeIs(1));
}

TEST(Registry, CountsFromManyThreads) {
  Registry registry;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&registry] {
      for (int k = 0; k < 1000; ++k) {
        registry.Get(kCalls, "campaign", "201").Add();
        registry.Get(kDuration).Observe(1);
        if (k % 100 == 0) (void)registry.Collect();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto shown = registry.Collect();
  EXPECT_EQ(shown[0].value, 4000);
  EXPECT_EQ(shown[1].value, 4000);
}

TEST(Handles, CountNowhereByDefault) {
  Counter().Add();
  Gauge().Set(1);
  Histogram().Observe(1);
}

}  // namespace
}  // namespace causeway::metrics
