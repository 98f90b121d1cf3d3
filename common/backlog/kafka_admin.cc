#include "common/backlog/kafka_admin.h"

#include <algorithm>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace causeway::backlog {
namespace {

constexpr absl::Duration kSlice = absl::Seconds(2);
constexpr auto kRetryAfter = std::chrono::milliseconds(25);

absl::Status Refused(const std::string& topic, rd_kafka_resp_err_t error, const char* text) {
  switch (error) {
    case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
    case RD_KAFKA_RESP_ERR_INVALID_PARTITIONS:
    case RD_KAFKA_RESP_ERR_INVALID_CONFIG:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
    case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
    case RD_KAFKA_RESP_ERR_TOPIC_DELETION_DISABLED:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
      return errors::Make(
          errors::kBacklogTopic,
          absl::StrCat("Kafka refuses topic ", topic, ": ", text != nullptr ? text : rd_kafka_err2str(error)), topic);
    default:
      return ToStatus(error, absl::StrCat("topic ", topic));
  }
}

}  // namespace

absl::Status KafkaAdmin::CreateTopics(const std::vector<TopicSpec>& specs, Deadline deadline) {
  std::vector<const TopicSpec*> missing;
  for (const TopicSpec& spec : specs) {
    auto topic = Describe(spec.name, deadline);
    if (absl::IsNotFound(topic.status()))
      missing.push_back(&spec);
    else if (!topic.ok())
      return topic.status();
  }
  if (!missing.empty()) {
    if (absl::Status created = Create(missing, deadline); !created.ok()) return created;
  }
  std::map<std::string, ExistingTopic> topics;
  for (const TopicSpec& spec : specs) {
    if (absl::Status usable = AwaitUsable(spec, deadline, &topics[spec.name]); !usable.ok()) return usable;
  }
  if (absl::Status read = ReadConfigs(topics, deadline); !read.ok()) return read;
  for (const TopicSpec& spec : specs) {
    if (absl::Status safe = CheckTopic(spec, topics[spec.name]); !safe.ok()) return safe;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<TopicFlaw>> KafkaAdmin::Inspect(const std::vector<TopicSpec>& specs, Deadline deadline) {
  std::vector<TopicFlaw> flaws;
  std::map<std::string, ExistingTopic> topics;
  for (const TopicSpec& spec : specs) {
    auto topic = Describe(spec.name, deadline);
    if (topic.ok())
      topics[spec.name] = *std::move(topic);
    else if (absl::IsNotFound(topic.status()))
      flaws.push_back({spec.name, "exists", "gone; it was made once"});
    else
      return topic.status();
  }
  if (topics.empty()) return flaws;
  if (absl::Status read = ReadConfigs(topics, deadline); !read.ok()) return read;
  for (const TopicSpec& spec : specs) {
    const auto topic = topics.find(spec.name);
    if (topic == topics.end()) continue;
    for (TopicFlaw& flaw : FlawsOf(spec, topic->second)) flaws.push_back(std::move(flaw));
  }
  return flaws;
}

absl::StatusOr<std::vector<std::string>> KafkaAdmin::DeleteTopicsThatBeginWith(const std::string& prefix,
                                                                               Deadline deadline) {
  auto names = TopicsThatBeginWith(prefix, deadline);
  if (!names.ok()) return names;
  if (absl::Status deleted = DeleteTopics(*names, deadline); !deleted.ok()) return deleted;
  return names;
}

absl::Status KafkaAdmin::DeleteTopics(const std::vector<std::string>& names, Deadline deadline) {
  if (names.empty()) return absl::OkStatus();
  std::vector<rd::DeleteTopic> owned;
  std::vector<rd_kafka_DeleteTopic_t*> topics;
  for (const std::string& name : names) {
    owned.emplace_back(rd_kafka_DeleteTopic_new(name.c_str()));
    topics.push_back(owned.back().get());
  }
  const rd::Queue queue(rd_kafka_queue_new(client_.get()));
  const rd::AdminOptions options = Options(RD_KAFKA_ADMIN_OP_DELETETOPICS, deadline);
  rd_kafka_DeleteTopics(client_.get(), topics.data(), topics.size(), options.get(), queue.get());
  auto event = Await(queue.get(), "deleting topics", deadline);
  if (!event.ok()) return event.status();
  size_t count = 0;
  const rd_kafka_topic_result_t** results =
      rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event->get()), &count);
  for (size_t i = 0; i < count; ++i) {
    const rd_kafka_resp_err_t error = rd_kafka_topic_result_error(results[i]);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) continue;
    return Refused(rd_kafka_topic_result_name(results[i]), error, rd_kafka_topic_result_error_string(results[i]));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> KafkaAdmin::TopicsThatBeginWith(const std::string& prefix, Deadline deadline) {
  const struct rd_kafka_metadata* raw = nullptr;
  const rd_kafka_resp_err_t error = rd_kafka_metadata(client_.get(), 1, nullptr, &raw, deadline.Milliseconds());
  const rd::Metadata metadata(raw);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return ToStatus(error, "listing topics");
  std::vector<std::string> names;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const std::string name = metadata->topics[i].topic;
    if (name.compare(0, prefix.size(), prefix) == 0) names.push_back(name);
  }
  return names;
}

