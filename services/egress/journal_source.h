// JournalSource: the e-mail events of Campaign, read from the I/O Events journal (E1, E3, E5).
//
// One source table, "events", whose records belong to their event type. What isn't to become an activity is counted as
// skipped: types that aren't enabled or known, soft bounces, seeds and proofs, profiles without a contact id.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "causeway/v1/control.pb.h"
#include "common/engine/source.h"
#include "common/journal/client.h"
#include "services/egress/event.h"
#include "services/egress/journal_position.h"

namespace causeway::egress {

class JournalSource final : public engine::Source {
 public:
  // `definition` and the loop outlive it. `request_timeout`: the client's.
  JournalSource(async::Loop& loop, const v1::Definition& definition, std::unique_ptr<journal::JournalClient> journal,
                absl::Duration request_timeout);

  async::Task<absl::Status> Prepare() override;
  std::vector<std::string> Tables() const override { return {"events"}; }
  // A change of the choices holds for the events to come; nothing is read again.
  std::string Fingerprint(const std::string&) const override { return "events"; }
  async::Task<absl::StatusOr<engine::Page>> Read(const std::string& table, const std::string& position) override;
  absl::Duration request_deadline() const override { return request_timeout_; }

 private:
  // Where the first start begins. After a reset, which loses what was queued, that is the oldest event kept.
  JournalPosition Beginning() const;
  // Goes on from the oldest event kept; the page's gap says which time span is missing. `moved`: it is another journal
  // than the position's.
  async::Task<absl::StatusOr<journal::Page>> ReadBeyondGap(const JournalPosition& position, bool moved,
                                                           engine::Page& page);
  const char* ReasonToSkip(const Event& event, absl::Time begin) const;
  void Add(const journal::Entry& entry, JournalPosition& position, engine::Page& page) const;

  async::Loop& loop_;
  const v1::EgressSettings& settings_;
  const bool was_reset_;
  std::unique_ptr<journal::JournalClient> journal_;
  const absl::Duration request_timeout_;
  // What Prepare saw at the journal's end: where reading begins there, that is its first page.
  std::optional<journal::Page> end_;
  // The journal asked not to be asked before.
  async::Instant ask_from_;
};

}  // namespace causeway::egress
