#include "common/metrics/exposer.h"

#include <CivetServer.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/metrics/certificates.h"
#include "common/metrics/names.h"
#include "common/metrics/process_figures.h"

namespace causeway::metrics {
namespace {

// Of the HTTP server: a scrape that hangs must not keep the next one waiting.
constexpr absl::string_view kThreads = "2";
constexpr char kPath[] = "/metrics";

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

// Answers each scrape with the registry. Not prometheus-cpp's own Exposer: that shows figures of itself as well, under
// names and in units that aren't ours.
class Page final : public CivetHandler {
 public:
  Page(std::shared_ptr<Registry> registry, const BuildInfo& build, CertificateFiles certificates)
      : registry_(std::move(registry)), certificates_(std::move(certificates)) {
    registry_->Publish("build", {Sampled(kBuildInfo, 1, build.service, build.version, build.commit)});
  }

  bool handleGet(CivetServer*, mg_connection* connection) override { return Answer(connection, true); }
  bool handleHead(CivetServer*, mg_connection* connection) override { return Answer(connection, false); }

 private:
  // The server hands on whatever begins with the path.
  static bool IsMetrics(const mg_connection* connection) {
    return absl::string_view(mg_get_request_info(connection)->local_uri) == kPath;
  }

  bool Answer(mg_connection* connection, bool with_body) {
    if (!IsMetrics(connection)) {
      mg_printf(connection, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
      return true;
    }
    const std::string text = prometheus::TextSerializer().Serialize(Collect());
    mg_printf(connection,
              "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
              "Content-Length: %zu\r\n\r\n",
              text.size());
    if (with_body) mg_write(connection, text.data(), text.size());
    return true;
  }

  std::vector<prometheus::MetricFamily> Collect() const {
    registry_->Publish("process", ProcessFigures());
    registry_->Publish("certificates", CertificateSamples(certificates_));
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

  const std::shared_ptr<Registry> registry_;
  const CertificateFiles certificates_;
};

}  // namespace

struct Exposer::Impl {
  std::unique_ptr<Page> page;
  std::unique_ptr<CivetServer> server;
};

absl::StatusOr<std::unique_ptr<Exposer>> Exposer::Start(const std::string& address, std::shared_ptr<Registry> registry,
                                                        const BuildInfo& build,
                                                        CertificateFiles certificates) {
  auto impl = std::make_unique<Impl>();
  impl->page = std::make_unique<Page>(std::move(registry), build, std::move(certificates));
  try {
    impl->server = std::make_unique<CivetServer>(
        std::vector<std::string>{"listening_ports", address, "num_threads", std::string(kThreads)});
  } catch (const CivetException&) {
    return absl::UnavailableError(absl::StrCat("metrics: can't listen on ", address));
  }
  impl->server->addHandler(kPath, *impl->page);
  return std::unique_ptr<Exposer>(new Exposer(std::move(impl)));
}

Exposer::Exposer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Exposer::~Exposer() = default;

int Exposer::port() const { return impl_->server->getListeningPorts().front(); }

}  // namespace causeway::metrics
