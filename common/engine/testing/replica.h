// Replica: one process with one workflow, in the simulated world.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "common/engine/testing/map_ends.h"
#include "common/engine/testing/no_http.h"
#include "common/engine/testing/outside.h"
#include "common/engine/workflow.h"
#include "common/store/memory_store.h"
#include "tests/simulation/model/kafka_model.h"
#include "tests/simulation/process.h"

namespace causeway::engine {

using simulation::Process;

inline constexpr char kWorkflowName[] = "organizations/o/instances/i/workflows/ingress";
inline constexpr int kPartitions = 3;

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

struct Replica {
  Replica(Process& process, simulation::KafkaModel& kafka, Outside& outside, bool reader, int64_t run, int64_t generation,
          v1::WorkflowSettings settings)
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

}  // namespace causeway::engine
