// CampaignClient: Adobe Campaign Standard's REST API as Causeway uses it (spec/campaign.md).
//
// Life: construct (no request is made); call; destroy when all calls have returned or were destroyed. One per
// connection and run: its concurrency limit is what the connection may use. Threading: loop's thread only; any number
// of calls at once.
//
// Every request is an engine call, which customers pay for: `context.calls` counts those of one call, the observer all.
// Nothing is repeated here but a request whose token was refused, once.
//
// Errors carry a code (common/errors); which answer means which is error_table.h's.
//   any call  CW-CAM-UNREACHABLE, -THROTTLED, -UNAVAILABLE, -ANSWER (transient), -CREDENTIALS, -PERMISSION (workflow),
//             -RESOURCE, -FIELD (workflow; subject: the resource, the field)
//   writes    CW-CAM-REFUSED (record; subject: the field, where the answer tells), -LINK (record)
//   Update, Delete, Get  CW-CAM-NOT-FOUND (record): no entity with this PKey; what that means is the caller's to decide
//   Create    Detail::maybe_done: it failed, but may have been carried out: look the key up before creating it again
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/async/loop.h"
#include "common/async/task.h"
#include "common/campaign/resources.h"
#include "common/http/client.h"
#include "common/oauth/caller.h"

namespace causeway::campaign {

// OAuth server-to-server.
struct OAuthCredentials {
  std::string client_id;
  std::string client_secret;
  std::vector<std::string> scopes;  // Empty: those of the Campaign API.
};

// A service account (JWT), for installations that still have one.
struct ServiceAccountCredentials {
  std::string client_id;
  std::string client_secret;
  std::string organization_id;       // 1234@AdobeOrg
  std::string technical_account_id;  // 5678@techacct.adobe.com
  std::string private_key;           // PEM, RSA
};

struct ClientOptions {
  std::string base_url = "https://mc.adobe.io";
  std::string tenant;  // contoso, contoso-mkt-stage
  std::string ims_url = "https://ims-na1.adobelogin.com";
  std::variant<OAuthCredentials, ServiceAccountCredentials> credentials;
  int max_concurrency = 32;  // 1–1000
  // After this a request can't take effect any more (design.md "Zombies"): counted from before_send's return.
  absl::Duration request_timeout = absl::Seconds(10);
  oauth::Observer observer;  // May be empty.
  oauth::Observer token_observer;  // Of the requests for tokens; may be empty.
};

class CampaignClient {
 public:
  // The references outlive the client.
  CampaignClient(async::Loop& loop, async::Random& random, http::Client& http, ClientOptions options);
  ~CampaignClient();
  CampaignClient(const CampaignClient&) = delete;
  CampaignClient& operator=(const CampaignClient&) = delete;

  // Names of the resources of profileAndServicesExt.
  async::Task<absl::StatusOr<std::vector<std::string>>> ListResources();
  // Looks below both endpoints.
  async::Task<absl::StatusOr<ResourceDescription>> Describe(std::string resource);

  // One page: the first with an empty `link`, or that of a next link. A link that leads to another origin is refused
  // (CW-CAM-FOREIGN-LINK) and not requested. Comes to an end on tables of any size (_forcePagination).
  async::Task<absl::StatusOr<EntityPage>> List(Resource resource, std::string key_field, int line_count,
                                               std::string link);
  // The entities with this key: none, one, or more where the key isn't unique in Campaign.
  async::Task<absl::StatusOr<std::vector<Entity>>> FindByKey(Resource resource, KeyFilter filter, std::string key_field,
                                                             std::string key, oauth::CallContext& context);
  async::Task<absl::StatusOr<Entity>> Get(Resource resource, std::string pkey, std::string key_field,
                                          oauth::CallContext& context);

  // `body`: a JSON object, sent as it is. `context` outlives the call; its before_send is asked before each request.
  // Returns the new entity's PKey.
  async::Task<absl::StatusOr<std::string>> Create(Resource resource, std::string body, oauth::CallContext& context);
  async::Task<absl::Status> Update(Resource resource, std::string pkey, std::string body, oauth::CallContext& context);
  async::Task<absl::Status> Delete(Resource resource, std::string pkey, oauth::CallContext& context);

  // For metrics.
  const limits::Limiter& limiter() const;

 private:
  struct Core;
  std::unique_ptr<Core> core_;
};

}  // namespace causeway::campaign
