#include "common/backlog/rd_client.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace causeway::backlog {
namespace {

void OnLog(const rd_kafka_t* handle, int level, const char* facility, const char* text) {
  const auto* hooks = static_cast<const Client::Hooks*>(rd_kafka_opaque(handle));
  if (hooks != nullptr && hooks->log) hooks->log(level, facility, text);
}

void OnDelivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  static_cast<const Client::Hooks*>(opaque)->delivered(*message);
}

absl::Status Set(rd_kafka_conf_t* conf, const Client::Settings& settings) {
  char problem[512];
  for (const auto& [name, value] : settings) {
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), problem, sizeof(problem)) != RD_KAFKA_CONF_OK) {
      return absl::InvalidArgumentError(absl::StrCat("Kafka client setting ", name, ": ", problem));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Client>> Client::Make(rd_kafka_type_t type, const KafkaOptions& options,
                                                     const Settings& tuning, const Settings& fixed, Hooks hooks) {
  std::unique_ptr<Client> client(new Client(std::move(hooks)));
  rd::Conf conf(rd_kafka_conf_new());
  const Settings common{
      {"client.id", options.client_id},
      // A broker that was away for long is found again within a second.
      {"reconnect.backoff.ms", "100"},
      {"reconnect.backoff.max.ms", "1000"},
      {"socket.keepalive.enable", "true"},
      {"log.connection.close", "false"},
  };
  for (const Settings& settings : {common, tuning, options.properties, fixed}) {
    if (absl::Status set = Set(conf.get(), settings); !set.ok()) return set;
  }
  const Settings always{
      {"bootstrap.servers", options.bootstrap_servers},
      // Topics are made by CreateTopics, with the settings that they need.
      {"allow.auto.create.topics", "false"},
  };
  if (absl::Status set = Set(conf.get(), always); !set.ok()) return set;
  rd_kafka_conf_set_opaque(conf.get(), const_cast<Hooks*>(&client->hooks_));
  rd_kafka_conf_set_log_cb(conf.get(), OnLog);
  if (client->hooks_.delivered) rd_kafka_conf_set_dr_msg_cb(conf.get(), OnDelivery);
  if (client->hooks_.events != 0) rd_kafka_conf_set_events(conf.get(), client->hooks_.events);

  char problem[512];
  client->handle_ = rd_kafka_new(type, conf.get(), problem, sizeof(problem));
  if (client->handle_ == nullptr) return absl::InvalidArgumentError(absl::StrCat("Kafka client: ", problem));
  (void)conf.release();  // Belongs to the handle now.
  return client;
}

Client::~Client() {
  if (handle_ != nullptr) rd_kafka_destroy_flags(handle_, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

void Client::WakeFetcher(const std::string& topic, int32_t partition) const {
  rd::PartitionList list = rd::NewPartitionList(1);
  rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = RD_KAFKA_OFFSET_END;
  (void)rd_kafka_offsets_for_times(handle_, list.get(), 500);
}

std::string Milliseconds(absl::Duration duration) { return absl::StrCat(absl::ToInt64Milliseconds(duration)); }

absl::Status ToStatus(rd_kafka_resp_err_t error, absl::string_view what) {
  const std::string text = absl::StrCat(what, ": ", rd_kafka_err2str(error));
  switch (error) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      return absl::OkStatus();
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      return absl::NotFoundError(text);
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
      return absl::OutOfRangeError(text);
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION:
    case RD_KAFKA_RESP_ERR__FENCED:
    case RD_KAFKA_RESP_ERR__FATAL:
      return absl::FailedPreconditionError(text);
    default:
      return absl::UnavailableError(text);
  }
}

}  // namespace causeway::backlog
