// What a metric is: its name, what it means, its labels. Those of the product are in names.h.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"

namespace causeway::metrics {

enum class Kind { kCounter, kGauge, kHistogram };

// N: the number of labels, whose names are in `labels`.
template <Kind K, size_t N>
struct Metric {
  absl::string_view name;
  absl::string_view help;
  std::array<absl::string_view, N> labels;
};

template <size_t N>
using CounterMetric = Metric<Kind::kCounter, N>;
template <size_t N>
using GaugeMetric = Metric<Kind::kGauge, N>;
template <size_t N>
using HistogramMetric = Metric<Kind::kHistogram, N>;

// The same, with its type forgotten.
struct MetricInfo {
  Kind kind;
  absl::string_view name;
  absl::string_view help;
  std::vector<absl::string_view> labels;
};

template <Kind K, size_t N>
MetricInfo Describe(const Metric<K, N>& metric) {
  return {K, metric.name, metric.help, {metric.labels.begin(), metric.labels.end()}};
}

}  // namespace causeway::metrics
