#include "common/metrics/exposer.h"

#include <prometheus/collectable.h>
#include <prometheus/exposer.h>
#include <prometheus/metric_family.h>

#include <exception>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/metrics/certificates.h"
#include "common/metrics/names.h"
#include "common/metrics/process_figures.h"

namespace causeway::metrics {
namespace {

prometheus::MetricType TypeOf(Kind kind) {
  switch (kind) {
    case Kind::kCounter:
      return prometheus::MetricType::Counter;
    case Kind::kGauge:
      return prometheus::MetricType::Gauge;
    case Kind::kHistogram:
      return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

prometheus::ClientMetric Translate(const Shown& shown) {
  prometheus::ClientMetric metric;
  for (size_t i = 0; i < shown.metric.labels.size(); ++i) {
    metric.label.push_back({std::string(shown.metric.labels[i]), shown.label_values[i]});
  }
  switch (shown.metric.kind) {
    case Kind::kCounter:
      metric.counter.value = shown.value;
      break;
    case Kind::kGauge:
      metric.gauge.value = shown.value;
      break;
    case Kind::kHistogram:
      metric.histogram.sample_sum = shown.value;
      metric.histogram.sample_count = shown.buckets.back().cumulative_count;
      for (const Shown::Bucket& bucket : shown.buckets) {
        metric.histogram.bucket.push_back({bucket.cumulative_count, bucket.upper_bound});
      }
      break;
  }
  return metric;
}

// The registry as prometheus-cpp reads it, at each scrape.
class Scrape final : public prometheus::Collectable {
 public:
  Scrape(std::shared_ptr<Registry> registry, const BuildInfo& build, std::vector<std::string> certificate_files)
      : registry_(std::move(registry)), certificate_files_(std::move(certificate_files)) {
    registry_->Publish("build", {Sampled(kBuildInfo, 1, build.service, build.version, build.commit)});
  }

  std::vector<prometheus::MetricFamily> Collect() const override {
    registry_->Publish("process", ProcessFigures());
    registry_->Publish("certificates", CertificateSamples(certificate_files_));
    std::vector<prometheus::MetricFamily> families;
    for (const Shown& shown : registry_->Collect()) {
      if (families.empty() || families.back().name != shown.metric.name) {
        families.push_back(
            {std::string(shown.metric.name), std::string(shown.metric.help), TypeOf(shown.metric.kind), {}});
      }
      families.back().metric.push_back(Translate(shown));
    }
    return families;
  }

 private:
  const std::shared_ptr<Registry> registry_;
  const std::vector<std::string> certificate_files_;
};

}  // namespace

struct Exposer::Impl {
  std::shared_ptr<Scrape> scrape;
  std::unique_ptr<prometheus::Exposer> exposer;
};

absl::StatusOr<std::unique_ptr<Exposer>> Exposer::Start(const std::string& address, std::shared_ptr<Registry> registry,
                                                        const BuildInfo& build,
                                                        std::vector<std::string> certificate_files) {
  auto impl = std::make_unique<Impl>();
  impl->scrape = std::make_shared<Scrape>(std::move(registry), build, std::move(certificate_files));
  try {
    impl->exposer = std::make_unique<prometheus::Exposer>(address);
  } catch (const std::exception&) {
    return absl::UnavailableError(absl::StrCat("metrics: can't listen on ", address));
  }
  impl->exposer->RegisterCollectable(impl->scrape);
  return std::unique_ptr<Exposer>(new Exposer(std::move(impl)));
}

Exposer::Exposer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Exposer::~Exposer() = default;

int Exposer::port() const { return impl_->exposer->GetListeningPorts().front(); }

}  // namespace causeway::metrics
