// People: who changes rows in Dynamics 365 while a schedule runs.
#pragma once

#include <set>
#include <string>

#include "tests/simulation/world.h"

namespace causeway::simulation {

class People {
 public:
  explicit People(World& world);

  // What was there before Causeway.
  void FillSystems();
  // Changes from now on until GoHome.
  void Work();
  void GoHome() { working_ = false; }

 private:
  void WorkLater();
  void LookAround();
  void ChangeSomething();
  std::string NewId();
  std::string TableOf(const std::string& id) const { return world_.PairOf(id).table; }
  // Traces what somebody has just done to a row.
  void Say(absl::string_view what, const std::string& id) const;
  const std::string* AnyId(const std::vector<std::string>& ids);

  World& world_;
  Dice dice_;
  bool working_ = false;
  std::vector<std::string> living_;
  std::vector<std::string> deleted_;
  int last_id_ = 0;
};

}  // namespace causeway::simulation
