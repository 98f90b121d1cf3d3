// Registry: the metrics of a process.
//
//   metrics::Counter calls = registry.Get(metrics::kHttpRequests, "campaign", "POST", "201");   // keep it, Add is
//   cheap calls.Add(); registry.Publish("report", {metrics::Sampled(metrics::kBacklogRecords, backlog, "contoso/prod",
//   "ingress")});
//
// Counters and histograms stay once they were got. A gauge is shown only as long as one of its handles lives, so that
// what is no longer so is not shown. What is known as a whole (a report) is published as a whole, and replaces what was
// published before under that name.
//
// Life: one for a process, handed to whoever counts; handles may outlive it. Thread-safe. It knows nothing of HTTP:
// exposer.h shows it to Prometheus.
#pragma once

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/metrics/metric.h"

namespace causeway::metrics {

namespace internal {
struct Series;
}

// Handles: copyable, cheap, thread-safe; one made by default counts nowhere.
class Counter {
 public:
  Counter() = default;
  // `by` is not negative.
  void Add(double by = 1) const;

 private:
  friend class Registry;
  std::shared_ptr<internal::Series> series_;
};

class Gauge {
 public:
  Gauge() = default;
  void Set(double value) const;
  void Add(double by) const;

 private:
  friend class Registry;
  std::shared_ptr<internal::Series> series_;
};

// Of durations in seconds, in buckets from 1 ms to 60 s.
class Histogram {
 public:
  Histogram() = default;
  void Observe(double seconds) const;

 private:
  friend class Registry;
  std::shared_ptr<internal::Series> series_;
};

// A value of a counter or gauge at one moment.
struct Sample {
  MetricInfo metric;
  std::vector<std::string> label_values;
  double value;
};

template <Kind K, size_t N, typename... Values>
Sample Sampled(const Metric<K, N>& metric, double value, const Values&... label_values) {
  static_assert(sizeof...(Values) == N, "a value for each label");
  static_assert(K != Kind::kHistogram);
  return {Describe(metric), {std::string(label_values)...}, value};
}

// What is shown of one series.
struct Shown {
  MetricInfo metric;
  std::vector<std::string> label_values;
  double value = 0;  // Of a histogram: the sum.
  struct Bucket {
    double upper_bound;
    uint64_t cumulative_count;
  };
  std::vector<Bucket> buckets;  // Of a histogram; the last one's bound is infinite, its count that of all.
};

class Registry {
 public:
  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  // The same handle for the same values. A value for each label, each an absl::string_view or what converts to one.
  template <size_t N, typename... Values>
  Counter Get(const CounterMetric<N>& metric, const Values&... label_values) {
    return Handle<Counter>(metric, label_values...);
  }
  template <size_t N, typename... Values>
  Gauge Get(const GaugeMetric<N>& metric, const Values&... label_values) {
    return Handle<Gauge>(metric, label_values...);
  }
  template <size_t N, typename... Values>
  Histogram Get(const HistogramMetric<N>& metric, const Values&... label_values) {
    return Handle<Histogram>(metric, label_values...);
  }

  void Publish(const std::string& source, std::vector<Sample> samples);

  // Everything, by metric.
  std::vector<Shown> Collect() const;

 private:
  template <typename H, Kind K, size_t N, typename... Values>
  H Handle(const Metric<K, N>& metric, const Values&... label_values) {
    static_assert(sizeof...(Values) == N, "a value for each label");
    H handle;
    handle.series_ = Find(Describe(metric), {std::string(label_values)...});
    return handle;
  }
  std::shared_ptr<internal::Series> Find(const MetricInfo& metric, std::vector<std::string> label_values);

  using Key = std::pair<absl::string_view, std::vector<std::string>>;  // Name and label values.
  mutable std::mutex mutex_;
  std::map<Key, std::weak_ptr<internal::Series>> series_;
  std::vector<std::shared_ptr<internal::Series>> kept_;
  std::map<std::string, std::vector<Sample>> published_;
};

}  // namespace causeway::metrics
