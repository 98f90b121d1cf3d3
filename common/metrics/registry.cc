#include "common/metrics/registry.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "common/errors/excerpt.h"

namespace causeway::metrics {
namespace {

constexpr std::array<double, 15> kBounds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
                                            0.5,   1,      2.5,   5,    10,    30,   60};

}  // namespace

namespace internal {

struct Series {
  MetricInfo metric;
  std::vector<std::string> label_values;
  std::atomic<double> value = 0;                                    // Of a histogram: the sum.
  std::array<std::atomic<uint64_t>, kBounds.size() + 1> buckets{};  // Of a histogram: not cumulative.
};

}  // namespace internal

namespace {

// A name that another system gave may hold anything.
std::vector<std::string> Harmless(std::vector<std::string> label_values) {
  for (std::string& value : label_values) value = errors::Harmless(value);
  return label_values;
}

Shown Show(const internal::Series& series) {
  Shown shown{series.metric, series.label_values, series.value, {}};
  if (series.metric.kind != Kind::kHistogram) return shown;
  uint64_t count = 0;
  for (size_t i = 0; i < series.buckets.size(); ++i) {
    count += series.buckets[i];
    shown.buckets.push_back({i < kBounds.size() ? kBounds[i] : std::numeric_limits<double>::infinity(), count});
  }
  return shown;
}

}  // namespace

void Counter::Add(double by) const {
  if (series_) series_->value += by;
}

void Gauge::Set(double value) const {
  if (series_) series_->value = value;
}

void Gauge::Add(double by) const {
  if (series_) series_->value += by;
}

void Histogram::Observe(double seconds) const {
  if (!series_) return;
  const auto bound = std::lower_bound(kBounds.begin(), kBounds.end(), seconds);
  ++series_->buckets[bound - kBounds.begin()];
  series_->value += seconds;
}

Registry::Registry() = default;
Registry::~Registry() = default;

std::shared_ptr<internal::Series> Registry::Find(const MetricInfo& metric, std::vector<std::string> label_values) {
  label_values = Harmless(std::move(label_values));
  const std::lock_guard lock(mutex_);
  std::weak_ptr<internal::Series>& known = series_[{metric.name, label_values}];
  if (auto series = known.lock()) return series;
  auto series = std::make_shared<internal::Series>();
  series->metric = metric;
  series->label_values = std::move(label_values);
  known = series;
  if (metric.kind != Kind::kGauge) kept_.push_back(series);
  return series;
}

void Registry::Publish(const std::string& source, std::vector<Sample> samples) {
  for (Sample& sample : samples) sample.label_values = Harmless(std::move(sample.label_values));
  const std::lock_guard lock(mutex_);
  published_[source] = std::move(samples);
}

std::vector<Shown> Registry::Collect() const {
  std::map<Key, Shown> all;
  const std::lock_guard lock(mutex_);
  for (const auto& [key, known] : series_) {
    if (const auto series = known.lock()) all.emplace(key, Show(*series));
  }
  for (const auto& [source, samples] : published_) {
    for (const Sample& sample : samples) {
      all.insert_or_assign(Key(sample.metric.name, sample.label_values),
                           Shown{sample.metric, sample.label_values, sample.value, {}});
    }
  }
  std::vector<Shown> shown;
  shown.reserve(all.size());
  for (auto& [key, one] : all) shown.push_back(std::move(one));
  return shown;
}

}  // namespace causeway::metrics
