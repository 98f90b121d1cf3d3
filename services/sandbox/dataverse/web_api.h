// Dataverse's Web API, /api/data/v9.2/ (spec/dynamics365.md). Answers one request after the other; keeps nothing
// between them but what is in the database and the limits' counters.
//
// For the program: `if (WebApi::Serves(request.path()))`, Receive tells whether the request is carried out at all
// (service protection limits; keep `in_flight` until the answer is sent), Answer carries it out. The control API
// changes the database itself, rows through RowsWriter, limits through protection(), tokens through Entra.
//
// Life: all references outlive it. Threading: one thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "services/sandbox/dataverse/database.h"
#include "services/sandbox/dataverse/replica.h"
#include "services/sandbox/dataverse/rows_writer.h"
#include "services/sandbox/dataverse/service_protection.h"
#include "services/sandbox/http/message.h"
#include "services/sandbox/identity/entra.h"

namespace causeway::sandbox::dataverse {

class WebApi {
 public:
  // `entra` says which access tokens hold.
  WebApi(Database& database, RowsWriter& writer, Entra& entra);

  // Whether a path is the Web API's, be it of an unknown version.
  static bool Serves(std::string_view path);

  // A request has arrived. One without a valid token is admitted: it is no user's, and Answer refuses it.
  ServiceProtection::Admission Receive(const http::Request& request);
  http::Response Answer(const http::Request& request);

  ServiceProtection& protection() { return protection_; }
  Replica& replica() { return replica_; }
  // Creates of a row whose key was there: what a client without idempotent creates would have doubled.
  int64_t& duplicates() { return duplicates_; }

  // Asked for each operation within a batch; what it returns is answered instead.
  using Intercept = std::function<std::optional<http::Response>(const http::Request& operation)>;
  void InterceptOperations(Intercept intercept) { intercept_ = std::move(intercept); }

 private:
  http::Response CarryOutOperation(const http::Request& operation);
  // A request whose token and headers are in order.
  http::Response CarryOut(const http::Request& request);

  Database& database_;
  RowsWriter& writer_;
  Entra& entra_;
  ServiceProtection protection_;
  Replica replica_;
  Intercept intercept_;
  int64_t duplicates_ = 0;
};

}  // namespace causeway::sandbox::dataverse
