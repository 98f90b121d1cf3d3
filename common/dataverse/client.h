// DataverseClient: Dynamics 365's Web API as Causeway uses it (spec/dynamics365.md): metadata, rows with change
// tracking, writes.
//
// Life: construct (no request is made); call; destroy when all calls have returned or were destroyed. One per
// connection and run: its concurrency limit is what the connection may use. Threading: loop's thread only; any number
// of calls at once.
//
// Errors carry a code (common/errors). Nothing is retried here but a request whose token was refused, once: what is
// transient is the caller's to repeat (limits::RetryPolicy; Detail::retry_after, which the client also keeps by itself
// by sending nothing until then).
//   any call        CW-DYN-UNREACHABLE, -THROTTLED, -UNAVAILABLE, -ANSWER (transient), -CREDENTIALS, -TOKEN, -USER,
//                   -PRIVILEGE (workflow)
//   metadata, reads CW-DYN-TABLE, -COLUMN (subject: the column, where the message tells), -TRACKING, -REQUEST, -LINK
//                   (workflow), -DELTA-EXPIRED: a link can't be followed any more, read from the start, -PAGE: the page is
//                   larger than an answer may be, ask for fewer rows
//   writes          CW-DYN-EXISTS: a row with this primary key is there; -NOT-FOUND (subject: the table whose row is
//                   missing), -PRECONDITION: another 412; -REFUSED (all record). Detail::maybe_done says that a transient
//                   failure may have been carried out all the same
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/async/loop.h"
#include "common/async/task.h"
#include "common/dataverse/metadata.h"
#include "common/dataverse/rows.h"
#include "common/http/client.h"
#include "common/oauth/caller.h"

namespace causeway::dataverse {

struct ClientOptions {
  std::string org_url;  // https://contoso.api.crm.dynamics.com
  std::string authority = "https://login.microsoftonline.com";
  std::string tenant;
  std::string client_id;
  std::string client_secret;
  int max_concurrency = 8;  // 1–52
  absl::Duration request_timeout = absl::Seconds(30);
  oauth::Observer observer;  // May be empty.
  oauth::Observer token_observer;  // Of the requests for tokens; may be empty.
};

class DataverseClient {
 public:
  // The references outlive the client.
  DataverseClient(async::Loop& loop, async::Random& random, http::Client& http, ClientOptions options);
  ~DataverseClient();
  DataverseClient(const DataverseClient&) = delete;
  DataverseClient& operator=(const DataverseClient&) = delete;

  // All tables, in the server's order.
  async::Task<absl::StatusOr<std::vector<Table>>> ListTables();
  async::Task<absl::StatusOr<Table>> DescribeTable(std::string logical_name);
  // With the behaviour of DateTime columns (a second request when there are any).
  async::Task<absl::StatusOr<std::vector<Column>>> ListColumns(std::string logical_name);
  // Of a Picklist, State, Status, Boolean or multi-select (Virtual) column; empty for other types, without a request.
  async::Task<absl::StatusOr<std::vector<Option>>> ListOptions(std::string logical_name, Column column);
  // Those that exist on the table.
  async::Task<absl::StatusOr<std::vector<Privilege>>> ListPrivileges(std::string logical_name);
  // Ids of the privileges that the application user has, through roles of its own or of its teams (two requests). How
  // deep they reach isn't told: Dataverse shows those of teams as basic, whatever they are.
  async::Task<absl::StatusOr<absl::flat_hash_set<std::string>>> OwnPrivileges();
  // How deep the application user's privilege to read the table reaches, through roles of its own and of its teams: Basic, Local, Deep or
  // Global (three requests). Empty: the answer doesn't tell.
  async::Task<absl::StatusOr<std::string>> ReadDepth(std::string logical_name);
  // What Windows calls the time zone in the application user's settings: "W. Europe Standard Time" (three requests).
  async::Task<absl::StatusOr<std::string>> UserTimeZone();
  // A snapshot of the server's own, some hours old at worst.
  async::Task<absl::StatusOr<int64_t>> CountRows(std::string logical_name);

  // One page: the query's first one with an empty `link`, or that of a next or delta link of the same query. A link
  // that leads to another origin is refused (CW-DYN-LINK) and not requested. Empty pages that have a next link are
  // followed, up to a bound. To check privilege and tracking before a run, read with page_size 1.
  async::Task<absl::StatusOr<RowPage>> Read(RowQuery query, std::string link);
  // Whether a link that was kept leads to the organization that this client asks.
  bool LeadsHere(const std::string& link) const;
  const std::string& org_url() const;
  // One row; CW-DYN-NOT-FOUND when it doesn't exist.
  async::Task<absl::StatusOr<Row>> ReadRow(RowQuery query, std::string id);

  // Carries out one write; returns the row's id. `context` outlives the call.
  async::Task<absl::StatusOr<std::string>> Write(RowWrite write, oauth::CallContext& context);
  // Up to 1,000 writes in one $batch; a refused one doesn't hold up the others. One status a write, in their order. An
  // error of the whole: none of them is known to have been carried out (maybe_done says whether they can have been).
  async::Task<absl::StatusOr<std::vector<absl::Status>>> WriteBatch(std::vector<RowWrite> writes,
                                                                    oauth::CallContext& context);
  // Creates all rows or none: JSON objects without @odata.type. Returns their ids in the same order.
  async::Task<absl::StatusOr<std::vector<std::string>>> CreateMultiple(Table table, std::vector<std::string> rows,
                                                                       oauth::CallContext& context);

  // For metrics.
  const limits::Limiter& limiter() const;

 private:
  struct Core;
  std::unique_ptr<Core> core_;
};

}  // namespace causeway::dataverse