absl::Status KafkaAdmin::Create(const std::vector<const TopicSpec*>& specs, Deadline deadline) {
  std::vector<rd::NewTopic> owned;
  std::vector<rd_kafka_NewTopic_t*> topics;
  for (const TopicSpec* spec : specs) {
    char problem[512];
    rd::NewTopic topic(rd_kafka_NewTopic_new(spec->name.c_str(), spec->partitions, spec->replication_factor, problem,
                                             sizeof(problem)));
    if (!topic)
      return errors::Make(errors::kBacklogTopic, absl::StrCat("Topic ", spec->name, " can't be made: ", problem),
                          spec->name);
    for (const auto& [name, value] : spec->config)
      rd_kafka_NewTopic_set_config(topic.get(), name.c_str(), value.c_str());
    topics.push_back(topic.get());
    owned.push_back(std::move(topic));
  }
  const rd::Queue queue(rd_kafka_queue_new(client_.get()));
  const rd::AdminOptions options = Options(RD_KAFKA_ADMIN_OP_CREATETOPICS, deadline);
  rd_kafka_CreateTopics(client_.get(), topics.data(), topics.size(), options.get(), queue.get());
  auto event = Await(queue.get(), "making topics", deadline);
  if (!event.ok()) return event.status();
  size_t count = 0;
  const rd_kafka_topic_result_t** results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event->get()), &count);
  for (size_t i = 0; i < count; ++i) {
    const rd_kafka_resp_err_t error = rd_kafka_topic_result_error(results[i]);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) continue;
    return Refused(rd_kafka_topic_result_name(results[i]), error, rd_kafka_topic_result_error_string(results[i]));
  }
  return absl::OkStatus();
}

absl::Status KafkaAdmin::AwaitUsable(const TopicSpec& spec, Deadline deadline, ExistingTopic* topic) {
  for (;;) {
    auto described = Describe(spec.name, deadline);
    if (described.ok()) {
      *topic = *std::move(described);
      return absl::OkStatus();
    }
    // A topic that was just made isn't known to every broker yet.
    const bool passes = absl::IsUnavailable(described.status()) || absl::IsNotFound(described.status());
    if (!passes) return described.status();
    if (deadline.passed()) return absl::UnavailableError(described.status().message());
    std::this_thread::sleep_for(kRetryAfter);
  }
}

