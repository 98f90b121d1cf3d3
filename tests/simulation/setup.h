// Setup: how people configure the workflow of a schedule through the controller, and how they edit it. Pure.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "services/controller/controller.h"
#include "tests/simulation/plan.h"
#include "tests/simulation/table_pairs.h"
#include "tests/simulation/wishes.h"

namespace causeway::simulation {

inline constexpr int kDispatchWindow = 16;

// One edit of the definitions, and how to see that it was made: its maker may have died before it was told.
struct SetupStep {
  std::function<bool(const controller::Definitions&)> done;
  controller::Controller::MakeEdit make;
};

struct Setup {
  explicit Setup(const Plan& plan);

  // By turns the paging, how long requests may take and, of ingress, the order of the columns, or the whole mapping, which
  // the next step makes anew. None of them changes what is written.
  controller::Controller::MakeEdit EditNumber(int number, const Wishes& wishes) const;

  // A person's word that deletions of the table that wait are right.
  controller::Controller::MakeEdit Confirm(const std::string& table, std::map<std::string, v1::HeldDeletions> held) const;

  // The edit that makes the definitions say what people wish; nullopt: they do. Of ingress.
  std::optional<controller::Controller::MakeEdit> Missing(const controller::Definitions& definitions,
                                                          const Wishes& wishes) const;
  // The edit that maps, as people wish, a table that isn't mapped; nullopt: all are.
  std::optional<controller::Controller::MakeEdit> Unmapped(const controller::Definitions& definitions, const Wishes& wishes) const;

  // Asks for a replay of the first table; of ingress only.
  controller::Controller::MakeEdit Replay() const;

  const v1::WorkflowType type;
  const std::string workflow;  // Resource name.
  const int partitions;
  const Plan plan;
  const std::vector<SetupStep> steps;
};

}  // namespace causeway::simulation
