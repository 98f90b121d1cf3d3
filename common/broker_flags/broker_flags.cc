#include "common/broker_flags/broker_flags.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/process/log.h"

namespace causeway {
namespace {

constexpr int kErrorSeverity = 3;  // Of syslog.

void LogKafka(int severity, absl::string_view facility, absl::string_view text) {
  if (severity <= kErrorSeverity)
    log::Warning("kafka", {{"facility", facility}, {"text", text}});
  else
    log::Debug("kafka", {{"facility", facility}, {"text", text}});
}

}  // namespace

void BrokerFlags::AddTo(process::Flags& flags) {
  flags.Add("kafka", &kafka, "host:port of Kafka brokers, comma-separated");
  flags.Add("kafka-property", &kafka_properties, "a setting of librdkafka for TLS or SASL, name=value");
}

absl::StatusOr<backlog::KafkaOptions> BrokerFlags::Options(const std::string& client_id) const {
  backlog::KafkaOptions options;
  options.bootstrap_servers = kafka;
  options.client_id = client_id;
  options.log = LogKafka;
  for (const std::string& property : kafka_properties) {
    const size_t equals = property.find('=');
    if (equals == std::string::npos) {
      return absl::InvalidArgumentError("--kafka-property is name=value");  // The value may be a secret.
    }
    options.properties[property.substr(0, equals)] = property.substr(equals + 1);
  }
  return options;
}

metrics::CertificateFiles BrokerFlags::certificates() const {
  metrics::CertificateFiles files;
  for (absl::string_view property : kafka_properties) {
    // "probe" has librdkafka look for the system's.
    if (absl::ConsumePrefix(&property, "ssl.ca.location=") && property != "probe")
      files.authorities.emplace_back(property);
    else if (absl::ConsumePrefix(&property, "ssl.certificate.location="))
      files.own.emplace_back(property);
  }
  return files;
}

}  // namespace causeway
