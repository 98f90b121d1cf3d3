// JournalModel: IMS and the I/O Events journal of the simulation (spec/campaign.md "I/O Events journal"): pages behind
// a position, nothing new (204), positions whose events were dropped (410), events that come again under new positions.
//
// Life: construct; Serve through an HttpModel as both origins; Emit and DropOldest at any time.
#pragma once

#include <deque>
#include <string>

#include "tests/simulation/fault.h"
#include "tests/simulation/model/http_model.h"
#include "tests/simulation/model/tokens.h"
#include "tests/simulation/simulation.h"

namespace causeway::simulation {

inline constexpr char kJournalOrigin[] = "https://journal.example";
inline constexpr char kJournalUrl[] = "https://journal.example/events/organizations/o/integrations/i";

class JournalModel final : public HttpServer {
 public:
  JournalModel(Simulation& simulation, Faults& faults, absl::Duration token_life = absl::Hours(24))
      : simulation_(simulation), tokens_(simulation, faults, token_life) {}

  http::Response Handle(const Delivery& delivery) override;
  http::Response Refuse(int status) override;

  // `event`: JSON.
  void Emit(std::string event) { events_.push_back(std::move(event)); }
  // Those beyond the journal's retention. Returns how many were dropped.
  size_t DropOldest(size_t count);
  // Position of the newest event.
  int64_t end() const { return dropped_ + static_cast<int64_t>(events_.size()); }
  // Whether somebody has gone on from a position: what was dropped before that is no gap.
  bool followed() const { return followed_; }

 private:
  // The events behind position `since`; positions are numbers, 0 is before the first event ever.
  http::Response Page(int64_t since);

  Simulation& simulation_;
  Tokens tokens_;
  std::deque<std::string> events_;
  int64_t dropped_ = 0;
  bool followed_ = false;
};

}  // namespace causeway::simulation
