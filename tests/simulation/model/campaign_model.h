// CampaignModel: Adobe Campaign Standard of the simulation: IMS's token, metadata, resources with a key field, look-ups
// by it, create (which is not idempotent: a repeated POST makes a second row), patch, delete (spec/campaign.md), as far
// as the campaign client asks for it.
//
// Life: construct; Serve through an HttpModel as both origins; Observe for invariants.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/simulation/fault.h"
#include "tests/simulation/model/http_model.h"
#include "tests/simulation/model/tokens.h"
#include "tests/simulation/model/url.h"
#include "tests/simulation/simulation.h"

namespace causeway::simulation {

inline constexpr char kImsOrigin[] = "https://ims.example";
inline constexpr char kCampaignOrigin[] = "https://campaign.example";
inline constexpr char kCampaignTenant[] = "contoso";
// The fields of every resource of the model.
inline constexpr char kKeyField[] = "externalId";
inline constexpr char kNameField[] = "lastName";
inline constexpr char kRevisionField[] = "cusRevision";

struct CampaignRow {
  std::string pkey;
  std::string key;
  std::string name;
  int64_t revision = 0;
  bool by_hand = false;  // Made in Campaign, not by Causeway.
};

// A write that has just been carried out.
struct CampaignWrite {
  enum class Kind { kCreate, kUpdate, kDelete };
  Kind kind;
  std::string resource;
  CampaignRow before;  // Empty for a create.
  CampaignRow after;   // Empty for a delete.
  int from;            // The sender's party.
  Instant sent;
};

class CampaignModel final : public HttpServer {
 public:
  CampaignModel(Simulation& simulation, Faults& faults, std::vector<std::string> resources,
                absl::Duration token_life = absl::Hours(24));

  http::Response Handle(const Delivery& delivery) override;
  http::Response Refuse(int status) override;
  bool Repeatable(const http::Request& request) const override;

  // A row that was there before Causeway; without a key it must never be touched.
  void AddByHand(const std::string& resource, const std::string& key);
  // Somebody changes one of the rows that have a key.
  void ChangeByHand(const std::string& resource, Dice& dice);

  void Observe(std::function<void(const CampaignWrite&)> observer) { observer_ = std::move(observer); }

  using Rows = std::map<std::string, CampaignRow>;  // By PKey.
  const Rows& rows(const std::string& resource) const { return resources_.at(resource); }
  std::vector<const CampaignRow*> FindByKey(const std::string& resource, absl::string_view key) const;
  // Requests that customers pay for: all but those to IMS.
  int64_t engine_calls() const { return engine_calls_; }

 private:
  http::Response Metadata(absl::string_view resource) const;
  http::Response ListRows(const Url& url, const Rows& rows);
  http::Response LookUp(const Url& url, const std::string& resource) const;
  http::Response Create(const Delivery& delivery, const std::string& resource);
  http::Response Patch(const Delivery& delivery, const std::string& resource, CampaignRow& row);
  http::Response Delete(const Delivery& delivery, const std::string& resource, const CampaignRow& row);
  // Sets what the body says; false when a value is refused.
  static bool Apply(absl::string_view body, CampaignRow& row);
  std::string NewPkey();
  void Tell(CampaignWrite write);

  Simulation& simulation_;
  Tokens tokens_;
  std::map<std::string, Rows> resources_;
  std::function<void(const CampaignWrite&)> observer_;
  int64_t engine_calls_ = 0;
};

}  // namespace causeway::simulation
