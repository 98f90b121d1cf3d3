// BrokerFlags: how a service is told where Kafka is (--kafka, --kafka-property), and where librdkafka's log goes: to
// its own.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/backlog/kafka_broker.h"
#include "common/metrics/certificates.h"
#include "common/process/flags.h"

namespace causeway {

struct BrokerFlags {
  std::string kafka = "127.0.0.1:9092";
  std::vector<std::string> kafka_properties;

  void AddTo(process::Flags& flags);
  // INVALID_ARGUMENT for a property that isn't name=value.
  absl::StatusOr<backlog::KafkaOptions> Options(const std::string& client_id) const;
  // PEM files that the properties name.
  metrics::CertificateFiles certificates() const;
};

}  // namespace causeway
