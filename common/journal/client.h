// JournalClient: Adobe's I/O Events journal as Causeway reads it (spec/campaign.md "I/O Events journal").
//
// Life: construct (no request is made); Read; destroy when all calls have returned or were destroyed. Loop's thread
// only; one Read at a time is what the journal is made for.
//
// Errors carry a code (common/errors). Nothing is retried here but a request whose token was refused, once.
//   CW-JRN-UNREACHABLE, -THROTTLED, -UNAVAILABLE, -ANSWER (transient; Detail::retry_after), -CREDENTIALS, -PERMISSION,
//   -REQUEST, -LINK (workflow), -GAP: what the link leads to has been dropped from the journal; go on from the oldest
//   kept.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/async/loop.h"
#include "common/async/task.h"
#include "common/campaign/client.h"
#include "common/http/client.h"
#include "common/journal/page.h"
#include "common/oauth/caller.h"

namespace causeway::journal {

struct ClientOptions {
  std::string journal_url;      // https://events-va6.adobe.io/events-fast/organizations/…/integrations/…/…
  std::string organization_id;  // Sent as x-ims-org-id.
  // Whose tokens are used, and its client id as X-Api-Key.
  campaign::ClientOptions identity;
  absl::Duration request_timeout = absl::Seconds(30);
  oauth::Observer observer;  // May be empty.
};

class JournalClient {
 public:
  // The references outlive the client.
  JournalClient(async::Loop& loop, async::Random& random, http::Client& http, ClientOptions options);
  ~JournalClient();
  JournalClient(const JournalClient&) = delete;
  JournalClient& operator=(const JournalClient&) = delete;

  // Where a reader may begin, as a link.
  std::string FromOldest() const;
  std::string FromLatest() const;
  // The journal takes a time in the past, in whole seconds before its own now: up to a second earlier, or later by as
  // much as its clock is ahead and the request takes.
  std::string FromTime(absl::Time time) const;

  // `link`: of one of the above, or the last page's next_link. One that leads to another origin is refused and not
  // requested.
  async::Task<absl::StatusOr<Page>> Read(std::string link);

 private:
  struct Core;
  std::unique_ptr<Core> core_;
};

}  // namespace causeway::journal
