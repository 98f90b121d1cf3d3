#include "tests/simulation/model/kafka_client.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/simulation/model/kafka_consumer.h"
#include "tests/simulation/model/kafka_log_reader.h"
#include "tests/simulation/model/kafka_producer.h"

namespace causeway::simulation {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(10);

absl::Status Away() { return absl::UnavailableError("the broker can't be reached"); }

}  // namespace

async::Task<absl::StatusOr<std::unique_ptr<backlog::TransactionalProducer>>> KafkaClient::OpenProducer(std::string id) {
  const async::Instant deadline = link_.loop().Now() + kPatience;
  KafkaModel* kafka = &link_.kafka();
  const KafkaTransactions::Opened moving{TransactionAnswer::kConcurrent, 0};
  std::function<KafkaTransactions::Opened()> open = [kafka, id] { return kafka->transactions().Open(id); };
  KafkaLink::Handler<KafkaTransactions::Opened> handler = link_.AtCoordinator(open, moving);
  while (link_.loop().Now() < deadline) {
    std::optional<KafkaTransactions::Opened> opened =
        co_await link_.Insist<KafkaTransactions::Opened>(deadline, handler);
    if (opened.has_value() && opened->answer == TransactionAnswer::kOk) {
      co_return std::unique_ptr<backlog::TransactionalProducer>(
          std::make_unique<KafkaProducer>(link_, id, opened->epoch));
    }
    co_await link_.Backoff();
  }
  co_return Away();
}

async::Task<absl::StatusOr<std::unique_ptr<backlog::GroupConsumer>>> KafkaClient::Join(std::string group,
                                                                                       std::string topic) {
  absl::StatusOr<int32_t> partitions = co_await Partitions(topic);
  if (!partitions.ok()) co_return partitions.status();
  co_return std::unique_ptr<backlog::GroupConsumer>(std::make_unique<KafkaConsumer>(link_, group, topic));
}

async::Task<absl::StatusOr<std::unique_ptr<backlog::LogReader>>> KafkaClient::OpenLog(std::string topic,
                                                                                      int32_t partition,
                                                                                      int64_t offset) {
  absl::StatusOr<int32_t> partitions = co_await Partitions(topic);
  if (!partitions.ok()) co_return partitions.status();
  if (partition >= *partitions) co_return absl::NotFoundError(absl::StrCat(topic, " has no partition ", partition));
  co_return std::unique_ptr<backlog::LogReader>(std::make_unique<KafkaLogReader>(link_, topic, partition, offset));
}

async::Task<absl::Status> KafkaClient::CreateTopics(std::vector<backlog::TopicSpec> topics) {
  KafkaModel* kafka = &link_.kafka();
  KafkaLink::Handler<absl::Status> handler = [kafka, topics](std::function<void(absl::Status)> answer) {
    for (const backlog::TopicSpec& topic : topics) {
      absl::Status created = kafka->CreateTopic(topic);
      if (!created.ok()) return answer(created);
    }
    answer(absl::OkStatus());
  };
  std::optional<absl::Status> created = co_await link_.Insist<absl::Status>(link_.loop().Now() + kPatience, handler);
  co_return created.has_value() ? *created : Away();
}

async::Task<absl::Status> KafkaClient::DeleteTopics(std::vector<std::string> topics) {
  KafkaModel* kafka = &link_.kafka();
  KafkaLink::Handler<absl::Status> handler = [kafka, topics](std::function<void(absl::Status)> answer) {
    for (const std::string& topic : topics) kafka->DeleteTopic(topic);
    answer(absl::OkStatus());
  };
  std::optional<absl::Status> deleted = co_await link_.Insist<absl::Status>(link_.loop().Now() + kPatience, handler);
  co_return deleted.has_value() ? *deleted : Away();
}

async::Task<absl::Status> KafkaClient::Trim(std::string topic, std::map<int32_t, int64_t> offsets) {
  KafkaModel* kafka = &link_.kafka();
  KafkaLink::Handler<absl::Status> handler = [kafka, topic, offsets](std::function<void(absl::Status)> answer) {
    for (auto [partition, offset] : offsets) {
      KafkaLog* log = kafka->Log(topic, partition);
      if (log == nullptr) return answer(absl::NotFoundError(absl::StrCat("no topic ", topic)));
      log->Trim(offset);
    }
    answer(absl::OkStatus());
  };
  std::optional<absl::Status> trimmed = co_await link_.Insist<absl::Status>(link_.loop().Now() + kPatience, handler);
  co_return trimmed.has_value() ? *trimmed : Away();
}

async::Task<absl::StatusOr<int32_t>> KafkaClient::Partitions(std::string topic) {
  KafkaModel* kafka = &link_.kafka();
  KafkaLink::Handler<int32_t> handler = [kafka, topic](std::function<void(int32_t)> answer) {
    answer(kafka->Partitions(topic).value_or(0));
  };
  std::optional<int32_t> partitions = co_await link_.Insist<int32_t>(link_.loop().Now() + kPatience, handler);
  if (!partitions.has_value()) co_return Away();
  if (*partitions == 0) co_return absl::NotFoundError(absl::StrCat("no topic ", topic));
  co_return *partitions;
}

}  // namespace causeway::simulation
