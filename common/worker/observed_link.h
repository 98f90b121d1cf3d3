// ObservedLink: the stream to the controller, whose reports are shown as metrics and logged on their way.
#pragma once

#include <functional>
#include <utility>

#include "common/control/grpc_control_link.h"
#include "common/metrics/names.h"
#include "common/metrics/registry.h"
#include "common/process/log.h"
#include "common/worker/report_log.h"
#include "common/worker/report_metrics.h"

namespace causeway::worker {

class ObservedLink final : public engine::ControlLink {
 public:
  // Both outlive it. `connected` is told each time that the stream has opened.
  ObservedLink(control::GrpcControlLink& link, metrics::Registry& registry, std::function<void()> connected)
      : link_(link),
        registry_(registry),
        on_connected_(std::move(connected)),
        connected_gauge_(registry.Get(metrics::kControllerConnected)) {}

  void Send(v1::ConnectRequest report) override {
    registry_.Publish("report", metrics_.Observe(report));
    log_.Observe(report);
    ObserveConnection();
    link_.Send(std::move(report));
  }

  void OnAssignments(std::function<void(v1::ConnectResponse)> handler) override {
    link_.OnAssignments(std::move(handler));
  }

 private:
  void ObserveConnection() {
    connected_gauge_.Set(link_.connected());
    const bool refused = !link_.refusal().ok();
    if (std::exchange(refused_, refused) != refused && refused) log::Error("replica_name_taken", link_.refusal());
    if (std::exchange(connected_, link_.connected()) == link_.connected()) return;
    if (!connected_) return log::Warning("controller_lost");
    log::Info("controller_connected");
    on_connected_();
  }

  control::GrpcControlLink& link_;
  metrics::Registry& registry_;
  const std::function<void()> on_connected_;
  metrics::Gauge connected_gauge_;
  bool connected_ = false;
  bool refused_ = false;
  ReportMetrics metrics_;
  ReportLog log_;
};

}  // namespace causeway::worker
