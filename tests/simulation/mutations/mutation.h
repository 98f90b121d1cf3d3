// Mutation: a deliberate mistake, made at the seams between the engine and the world, so that production code holds no
// switch for it. Each must be found by the invariants within 10,000 schedules: a simulation that can't fail proves
// nothing.
//
// What a Wrap returns owns what it was given and behaves like it but for the mistake; without one it is what was given.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/async/loop.h"
#include "common/backlog/broker.h"
#include "common/engine/supervisor.h"
#include "common/engine/workflow.h"
#include "common/http/client.h"

namespace causeway::simulation {

enum class Mistake {
  kNone,
  // Of the broker.
  kNoFencing,
  kIndexOutsideTransaction,
  kCheckpointOutsideTransaction,
  kOwnerNotSaid,
  kLostCommitTakenForDone,
  kDoneCommitTakenForLost,
  kFinishedNotTold,
  kDeadLetterLost,
  // Of the destination.
  kCommitBeforeWrite,
  kNoWaitAfterUncleanTakeover,
  kNoLookupAfterTakeover,
  kDispatchWithoutRight,
  kLookUpAlways,
  kReplayTrustsIndex,
  // Of HTTP.
  kLostAnswerTakenForNotSent,
  kIdsByChance,
  kPageTakenForSuccess,
  // Of the lease.
  kLeaseRenewedByTimer,
};

class Mutation {
 public:
  explicit Mutation(Mistake mistake = Mistake::kNone) : mistake_(mistake) {}

  struct Named {
    absl::string_view name;
    Mistake mistake;
    // What a violation says that proves it; one of them.
    std::vector<absl::string_view> found_as;
  };
  static const std::vector<Named>& All();
  // nullptr: there is none of that name.
  static const Named* Find(absl::string_view name);

  // `owner`: the process and which of its lives.
  std::unique_ptr<backlog::Broker> Wrap(std::unique_ptr<backlog::Broker> broker, const std::string& owner) const;
  std::unique_ptr<engine::Connectors> Wrap(std::unique_ptr<engine::Connectors> connectors) const;
  std::unique_ptr<http::Client> Wrap(std::unique_ptr<http::Client> client) const;
  std::unique_ptr<engine::ControlLink> Wrap(std::unique_ptr<engine::ControlLink> link) const;

 private:
  Mistake mistake_;
};

}  // namespace causeway::simulation
