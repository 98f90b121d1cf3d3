#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/async/sleep.h"
#include "common/backlog/broker_watch.h"
#include "common/backlog/kafka_broker.h"
#include "common/broker_flags/broker_flags.h"
#include "common/errors/error.h"
#include "common/metrics/exposer.h"
#include "common/process/log.h"
#include "common/process/program.h"
#include "common/process/version.h"
#include "common/rpc/server.h"
#include "common/secrets/key_file.h"
#include "services/controller/control_api.h"
#include "services/controller/controller.h"
#include "services/controller/controller_metrics.h"
#include "services/controller/definition_services.h"
#include "services/controller/log_observer.h"
#include "services/controller/names.h"
#include "services/controller/record_api.h"
#include "services/controller/tenant_services.h"
#include "services/controller/topic_watch.h"
#include "services/controller/workflow_api.h"

namespace causeway::controller {
namespace {

constexpr absl::Duration kServerGrace = absl::Seconds(2);
constexpr absl::Duration kPublishEvery = absl::Seconds(1);

struct ControllerFlags {
  std::string listen = "127.0.0.1:17003";
  std::string metrics = "127.0.0.1:0";
  BrokerFlags broker;
  std::vector<std::string> master_key_files;
  bool make_master_key = false;
  int partitions = 12;
  int replication_factor = 1;
  int min_insync_replicas = 1;
  std::string retired_topics = "delete";
  int max_custom_tables = Limits().custom_tables;
  int max_columns = Limits().columns;
  int max_replay_records = static_cast<int>(Limits().replay_records);
  bool delete_topics = false;

