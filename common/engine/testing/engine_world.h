// EngineTest: replicas that run one workflow in the simulated world, with a source and a destination that are plain maps, for
// tests of the engine's own rules: what happens between a page and a write. Whole schedules of faults are tests/simulation's
// business.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/async/sleep.h"
#include "common/backlog/record.h"
#include "common/backlog/topics.h"
#include "common/engine/workflow.h"
#include "common/errors/error.h"
#include "common/store/memory_store.h"
#include "gtest/gtest.h"
#include "tests/simulation/fault.h"
#include "tests/simulation/model/kafka_model.h"
#include "tests/simulation/network.h"
#include "tests/simulation/process.h"
#include "tests/simulation/simulation.h"

namespace causeway::engine {

using simulation::Process;

inline constexpr char kWorkflowName[] = "organizations/o/instances/i/workflows/ingress";
inline constexpr char kTable[] = "contact";
inline constexpr int kPartitions = 3;

// What outlives the processes: a table with a change log, and rows by key.
struct Outside {
  struct Row {
    int64_t version;
    bool deleted;
    std::string value;
  };
  std::map<std::string, Row> source;
  int64_t last_version = 0;
  int64_t oldest_kept = 0;  // Positions below are expired.
  std::string gap;          // What the source says once that it dropped.
  int64_t leaves_out = 0;   // As many rows the source says once that its rules leave out.
  int64_t last_replay = 0;  // That people asked for.
  std::vector<std::string> tables = {kTable};        // The others are empty.
  std::map<std::string, absl::Status> table_errors;  // Reading them fails.
  std::set<std::string> unusable;                    // Ids of rows that the source can't use,
  bool nameless = false;                             // or can't even tell apart.
  int64_t versions_back = 0;  // Rows come with versions as much lower: another time, or another copy.

  // Not a map by key: a create that is repeated makes a second row.
  struct Written {
    std::string key;
    std::string value;
    int64_t version;
  };
  std::map<std::string, Written> destination;  // By destination key.
  int created = 0, updated = 0, deleted = 0, looked_up = 0;
  std::vector<std::string> log;

  uint64_t address = 1;  // Which destination it is,
  uint64_t kin = 0;      // and what its other addresses have in common with this one.
  int listed = 0;        // How often its keys were.
  int asked_for = 0;     // Records that were looked up to tell whether it is the same one.
  std::optional<absl::Status> lookup_error;

  // Switches.
  std::optional<absl::Status> prepare_error;
  std::optional<absl::Status> outage;  // What the destination says to Prepare, and what may be one.
  std::optional<absl::Status> read_error;
  std::set<std::string> refused;
  std::map<std::string, bool> uncertain;  // Whether the last attempt was.
  int fail_writes = 0;   // The next ones aren't done.
  int lose_answers = 0;  // The next ones are done and not answered.
  bool hang = false;     // Writes never end.
  std::set<std::string> failing;  // Answered with an error that passes, and not done.
  bool deletes = true;            // Whether deletions are carried out at all.
  absl::Status store_error;       // What the replicas' local stores say to whoever writes.
  absl::Duration read_takes = absl::Milliseconds(10);
  absl::Duration write_takes = absl::Milliseconds(5);
  absl::Duration request_deadline = absl::Seconds(4);
  int requests_per_write = 1;
  int batch_limit = 1;
  std::set<std::string> stuck;  // A batch with one of them is not answered, and not done.
  size_t largest_batch = 0;
  bool uses_index = true;  // false: what is there already is found to be there.
  int concurrency = 8;  // That the destination says it bears.
  int bears = 1'000;  // That it does bear: others wait in line.
  int in_flight = 0, most_in_flight = 0;
  std::map<std::string, int> in_flight_by_key;
  bool same_key_twice = false;

  void Put(const std::string& id, const std::string& value) { source[id] = {++last_version, false, value}; }
  void Remove(const std::string& id) { source[id] = {++last_version, true, ""}; }

