#include "tests/contract/broker_contract.h"

#include <unistd.h>

#include <algorithm>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace causeway::contract {

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(BrokerContract);

BrokerContract::BrokerContract() : world_(GetParam().make()) {}

BrokerContract::~BrokerContract() { processes_.clear(); }

BrokerContract::Process& BrokerContract::StartProcess() {
  auto process = std::make_unique<Process>();
  process->number = world_->StartProcess();
  process->scope = std::make_unique<async::Scope>(world_->loop(process->number));
  return *processes_.emplace_back(std::move(process));
}

void BrokerContract::Kill(Process& process) {
  const int number = process.number;
  std::erase_if(processes_, [&](const auto& one) { return one.get() == &process; });
  world_->Kill(number);
}

void BrokerContract::Pass(absl::Duration time) {
  world_->RunUntil([] { return false; }, time);
}

std::string BrokerContract::Named(absl::string_view what) const {
  const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
  const std::string name = absl::StrReplaceAll(test->name(), {{"/", "."}});
  // A repeated test is another one.
  return absl::StrCat(name, ".", testing::UnitTest::GetInstance()->start_timestamp() % 100000, ".",
                      reinterpret_cast<uintptr_t>(this) >> 4 & 0xffff, ".", what);
}

std::string BrokerContract::MakeTopic(absl::string_view what, int32_t partitions,
                                      std::map<std::string, std::string> config) {
  Process& process = StartProcess();
  std::vector<backlog::TopicSpec> specs{
      {.name = Named(what), .partitions = partitions, .replication_factor = 1, .config = std::move(config)}};
  const absl::Status made = Await(process, broker(process).CreateTopics(specs));
  EXPECT_TRUE(made.ok()) << made;
  Kill(process);
  return specs[0].name;
}

void BrokerContract::OpenProducer(Process& process, const std::string& id) {
  auto opened = Await(process, broker(process).OpenProducer(id));
  if (!opened.ok()) throw std::runtime_error(opened.status().ToString());
  process.producer = *std::move(opened);
}

absl::StatusOr<BrokerContract::Offsets> BrokerContract::Commit(Process& process, backlog::Transaction transaction,
                                                               absl::Duration patience) {
  const async::Instant deadline = Now(process) + patience;
  return Await(process, process.producer->Commit(std::move(transaction), deadline));
}

absl::Status BrokerContract::CommitPatiently(Process& process, const backlog::Transaction& transaction) {
  const async::Instant end = Now(process) + absl::Seconds(30);
  for (;;) {
    const absl::Status committed = Commit(process, transaction).status();
    if (!absl::IsUnavailable(committed) || Now(process) > end) return committed;
    Pass(absl::Milliseconds(50));
  }
}

backlog::Transaction BrokerContract::Numbers(const std::string& topic, int32_t partition, int first, int count) {
  backlog::Transaction transaction;
  for (int i = first; i < first + count; ++i) {
    transaction.messages.push_back({topic, partition, absl::StrCat(i), absl::StrCat(i)});
  }
  return transaction;
}

backlog::Transaction BrokerContract::OneMessage(const std::string& topic, int32_t partition, std::string key,
                                                std::optional<std::string> value) {
  backlog::Transaction transaction;
  transaction.messages.push_back({topic, partition, std::move(key), std::move(value)});
  return transaction;
}

backlog::Transaction BrokerContract::Refused(const std::string& topic, int32_t partition) {
  backlog::Transaction transaction = OneMessage(topic, partition, "refused", "refused");
  std::string huge(2 << 20, ' ');
  std::minstd_rand random;  // Compressed it would not be huge.
  for (char& byte : huge) byte = static_cast<char>(random() >> 8);
  transaction.messages.push_back({topic, partition, "huge", std::move(huge)});
  return transaction;
}

void BrokerContract::CutOff(Process& process, backlog::Transaction transaction, absl::Duration after) {
  std::optional<absl::StatusOr<Offsets>> result;
  const async::Instant deadline = Now(process) + absl::Seconds(20);
  Begin(process, process.producer->Commit(std::move(transaction), deadline), result);
  Pass(after);
  Kill(process);
}

absl::Status BrokerContract::CommitDuring(Process& process, backlog::Transaction transaction, absl::Duration after,
                                          absl::FunctionRef<void()> fault, absl::Duration patience) {
  std::optional<absl::StatusOr<Offsets>> result;
  const async::Instant deadline = Now(process) + patience;
  Begin(process, process.producer->Commit(std::move(transaction), deadline), result);
  Pass(after);
  fault();
  if (!world_->RunUntil([&] { return result.has_value(); }, patience + absl::Seconds(20))) {
    process.scope->Clear();  // The task refers to this frame.
    throw std::runtime_error("the commit didn't end by its deadline");
  }
  return result->status();
}

void BrokerContract::Land(Process& process, const std::string& id, const backlog::Transaction& transaction,
                          absl::Status said) {
  const backlog::OutgoingMessage& last = transaction.messages.back();
  const async::Instant end = Now(process) + absl::Minutes(2);
  while (!said.ok()) {
    if (Now(process) > end) throw std::runtime_error(said.ToString());
    if (absl::IsFailedPrecondition(said)) {
      OpenProducer(process, id);
      const std::vector<std::string> values = Values(last.topic, last.partition);
      if (!values.empty() && values.back() == last.value) return;
    } else {
      ASSERT_TRUE(absl::IsUnavailable(said)) << said;
    }
    said = Commit(process, transaction).status();
  }
}

