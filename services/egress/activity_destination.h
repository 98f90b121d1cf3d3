// ActivityDestination: writes events as activities of Dynamics 365, many in a request (E2, E4, E5).
//
// No index is kept: every write is a create-only one under an id that follows from the event, so whatever is written
// again is found to be there (0x80040237) and counts as unchanged. Another 412 may mean that or not, so the activity is
// looked for. An event whose contact Dynamics 365 doesn't have (a 404 that names it) is skipped.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/dataverse/client.h"
#include "common/engine/destination.h"
#include "services/egress/activity_tables.h"
#include "services/egress/activity_writer.h"

namespace causeway::egress {

class ActivityDestination final : public engine::Destination {
 public:
  // `settings` outlives it. `request_timeout`: the client's.
  ActivityDestination(const v1::EgressSettings& settings, std::unique_ptr<dataverse::DataverseClient> dynamics,
                      absl::Duration request_timeout);

  async::Task<absl::Status> Prepare() override;
  // Nothing has to be known of what is there.
  async::Task<absl::StatusOr<engine::ExistingPage>> ListExisting(const std::string& table,
                                                                 const std::string& from) override;
  async::Task<void> WriteAll(std::span<engine::Write> writes, engine::DispatchRight& right) override;
  int batch_limit() const override { return kBatch; }
  int concurrency() const override;
  bool paused() const override;
  bool uses_index() const override { return false; }
  // An event never changes, and its activity's id is its own: the second one is refused.
  bool lands_harmlessly() const override { return true; }
  absl::Duration request_deadline() const override { return request_timeout_; }

 private:
  // Of all types together: each makes a request of its own.
  static constexpr int kBatch = 400;

  // The activity of an event; nullopt: none is to become of it (any more), and why is in `skip_reason`.
  absl::StatusOr<std::optional<Activity>> Make(const v1::QueuedRecord& record, const char*& skip_reason) const;
  // CW-DYN-EXISTS where it is there; otherwise `refusal` as one of the record.
  async::Task<absl::Status> LookFor(const Activity& activity, absl::Status refusal);

  const v1::EgressSettings& settings_;
  std::unique_ptr<dataverse::DataverseClient> dynamics_;
  const absl::Duration request_timeout_;
  ActivityTables tables_;
  ActivityWriter writer_;
};

}  // namespace causeway::egress