absl::StatusOr<ExistingTopic> KafkaAdmin::Describe(const std::string& topic, Deadline deadline, bool led) {
  const rd::Topic handle(rd_kafka_topic_new(client_.get(), topic.c_str(), nullptr));
  const struct rd_kafka_metadata* raw = nullptr;
  const rd_kafka_resp_err_t error = rd_kafka_metadata(client_.get(), 0, handle.get(), &raw, deadline.Milliseconds());
  const rd::Metadata metadata(raw);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return ToStatus(error, absl::StrCat("topic ", topic));
  if (metadata->topic_cnt != 1) return absl::NotFoundError(absl::StrCat("no topic ", topic));
  const rd_kafka_metadata_topic_t& found = metadata->topics[0];
  if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) return ToStatus(found.err, absl::StrCat("topic ", topic));
  ExistingTopic result{.partitions = found.partition_cnt, .replicas = INT32_MAX, .config = {}};
  for (int i = 0; i < found.partition_cnt; ++i) {
    const rd_kafka_metadata_partition_t& partition = found.partitions[i];
    if (led && partition.leader < 0)
      return absl::UnavailableError(absl::StrCat("partition ", partition.id, " of ", topic, " has no leader"));
    result.replicas = std::min(result.replicas, partition.replica_cnt);
  }
  return result;
}

absl::Status KafkaAdmin::ReadConfigs(std::map<std::string, ExistingTopic>& topics, Deadline deadline) {
  std::vector<rd::ConfigResource> owned;
  std::vector<rd_kafka_ConfigResource_t*> resources;
  for (const auto& [name, topic] : topics) {
    owned.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name.c_str()));
    resources.push_back(owned.back().get());
  }
  const rd::Queue queue(rd_kafka_queue_new(client_.get()));
  const rd::AdminOptions options = Options(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, deadline);
  rd_kafka_DescribeConfigs(client_.get(), resources.data(), resources.size(), options.get(), queue.get());
  auto event = Await(queue.get(), "reading topics' settings", deadline);
  if (!event.ok()) return event.status();
  size_t count = 0;
  const rd_kafka_ConfigResource_t** results =
      rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event->get()), &count);
  for (size_t i = 0; i < count; ++i) {
    const std::string name = rd_kafka_ConfigResource_name(results[i]);
    const rd_kafka_resp_err_t error = rd_kafka_ConfigResource_error(results[i]);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
      return Refused(name, error, rd_kafka_ConfigResource_error_string(results[i]));
    size_t entries = 0;
    const rd_kafka_ConfigEntry_t** configs = rd_kafka_ConfigResource_configs(results[i], &entries);
    for (size_t k = 0; k < entries; ++k) {
      const char* value = rd_kafka_ConfigEntry_value(configs[k]);
      topics[name].config[rd_kafka_ConfigEntry_name(configs[k])] = value == nullptr ? "" : value;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<int32_t> KafkaAdmin::Partitions(const std::string& topic, Deadline deadline) {
  for (;;) {
    auto described = Describe(topic, deadline, false);
    if (described.ok()) return described->partitions;
    if (!absl::IsUnavailable(described.status()) || deadline.passed()) return described.status();
    std::this_thread::sleep_for(kRetryAfter);
  }
}

rd::AdminOptions KafkaAdmin::Options(rd_kafka_admin_op_t call, Deadline deadline) const {
  rd::AdminOptions options(rd_kafka_AdminOptions_new(client_.get(), call));
  const int left = std::max(deadline.Milliseconds(), 1);
  rd_kafka_AdminOptions_set_request_timeout(options.get(), left, nullptr, 0);
  if (call != RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS)
    rd_kafka_AdminOptions_set_operation_timeout(options.get(), left, nullptr, 0);
  return options;
}

absl::StatusOr<rd::Event> KafkaAdmin::Await(rd_kafka_queue_t* queue, absl::string_view what, Deadline deadline) const {
  rd::Event event(
      rd_kafka_queue_poll(queue, deadline.Milliseconds() + static_cast<int>(absl::ToInt64Milliseconds(kSlice))));
  if (!event) return absl::UnavailableError(absl::StrCat(what, ": no answer"));
  const rd_kafka_resp_err_t error = rd_kafka_event_error(event.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return ToStatus(error, what);
  return event;
}

}  // namespace causeway::backlog