  void AddTo(process::Flags& flags) {
    flags.Add("listen", &listen, "host:port of the API; port 0 chooses a free one");
    flags.Add("metrics", &metrics, "host:port of /metrics; port 0 chooses a free one");
    broker.AddTo(flags);
    flags.Add("master-key-file", &master_key_files,
              "file with the key that secrets are sealed with (32 bytes, raw, hex or base64); further ones open what "
              "they sealed");
    flags.Add("make-master-key", &make_master_key, "make the first of these files where there is none, for trials");
    flags.Add("partitions", &partitions, "partitions of the backlogs of instances that are made from now on");
    flags.Add("replication-factor", &replication_factor, "of the topics that are made from now on");
    flags.Add("min-insync-replicas", &min_insync_replicas, "of the topics that are made from now on");
    flags.Add("retired-topics", &retired_topics,
              "what becomes of the topics of an instance that is deleted and of a workflow that is reset: delete or keep");
    flags.Add("max-custom-tables", &max_custom_tables, "mappings to custom resources in a workflow");
    flags.Add("max-columns", &max_columns, "field mappings in one table mapping to a custom resource");
    flags.Add("max-replay-records", &max_replay_records,
              "a workflow with so many records queued, or a table with so many rows, isn't replayed; 0: always");
    flags.Add("delete-topics", &delete_topics,
              "delete all topics that begin with causeway., and end: definitions, positions and queued records are gone");
  }
};

absl::StatusOr<ControllerOptions> OptionsOf(const ControllerFlags& flags) {
  ControllerOptions options;
  options.topics.partitions = flags.partitions;
  options.topics.replication_factor = static_cast<int16_t>(flags.replication_factor);
  options.topics.min_insync_replicas = static_cast<int16_t>(flags.min_insync_replicas);
  options.limits.custom_tables = flags.max_custom_tables;
  options.limits.columns = flags.max_columns;
  options.limits.replay_records = flags.max_replay_records;
  if (flags.retired_topics != "delete" && flags.retired_topics != "keep") {
    return errors::Make(errors::kConfiguration,
                        absl::StrCat("--retired-topics is delete or keep, not ", flags.retired_topics, "."));
  }
  options.retired_topics = flags.retired_topics == "keep" ? RetiredTopics::kKeep : RetiredTopics::kDelete;
  return options;
}

// Runs the controller until it can't go on.
async::Task<void> RunController(Controller& controller, process::Stop& stop) {
  absl::Status ended = co_await controller.Run();
  if (absl::IsAborted(ended)) {
    // One that was told to end has a successor already, as after kubectl delete pod: that is no failure.
    if (stop.requested()) co_return;
    ended = errors::Make(errors::kApiState, "Another controller has taken over; there can be one in an installation.");
  }
  stop.Fail(std::move(ended));
}

async::Task<void> PublishRegularly(async::Loop& loop, Controller& controller, metrics::Registry& registry) {
  for (;; co_await async::SleepFor(loop, kPublishEvery)) {
    std::vector<metrics::Sample> samples;
    if (controller.ready()) {
      for (const std::string& name : controller.definitions().Names("organizations/-/instances/-/workflows/-")) {
        AddSamples(controller.WorkflowOf(name), samples);
      }
    }
    for (const v1::WorkflowType type : kWorkflowTypes) {
      samples.push_back(metrics::Sampled(metrics::kConnectedReplicas,
                                         static_cast<double>(controller.fleet().connected(type)),
                                         std::string(WorkflowId(type))));
    }
    if (controller.ready()) AddSecretExpiries(controller.definitions(), samples);
    registry.Publish("workflows", std::move(samples));
  }
}

// Ready while the definitions are read and the broker answers: nothing can be kept without it.
async::Task<void> ShowReadiness(async::Loop& loop, const Controller& controller, const bool& broker_reachable,
                                rpc::Server& server) {
  for (bool ready = false;; co_await async::SleepFor(loop, absl::Milliseconds(100))) {
    const bool now = controller.ready() && broker_reachable;
    if (std::exchange(ready, now) != now) server.SetServing(now);
  }
}

// Declared in the order of who needs whom; ended in the reverse.
async::Task<absl::Status> Serve(async::IoLoop& loop, process::Stop& stop, const ControllerFlags& flags) {
  if (flags.master_key_files.empty()) co_return errors::Make(errors::kConfiguration, "--master-key-file is missing.");
  if (flags.make_master_key) {
    if (auto made = secrets::MakeKeyFile(flags.master_key_files.front()); !made.ok()) co_return made;
  }
  auto keyring = secrets::Keyring::Load(flags.master_key_files);
  if (!keyring.ok()) co_return keyring.status();
  auto options = OptionsOf(flags);
  if (!options.ok()) co_return options.status();
  auto kafka_options = flags.broker.Options("causeway-controller");
  if (!kafka_options.ok()) co_return process::Misconfigured(kafka_options.status());
  auto broker = backlog::KafkaBroker::Make(loop, *std::move(kafka_options));
  if (!broker.ok()) co_return process::Misconfigured(broker.status());
  auto registry = std::make_shared<metrics::Registry>();
  const metrics::BuildInfo build{"controller", std::string(process::Version()), std::string(process::Commit())};
  auto exposer = metrics::Exposer::Start(flags.metrics, registry, build, flags.broker.certificates());
  if (!exposer.ok()) co_return process::Misconfigured(exposer.status());

  LogObserver observer;
  async::Random random{std::random_device{}()};
  Controller controller(loop, **broker, *std::move(keyring), *std::move(options), absl::StrFormat("%016x", random()),
                        observer);
  DeadLetterReader dead_letters(**broker);
  AuditReader audit(**broker);
  Calls calls(loop, *registry);
  const auto tenant_services = MakeTenantServices(calls, controller);
  const auto definition_services = MakeDefinitionServices(calls, controller);
  WorkflowApi workflow_api(calls, controller);
  RecordApi record_api(calls, controller, dead_letters, audit);
  ControlApi control_api(calls, controller);
  std::vector<grpc::Service*> services;
  for (const auto& service : tenant_services) services.push_back(service.get());
  for (const auto& service : definition_services) services.push_back(service.get());
  for (grpc::Service* service : record_api.services()) services.push_back(service);
  services.push_back(workflow_api.service());
  services.push_back(control_api.service());
  auto server = rpc::Server::Start({.address = flags.listen}, services);
  if (!server.ok()) co_return process::Misconfigured(server.status());

  bool broker_reachable = false;
  const metrics::Gauge broker_gauge = registry->Get(metrics::kBrokerReachable);
  const backlog::BrokerWatch broker_watch(loop, **broker, [&](bool reachable) {
    broker_reachable = reachable;
    broker_gauge.Set(reachable);
  });
  const TopicWatch topic_watch(loop, **broker, controller, *registry);
  async::Scope tasks(loop);
  tasks.Spawn(RunController(controller, stop));
  tasks.Spawn(PublishRegularly(loop, controller, *registry));
  tasks.Spawn(ShowReadiness(loop, controller, broker_reachable, **server));
  log::Info("listening", {{"listen", (*server)->address()}, {"metrics_port", (*exposer)->port()}});

  co_await stop.Requested();
  // Calls that wait are answered, streams are ended: replicas come again when there is a controller.
  calls.handlers().Clear();
  co_await (*server)->Stop(loop, kServerGrace);
  co_return absl::OkStatus();
}

// What an installation leaves behind that is to be forgotten. Its services have ended.
async::Task<absl::Status> DeleteTopics(async::IoLoop& loop, const ControllerFlags& flags) {
  auto kafka_options = flags.broker.Options("causeway-controller");
  if (!kafka_options.ok()) co_return process::Misconfigured(kafka_options.status());
  auto broker = backlog::KafkaBroker::Make(loop, *std::move(kafka_options));
  if (!broker.ok()) co_return process::Misconfigured(broker.status());
  std::string prefix(backlog::kTopicPrefix);
  auto deleted = co_await (*broker)->DeleteTopicsThatBeginWith(std::move(prefix));
  if (!deleted.ok()) co_return deleted.status();
  for (const std::string& topic : *deleted) log::Info("topic_deleted", {{"topic", topic}});
  co_return absl::OkStatus();
}

}  // namespace
}  // namespace causeway::controller

int main(int argc, char** argv) {
  using namespace causeway;
  controller::ControllerFlags flags;
  process::Program program("controller", "Keeps the definitions, and steers the workflows' services.");
  flags.AddTo(program.flags());
  return program.Run(argc, argv, [&](async::IoLoop& loop, process::Stop& stop) {
    return flags.delete_topics ? controller::DeleteTopics(loop, flags) : controller::Serve(loop, stop, flags);
  });
}
