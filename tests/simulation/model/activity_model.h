// ActivityModel: Dynamics 365 of the simulation as egress sees it: Entra ID's token, metadata and privileges of the
// activity tables, contacts to regard, and the three ways to write (spec/dynamics365.md "Writing rows"): single,
// $batch, which says of each part what became of it, and CreateMultiple, all or none.
//
// Life: construct; Serve through an HttpModel as both origins; Observe for invariants.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "tests/simulation/fault.h"
#include "tests/simulation/model/http_model.h"
#include "tests/simulation/model/tokens.h"
#include "tests/simulation/simulation.h"

namespace causeway::simulation {

// In the simulation a campaign's name is the event's id.
struct ActivityRow {
  std::string table;
  std::string event;
  std::string contact;
};

class ActivityModel final : public HttpServer {
 public:
  ActivityModel(Simulation& simulation, Faults& faults, absl::Duration token_life = absl::Minutes(59))
      : tokens_(simulation, faults, token_life) {}

  http::Response Handle(const Delivery& delivery) override;
  http::Response Refuse(int status) override;

  void AddContact(const std::string& id) { contacts_.insert(id); }
  void DeleteContact(const std::string& id) { contacts_.erase(id); }
  bool HasContact(const std::string& id) const { return contacts_.contains(id); }

  // Called for every activity that was made.
  void Observe(std::function<void(const ActivityRow&)> observer) { observer_ = std::move(observer); }

 private:
  // What one write would answer: 204, or why not.
  int Check(const std::string& id, const ActivityRow& row) const;
  void Make(const std::string& id, const ActivityRow& row);

  http::Response Metadata(absl::string_view path) const;
  http::Response WriteOne(absl::string_view path, absl::string_view body);
  http::Response CreateMultiple(absl::string_view set, absl::string_view body);
  http::Response Batch(const http::Request& request);

  Tokens tokens_;
  std::set<std::string> contacts_;
  std::map<std::string, ActivityRow> rows_;  // By activityid.
  std::function<void(const ActivityRow&)> observer_;
};

}  // namespace causeway::simulation
