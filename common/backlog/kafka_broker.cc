#include "common/backlog/kafka_broker.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/backlog/group_client.h"
#include "common/backlog/kafka_admin.h"
#include "common/backlog/kafka_consumer.h"
#include "common/backlog/kafka_log_reader.h"
#include "common/backlog/kafka_producer.h"
#include "common/backlog/kafka_trimmer.h"
#include "common/backlog/log_bounds.h"
#include "common/backlog/log_pool.h"
#include "common/backlog/producer_session.h"
#include "common/backlog/rd_client.h"
#include "common/backlog/worker.h"

namespace causeway::backlog {
namespace {

// Beyond the time that a transaction can stay undecided.
constexpr absl::Duration kUndecidedSlack = absl::Seconds(5);

}  // namespace

// Destroyed from the last to the first: threads before what they use.
struct KafkaBroker::Impl {
  Impl(async::Loop& loop, KafkaOptions given, std::unique_ptr<Client> made)
      : loop(loop),
        options(std::move(given)),
        client(std::move(made)),
        admin(*client),
        trimmer(*client),
        bounds(loop, *client, options.request_timeout),
        logs(loop, reaper, options) {}

  // Runs a blocking call of the admin's.
  template <typename T>
  async::Task<T> Ask(absl::AnyInvocable<T(KafkaAdmin&, Deadline) &&> call) {
    absl::AnyInvocable<T()&&> work = [this, call = std::move(call),
                                      deadline = Deadline(options.request_timeout)]() mutable {
      return std::move(call)(admin, deadline);
    };
    return RunOn<T>(admin_worker, loop, std::move(work));
  }

  async::Loop& loop;
  const KafkaOptions options;
  const std::unique_ptr<Client> client;  // For what belongs to no producer, group or log.
  KafkaAdmin admin;
  Worker admin_worker;
  KafkaTrimmer trimmer;
  Worker trim_worker;
  LogBounds bounds;
  Worker reaper;
  LogPool logs;
};

absl::StatusOr<std::unique_ptr<KafkaBroker>> KafkaBroker::Make(async::Loop& loop, KafkaOptions options) {
  auto client = Client::Make(RD_KAFKA_CONSUMER, options, {}, {{"isolation.level", "read_uncommitted"}},
                             Client::Hooks{options.log});
  if (!client.ok()) return client.status();
  return std::unique_ptr<KafkaBroker>(
      new KafkaBroker(std::make_unique<Impl>(loop, std::move(options), *std::move(client))));
}

KafkaBroker::KafkaBroker(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
KafkaBroker::~KafkaBroker() = default;

async::Task<absl::StatusOr<std::unique_ptr<TransactionalProducer>>> KafkaBroker::OpenProducer(
    std::string transactional_id) {
  auto session = ProducerSession::Make(impl_->options, transactional_id);
  if (!session.ok()) co_return session.status();
  auto producer = std::make_unique<KafkaProducer>(impl_->loop, impl_->reaper, *std::move(session));
  absl::Status ready = co_await producer->Init(impl_->options.transaction_timeout + kUndecidedSlack);
  if (!ready.ok()) co_return ready;
  co_return std::unique_ptr<TransactionalProducer>(std::move(producer));
}

async::Task<absl::StatusOr<std::unique_ptr<GroupConsumer>>> KafkaBroker::Join(std::string group, std::string topic) {
  absl::StatusOr<int32_t> partitions = co_await Partitions(topic);
  if (!partitions.ok()) co_return partitions.status();
  auto client = GroupClient::Make(impl_->options, group, topic, *partitions);
  if (!client.ok()) co_return client.status();
  const absl::Duration patience = impl_->options.transaction_timeout + kUndecidedSlack;
  co_return std::unique_ptr<GroupConsumer>(
      std::make_unique<KafkaConsumer>(impl_->loop, impl_->reaper, *std::move(client), patience));
}

async::Task<absl::StatusOr<std::unique_ptr<LogReader>>> KafkaBroker::OpenLog(std::string topic, int32_t partition,
                                                                             int64_t offset) {
  absl::StatusOr<int32_t> partitions = co_await Partitions(topic);
  if (!partitions.ok()) co_return partitions.status();
  if (partition < 0 || partition >= *partitions)
    co_return absl::NotFoundError(absl::StrCat(topic, " has no partition ", partition));
  co_return std::unique_ptr<LogReader>(
      std::make_unique<KafkaLogReader>(impl_->loop, impl_->bounds, impl_->logs, std::move(topic), partition, offset));
}

async::Task<absl::Status> KafkaBroker::CreateTopics(std::vector<TopicSpec> topics) {
  return impl_->Ask<absl::Status>([topics = std::move(topics)](KafkaAdmin& admin, Deadline deadline) {
    return admin.CreateTopics(topics, deadline);
  });
}

async::Task<absl::Status> KafkaBroker::DeleteTopics(std::vector<std::string> topics) {
  return impl_->Ask<absl::Status>([topics = std::move(topics)](KafkaAdmin& admin, Deadline deadline) {
    return admin.DeleteTopics(topics, deadline);
  });
}

async::Task<absl::Status> KafkaBroker::Trim(std::string topic, std::map<int32_t, int64_t> offsets) {
  absl::AnyInvocable<absl::Status()&&> work = [impl = impl_.get(), topic = std::move(topic), offsets = std::move(offsets),
                                               deadline = Deadline(impl_->options.request_timeout)] {
    return impl->trimmer.Trim(topic, offsets, deadline);
  };
  return RunOn<absl::Status>(impl_->trim_worker, impl_->loop, std::move(work));
}

async::Task<absl::StatusOr<std::vector<TopicFlaw>>> KafkaBroker::Inspect(std::vector<TopicSpec> topics) {
  return impl_->Ask<absl::StatusOr<std::vector<TopicFlaw>>>(
      [topics = std::move(topics)](KafkaAdmin& admin, Deadline deadline) { return admin.Inspect(topics, deadline); });
}

async::Task<absl::StatusOr<std::vector<std::string>>> KafkaBroker::DeleteTopicsThatBeginWith(std::string prefix) {
  return impl_->Ask<absl::StatusOr<std::vector<std::string>>>(
      [prefix = std::move(prefix)](KafkaAdmin& admin, Deadline deadline) {
        return admin.DeleteTopicsThatBeginWith(prefix, deadline);
      });
}

async::Task<absl::StatusOr<int32_t>> KafkaBroker::Partitions(std::string topic) {
  return impl_->Ask<absl::StatusOr<int32_t>>(
      [topic = std::move(topic)](KafkaAdmin& admin, Deadline deadline) { return admin.Partitions(topic, deadline); });
}

}  // namespace causeway::backlog
