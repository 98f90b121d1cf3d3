// ActivityWriter: brings activities to Dynamics 365 in as few requests as its tables allow.
//
// The activities of one table go as CreateMultiple, which makes all of them or none. Where Dynamics 365 refuses that —
// one of them is there already, its contact isn't, or the table doesn't know the message — the same activities go as
// $batch, which says of each what became of it. A table where CreateMultiple failed is spared it for a while, longer
// every time: were it sent again with the one event that it fails of, it would hold up the others for ever.
//
// Threading: loop's thread only; any number of calls at once.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "common/dataverse/client.h"
#include "services/egress/activity.h"

namespace causeway::egress {

class ActivityWriter {
 public:
  // Outlives it.
  explicit ActivityWriter(dataverse::DataverseClient& dynamics) : dynamics_(dynamics) {}

  // One status for each activity, as DataverseClient::Write gives it. After a transient one nothing is known of it. The
  // activities outlive the call.
  async::Task<std::vector<absl::Status>> Write(const std::vector<Activity>& activities, oauth::CallContext& context);

 private:
  // What is known of CreateMultiple on a table.
  struct Trust {
    int spared = 0;  // How many groups go without it still.
    int next = 4;    // How many will, after the next failure.
  };

  async::Task<bool> CreateMultiple(const std::vector<Activity>& activities, const std::vector<size_t>& group,
                                   std::vector<absl::Status>& statuses, oauth::CallContext& context);
  async::Task<void> WriteEach(const std::vector<Activity>& activities, std::span<const size_t> chosen,
                              std::vector<absl::Status>& statuses, oauth::CallContext& context);

  dataverse::DataverseClient& dynamics_;
  std::map<std::string, Trust> trust_;  // By table.
};

}  // namespace causeway::egress