  std::vector<std::string> Find(const std::string& key) const {
    std::vector<std::string> found;
    for (const auto& [pkey, row] : destination) {
      if (row.key == key) found.push_back(pkey);
    }
    return found;
  }
  bool InStep() const {
    std::map<std::string, std::string> values;
    for (const auto& [pkey, row] : destination) {
      if (!values.emplace(row.key, row.value).second) return false;
    }
    size_t live = 0;
    for (const auto& [id, row] : source) {
      if (row.deleted) continue;
      ++live;
      auto found = values.find(id);
      if (found == values.end() || found->second != row.value) return false;
    }
    return live == values.size();
  }
};

// Positions: "" = from the start; "p<id>" = first pass after that id, "c<version>" = changes after it.
class MapSource final : public Source {
 public:
  MapSource(World& world, Outside& outside) : world_(world), outside_(outside) {}
  async::Task<absl::Status> Prepare() override { co_return outside_.prepare_error.value_or(absl::OkStatus()); }
  std::vector<std::string> Tables() const override { return outside_.tables; }
  std::string Fingerprint(const std::string&) const override { return fingerprint; }
  async::Task<absl::StatusOr<Page>> Read(const std::string& table, const std::string& position) override {
    co_await async::SleepFor(world_.loop, outside_.read_takes);
    if (outside_.read_error) co_return *outside_.read_error;
    if (const auto error = outside_.table_errors.find(table); error != outside_.table_errors.end()) co_return error->second;
    Page page;
    if (table != kTable) {
      page.caught_up = true;
      co_return page;
    }
    if (position.empty() || position[0] == 'p') {
      ReadPass(position, page);
    } else {
      int64_t after = 0;
      (void)absl::SimpleAtoi(position.substr(1), &after);
      if (after < outside_.oldest_kept) {
        page.start_over = true;
        page.note = "expired";
        co_return page;
      }
      for (const auto& [id, row] : outside_.source) {
        if (row.version > after) Add(id, row, page);
      }
      page.caught_up = true;
      page.next_position = absl::StrCat("c", outside_.last_version);
      const std::string gap = std::exchange(outside_.gap, "");
      if (!gap.empty()) page.gap = errors::NewDetail(errors::kJournalGap, gap);
      const int64_t left_out = std::exchange(outside_.leaves_out, 0);
      if (left_out > 0) page.skipped[kTable] = left_out;
    }
    co_return page;
  }
  absl::Duration request_deadline() const override { return outside_.request_deadline; }
  int64_t LastReplay(const std::string&) const override { return outside_.last_replay; }
  static inline std::string fingerprint = "1";

 private:
  void ReadPass(const std::string& position, Page& page) {
    // "p<version at the begin>:<last id>"
    int64_t begun = outside_.last_version;
    std::string last;
    if (!position.empty()) {
      const size_t colon = position.find(':');
      (void)absl::SimpleAtoi(position.substr(1, colon - 1), &begun);
      last = position.substr(colon + 1);
    }
    for (auto row = outside_.source.upper_bound(last); row != outside_.source.end(); ++row) {
      last = row->first;
      if (!row->second.deleted) Add(row->first, row->second, page);
      if (page.records.size() + page.rejected.size() == 20) {
        page.next_position = absl::StrCat("p", begun, ":", last);
        return;
      }
    }
    page.caught_up = true;
    page.next_position = absl::StrCat("c", begun);
  }
  void Add(const std::string& id, const Outside::Row& row, Page& page) const {
    if (outside_.unusable.contains(id)) {
      absl::Status reason = errors::Make(errors::kDynamicsRow, "unusable");
      page.rejected.push_back({outside_.nameless ? "" : id, row.value, std::move(reason), !outside_.nameless});
      return;
    }
    page.records.push_back(
        {row.deleted ? v1::QueuedRecord::KIND_DELETE : v1::QueuedRecord::KIND_UPSERT, id, row.version - outside_.versions_back, row.value});
  }
  World& world_;
  Outside& outside_;
};

class MapDestination final : public Destination {
 public:
  MapDestination(World& world, Outside& outside) : world_(world), outside_(outside) {}
  async::Task<absl::Status> Prepare() override { co_return outside_.outage.value_or(absl::OkStatus()); }
  bool MayBeOutage(const absl::Status&) const override { return outside_.outage.has_value(); }
  async::Task<absl::StatusOr<ExistingPage>> ListExisting(const std::string&, const std::string&) override {
    ExistingPage page;
    if (!outside_.uses_index) co_return page;
    ++outside_.listed;
    for (const auto& [pkey, row] : outside_.destination) page.rows.push_back({row.key, pkey});
    co_return page;
  }
  async::Task<void> WriteAll(std::span<Write> writes, DispatchRight& right) override {
    outside_.largest_batch = std::max(outside_.largest_batch, writes.size());
    if (std::any_of(writes.begin(), writes.end(), [&](auto& write) { return outside_.stuck.contains(write.record->source_id()); })) {
      co_await async::SleepFor(world_.loop, outside_.request_deadline);
      for (Write& write : writes) write.status = NoAnswer();
      co_return;
    }
    for (Write& write : writes) co_await WriteOne(write, right);
  }
  uint64_t Address(const std::string&) const override { return outside_.address; }
  uint64_t Kin(const std::string&) const override { return outside_.kin; }
  async::Task<absl::StatusOr<bool>> Holds(const std::string&, const std::string& id, const std::string& destination_key) override {
    co_await async::SleepFor(world_.loop, outside_.read_takes);
    ++outside_.asked_for;
    if (outside_.lookup_error) co_return *outside_.lookup_error;
    const auto found = outside_.destination.find(destination_key);
    co_return found != outside_.destination.end() && found->second.key == id;
  }
  bool Deletes(const std::string&) const override { return outside_.deletes; }
  int batch_limit() const override { return outside_.batch_limit; }
  bool uses_index() const override { return outside_.uses_index; }
  int concurrency() const override { return outside_.concurrency; }
  absl::Duration request_deadline() const override { return outside_.request_deadline; }