absl::Status BrokerContract::OpenLog(Process& process, const std::string& topic, int32_t partition, int64_t offset) {
  auto opened = Await(process, broker(process).OpenLog(topic, partition, offset));
  if (opened.ok()) process.log = *std::move(opened);
  return opened.status();
}

absl::StatusOr<BrokerContract::Messages> BrokerContract::ReadToEnd(Process& process) {
  Messages messages;
  for (;;) {
    auto batch = Await(process, process.log->Next());
    if (!batch.ok()) return batch.status();
    std::move(batch->messages.begin(), batch->messages.end(), std::back_inserter(messages));
    if (batch->reached_end) return messages;
  }
}

std::vector<std::string> BrokerContract::Values(const std::string& topic, int32_t partition) {
  Process& process = StartProcess();
  EXPECT_TRUE(OpenLog(process, topic, partition).ok());
  auto messages = ReadToEnd(process);
  EXPECT_TRUE(messages.ok()) << messages.status();
  Kill(process);
  return ValuesOf(messages.value_or(Messages()));
}

void BrokerContract::Join(Process& process, const std::string& group, const std::string& topic) {
  auto joined = Await(process, broker(process).Join(group, topic));
  if (!joined.ok()) throw std::runtime_error(joined.status().ToString());
  process.consumer = *std::move(joined);
}

BrokerContract::Event BrokerContract::NextEvent(Process& process, absl::Duration patience) {
  const async::Instant deadline = Now(process) + patience;
  auto event = Await(process, process.consumer->NextEvent(deadline), patience + absl::Minutes(1));
  EXPECT_TRUE(event.ok()) << event.status();
  return event.value_or(Event());
}

std::vector<int32_t> BrokerContract::NextAssignment(Process& process, absl::Duration patience) {
  for (;;) {
    const Event event = NextEvent(process, patience);
    if (auto* assigned = std::get_if<Assigned>(&event)) return assigned->partitions;
    if (std::holds_alternative<std::monostate>(event)) throw std::runtime_error("no partitions were assigned");
    EXPECT_TRUE(process.consumer->Release().ok());
  }
}

void BrokerContract::AwaitShares(const std::vector<Process*>& members, const std::vector<size_t>& shares) {
  std::vector<size_t> owned(members.size());
  const async::Instant end = Now(*members[0]) + absl::Minutes(1);
  while (owned != shares) {
    if (Now(*members[0]) > end) throw std::runtime_error("the members' shares are not what they should be");
    for (size_t i = 0; i < members.size(); ++i) {
      const Event event = NextEvent(*members[i], absl::Milliseconds(100));
      if (auto* assigned = std::get_if<Assigned>(&event)) owned[i] = assigned->partitions.size();
      if (!std::holds_alternative<Revoked>(event)) continue;
      owned[i] = 0;
      EXPECT_TRUE(members[i]->consumer->Release().ok());
    }
  }
}

absl::Status BrokerContract::Start(Process& process, const std::map<int32_t, int64_t>& offsets) {
  return process.consumer->Start(offsets);
}

absl::StatusOr<BrokerContract::Messages> BrokerContract::Fetch(Process& process, int32_t partition, size_t max,
                                                               absl::Duration patience) {
  const async::Instant deadline = Now(process) + patience;
  return Await(process, process.consumer->Fetch(partition, max, deadline), patience + absl::Minutes(1));
}

absl::StatusOr<BrokerContract::Messages> BrokerContract::FetchAll(Process& process, int32_t partition, size_t count) {
  Messages messages;
  while (messages.size() < count) {
    auto some = Fetch(process, partition, count - messages.size());
    if (!some.ok()) return some.status();
    if (some->empty()) return absl::DeadlineExceededError(absl::StrCat("only ", messages.size(), " records came"));
    std::move(some->begin(), some->end(), std::back_inserter(messages));
  }
  return messages;
}

absl::StatusOr<BrokerContract::Messages> BrokerContract::FetchAllWhateverTheGroupDoes(Process& process, size_t count) {
  Messages messages;
  const async::Instant end = Now(process) + absl::Minutes(1);
  while (messages.size() < count && Now(process) < end) {
    const Event event = NextEvent(process, absl::Milliseconds(1));
    if (std::holds_alternative<Revoked>(event)) {
      EXPECT_TRUE(process.consumer->Release().ok());
    }
    if (std::holds_alternative<Assigned>(event)) {
      const int64_t from = messages.empty() ? 0 : messages.back().offset + 1;
      EXPECT_TRUE(Start(process, {{0, from}}).ok());
    }
    auto some = Fetch(process, 0, count, absl::Milliseconds(300));
    if (!some.ok()) return some.status();
    std::move(some->begin(), some->end(), std::back_inserter(messages));
  }
  return messages;
}

absl::StatusOr<std::map<int32_t, backlog::GroupOffset>> BrokerContract::Committed(Process& process,
                                                                                  std::vector<int32_t> partitions) {
  return Await(process, process.consumer->Committed(std::move(partitions)));
}

std::vector<std::string> ValuesOf(const std::vector<backlog::Message>& messages) {
  std::vector<std::string> values;
  for (const backlog::Message& message : messages) values.push_back(message.value.value_or("(tombstone)"));
  return values;
}

}  // namespace causeway::contract
