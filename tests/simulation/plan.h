// Plan: what a schedule is made of, drawn from its seed: how much there is of everything, and how likely each fault is.
#pragma once

#include <cstdint>
#include <set>

#include "absl/time/time.h"
#include "tests/simulation/fault.h"

namespace causeway::simulation {

struct Plan {
  uint64_t seed = 0;
  bool egress = false;   // The workflow: e-mail events to Dynamics 365 instead of contacts to Campaign.
  int tables = 1;        // Of ingress.
  int rows = 0;          // In Dynamics 365 at the beginning; of egress: events in the journal.
  int rows_by_hand = 0;  // In Campaign at the beginning.
  int replicas = 0;      // Of the workflow's service.
  int partitions = 0;    // Of the backlog.
  int neighbour_rows = 0;  // Of a second instance beside; 0: there is none.
  int page_size = 0;     // Rows of a page.
  bool names_repeat = false;  // Contents come again (A, B, A).
  bool unique_keys = false;   // Campaign refuses a second row of a key.
  int64_t max_queued_bytes = 0;  // Of the backlog; reading pauses beyond them.
  int max_deletion_percent = 0;
  int max_deletions = 0;
  // How long after its deadline a request may still be carried out.
  absl::Duration landing_margin;
  absl::Duration poll_interval;
  absl::Duration token_life;    // Of the access tokens to both systems.
  absl::Duration storm;         // How long things change and go wrong.
  absl::Duration change_every;  // Mean distance of changes or events.
  FaultRates rates{};

  bool quiet() const;  // No fault at all.
};

// `also`: see DrawRates.
Plan DrawPlan(uint64_t seed, const std::set<Fault>& also = {});

}  // namespace causeway::simulation