 private:
  async::Task<void> WriteOne(Write& write, DispatchRight& right) {
    const v1::QueuedRecord& record = *write.record;
    outside_.uncertain[record.source_id()] = write.uncertain;
    const bool whole = write.known && write.known->pass() < record.replay_pass();
    const bool same = write.known && !whole && write.known->update_hash() == record.row();
    if (record.kind() == v1::QueuedRecord::KIND_UPSERT && same) {
      write.outcome = Outcome::kUnchanged;
      write.entry = Entry(write.known->destination_key(), record);
      co_return;
    }
    for (int request = 1; request < outside_.requests_per_write; ++request) {
      write.status = co_await right.Obtain();
      if (!write.status.ok()) co_return;
      co_await async::SleepFor(world_.loop, outside_.write_takes);
    }
    if (record.kind() == v1::QueuedRecord::KIND_DELETE && !outside_.deletes) {
      write.outcome = Outcome::kSkipped;
      co_return;
    }
    while (outside_.in_flight >= outside_.bears) co_await async::SleepFor(world_.loop, absl::Milliseconds(100));
    write.status = co_await right.Obtain();
    if (!write.status.ok()) co_return;
    ++write.calls;
    const std::string id = record.source_id();
    outside_.same_key_twice |= ++outside_.in_flight_by_key[id] > 1;
    outside_.most_in_flight = std::max(outside_.most_in_flight, ++outside_.in_flight);
    co_await async::SleepFor(world_.loop, outside_.hang ? absl::Hours(1000) : outside_.write_takes);
    --outside_.in_flight;
    --outside_.in_flight_by_key[id];
    if (outside_.fail_writes > 0 || outside_.failing.contains(id)) {
      outside_.fail_writes = std::max(outside_.fail_writes - 1, 0);
      write.status = errors::Make(errors::kCampaignUnavailable, "failed");
      write.if_it_lasts = &errors::kCampaignKeepsFailing;
      co_return;
    }
    if (outside_.refused.contains(id)) {
      write.status = errors::Make(errors::kCampaignRefused, "refused");
      co_return;
    }
    Do(record, write);
    if (outside_.lose_answers > 0) {
      --outside_.lose_answers;
      write.status = NoAnswer();
    }
  }
  static absl::Status NoAnswer() {
    errors::Detail lost = errors::NewDetail(errors::kCampaignUnreachable, "no answer");
    lost.maybe_done = true;
    return errors::Make(lost);
  }
  void Do(const v1::QueuedRecord& record, Write& write) {
    if (!outside_.uses_index && !outside_.Find(record.source_id()).empty()) {
      write.outcome = Outcome::kUnchanged;
      return;
    }
    std::optional<std::string> pkey;
    if (write.known) pkey = write.known->destination_key();
    if (!pkey && write.uncertain) {
      ++outside_.looked_up;
      const std::vector<std::string> found = outside_.Find(record.source_id());
      if (!found.empty()) pkey = found[0];
    }
    outside_.log.push_back(absl::StrCat(record.source_id(), "=", record.row()));
    if (record.kind() == v1::QueuedRecord::KIND_DELETE) {
      if (pkey) ++outside_.deleted, outside_.destination.erase(*pkey);
      write.outcome = pkey ? Outcome::kDeleted : Outcome::kSkipped;
      return;
    }
    if (pkey) {
      ++outside_.updated;
      write.outcome = Outcome::kUpdated;
    } else {
      pkey = absl::StrCat("@", ++outside_.created);
      write.outcome = Outcome::kCreated;
    }
    outside_.destination[*pkey] = {record.source_id(), record.row(), record.version()};
    write.entry = Entry(*pkey, record);
  }
  static v1::IndexEntry Entry(const std::string& pkey, const v1::QueuedRecord& record) {
    v1::IndexEntry entry;
    entry.set_destination_key(pkey);
    entry.set_version(record.version());
    entry.set_update_hash(record.row());
    entry.set_pass(record.pass());
    return entry;
  }
  World& world_;
  Outside& outside_;
};

class MapConnectors final : public Connectors {
 public:
  explicit MapConnectors(Outside& outside) : outside_(outside) {}
  Ends Make(World& world, const v1::Definition&) override {
    return {std::make_unique<MapSource>(world, outside_), std::make_unique<MapDestination>(world, outside_)};
  }

 private:
  Outside& outside_;
};

class NoHttp final : public http::Client {
 public:
  async::Task<absl::StatusOr<http::Response>> Send(http::Request) override { co_return absl::UnavailableError("none"); }
};

// A store that fails when it is told to.
class ShakyStore final : public store::Store {
 public:
  explicit ShakyStore(const Outside& outside) : outside_(outside) {}
  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const override { return store_.Get(key); }
  absl::Status Write(const store::Batch& batch) override { return outside_.store_error.ok() ? store_.Write(batch) : outside_.store_error; }
  absl::Status Scan(absl::string_view prefix, absl::string_view after, Visitor visit) const override {
    return store_.Scan(prefix, after, visit);
  }
  absl::Status DeletePrefix(absl::string_view prefix) override {
    return outside_.store_error.ok() ? store_.DeletePrefix(prefix) : outside_.store_error;
  }

 private:
  const Outside& outside_;
  store::MemoryStore store_;
};

// One process with one workflow.
struct Replica {
  Replica(Process& process, simulation::KafkaModel& kafka, Outside& outside, bool reader, int64_t run, int64_t generation, v1::WorkflowSettings settings)
      : broker(kafka.Connect(process)), random(process.life()), store(outside), connectors(outside), world{process.loop(),
                                                                                           random,
                                                                                           *broker,
                                                                                           http,
                                                                                           store,
                                                                                           process.name()} {
    v1::Assignment assignment;
    assignment.set_workflow(kWorkflowName);
    assignment.set_run(run);
    assignment.set_reader(reader);
    assignment.mutable_definition()->set_workflow(kWorkflowName);
    assignment.mutable_definition()->set_generation(generation);
    assignment.mutable_definition()->set_partitions(kPartitions);
    *assignment.mutable_definition()->mutable_settings() = std::move(settings);
    workflow = std::make_unique<Workflow>(world, connectors, std::move(assignment), [] {});
  }
  std::unique_ptr<backlog::Broker> broker;
  async::Random random;
  NoHttp http;
  ShakyStore store;
  MapConnectors connectors;
  World world;
  std::unique_ptr<Workflow> workflow;
};

class EngineTest : public testing::Test {
 protected:
  // What the controller writes with each Start and Stop.
  void TellRun(int64_t run, bool ended) {
    bool done = false;
    async::Scope scope(observer_->loop());
    scope.Spawn(CommitRun(*reader_broker_, topics_, run, ended, done));
    ASSERT_TRUE(RunUntil([&] { return done; }));
  }
  static async::Task<void> CommitRun(backlog::Broker& broker, backlog::WorkflowTopics topics, int64_t run, bool ended, bool& done) {
    auto partition = co_await FindCheckpointsPartition(broker, topics);
    auto producer = co_await broker.OpenProducer("controller");
    v1::RunCheckpoint checkpoint;
    checkpoint.set_run(run);
    checkpoint.set_ended(ended);
    backlog::Transaction transaction;
    transaction.messages.push_back(
        {std::string(backlog::kCheckpointsTopic), *partition, topics.run_key(), checkpoint.SerializeAsString()});
    auto committed = co_await (*producer)->Commit(std::move(transaction), absl::InfiniteDuration());
    EXPECT_TRUE(committed.ok()) << committed.status();
    done = true;
  }
  // How many there are; all have the code and their row's beginning.
  int DeadLetters(const std::string& code) {
    int letters = 0;
    for (int partition = 0; partition < kPartitions; ++partition) {
      bool done = false;
      async::Scope scope(observer_->loop());
      scope.Spawn(ReadDeadLetters(*reader_broker_, topics_.dead_letters(), partition, code, letters, done));
      EXPECT_TRUE(RunUntil([&] { return done; }));
    }
    return letters;
  }
  static async::Task<void> ReadDeadLetters(backlog::Broker& broker, std::string topic, int partition, std::string code,
                                           int& letters, bool& done) {
    auto log = co_await broker.OpenLog(std::move(topic), partition, backlog::kLogStart);
    for (bool end = false; !end;) {
      auto batch = co_await (*log)->Next();
      for (const backlog::Message& message : batch->messages) {
        v1::DeadLetterRecord letter;
        EXPECT_TRUE(letter.ParseFromString(*message.value));
        EXPECT_EQ(letter.code(), code);
        EXPECT_FALSE(letter.record().row().empty());
        ++letters;
      }
      end = batch->reached_end;
    }
    done = true;
  }

  // `generation`: how often the workflow was reset.
  explicit EngineTest(int64_t generation = 0) : generation_(generation) {
    MapSource::fingerprint = "1";
    backlog::TopicSettings topics;
    topics.partitions = kPartitions;
    topics.checkpoints_partitions = kCheckpointsPartitions;
    for (const auto& spec : backlog::InstallationTopics(topics)) EXPECT_TRUE(kafka_.CreateTopic(spec).ok());
    for (const auto& spec : backlog::WorkflowTopicSpecs(topics_, topics)) EXPECT_TRUE(kafka_.CreateTopic(spec).ok());
    settings_.set_dispatch_window(16);
  }

  Process& AddReplica(const std::string& name, bool reader) {
    processes_.push_back(
        std::make_unique<Process>(simulation_, network_.AddParty(name), name, [this, reader](Process& process) {
          auto replica = std::make_shared<Replica>(process, kafka_, outside_, reader, run_, generation_, settings_);
          replicas_[process.name()] = replica.get();
          return replica;
        }));
    processes_.back()->Start();
    return *processes_.back();
  }
  Replica& replica(const std::string& name) { return *replicas_.at(name); }
  bool Shows(const std::string& name, const std::string& condition) {
    const v1::WorkflowReport report = replica(name).workflow->Report();
    return std::any_of(report.conditions().begin(), report.conditions().end(),
                       [&](const v1::Condition& shown) { return shown.type() == condition; });
  }

  bool RunUntil(std::function<bool()> condition, absl::Duration limit = absl::Minutes(10)) {
    const async::Instant end = simulation_.Now() + limit;
    while (!condition()) {
      if (simulation_.Now() >= end || !simulation_.Step()) return condition();
    }
    return true;
  }
  void RunFor(absl::Duration duration) { simulation_.RunUntil(simulation_.Now() + duration); }

  // What is durable of the workflow now.
  Checkpoints Look() {
    Checkpoints checkpoints(*reader_broker_, topics_);
    bool done = false;
    async::Scope scope(observer_->loop());
    auto body = [](Checkpoints& checkpoints, bool& done) -> async::Task<void> {
      EXPECT_TRUE((co_await checkpoints.CatchUp()).ok());
      done = true;
    };
    scope.Spawn(body(checkpoints, done));
    EXPECT_TRUE(RunUntil([&] { return done; }));
    return checkpoints;
  }
  int64_t Backlog() {
    const Checkpoints checkpoints = Look();
    int64_t backlog = 0;
    for (int64_t queued : checkpoints.queued.ordinals()) backlog += queued;
    for (const auto& [partition, finished] : checkpoints.finished) backlog -= finished.ordinal();
    return backlog;
  }
  // Asked after every event, so it looks only when enough has changed.
  bool Drained() {
    if (simulation_.Now() < next_look_) return false;
    next_look_ = simulation_.Now() + absl::Milliseconds(200);
    return outside_.InStep() && Backlog() == 0;
  }
  void Seed(int rows) {
    for (int i = 0; i < rows; ++i) outside_.Put(absl::StrCat("id", 1000 + i), absl::StrCat("first", i));
  }

  simulation::Simulation simulation_{1};
  simulation::Faults faults_{1, simulation::FaultRates{}};
  simulation::Network network_{simulation_, faults_};
  simulation::KafkaModel kafka_{simulation_, network_, faults_};
  static constexpr int32_t kCheckpointsPartitions = 3;
  const int64_t generation_;
  const backlog::WorkflowTopics topics_ = backlog::TopicsOf(kWorkflowName, "", generation_);
  const int32_t checkpoints_partition_ = backlog::CheckpointsPartition(topics_, kCheckpointsPartitions);
  v1::WorkflowSettings settings_;
  int64_t run_ = 1;  // Of the replicas that are begun.
  Outside outside_;
  async::Instant next_look_;
  std::map<std::string, Replica*> replicas_;
  std::vector<std::unique_ptr<Process>> processes_;
  std::unique_ptr<backlog::Broker> reader_broker_;
  std::unique_ptr<Process> observer_ = [this] {
    auto process =
        std::make_unique<Process>(simulation_, network_.AddParty("observer"), "observer", [this](Process& process) {
          reader_broker_ = kafka_.Connect(process);
          return std::make_shared<int>(0);
        });
    process->Start();
    return process;
  }();
};

}  // namespace causeway::engine
