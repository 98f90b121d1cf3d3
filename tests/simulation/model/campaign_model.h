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
// Another address of the same servers.
inline constexpr char kCampaignAlias[] = "https://campaign-emea.example";
// Two instances: what is written to one isn't in the other.
inline constexpr char kCampaignTenant[] = "contoso";
inline constexpr char kOtherTenant[] = "contoso-stage";
// The fields of every resource of the model.
inline constexpr char kKeyField[] = "externalId";
inline constexpr char kNameField[] = "lastName";
inline constexpr char kNickField[] = "cusNick";
inline constexpr char kTitleField[] = "firstName";
inline constexpr char kMarkField[] = "cusMark";
inline constexpr char kRevisionField[] = "cusRevision";
// Of Campaign's own users; never mapped.
inline constexpr char kNoteField[] = "cusNote";

// Field -> value, numbers as decimal digits; a field that was never written is missing.
using CampaignFields = std::map<std::string, std::string>;

struct CampaignRow {
  std::string pkey;
  std::string key;
  CampaignFields fields;
  bool by_hand = false;  // Made in Campaign, not by Causeway.
};

// A write that has just been carried out.
struct CampaignWrite {
  enum class Kind { kCreate, kUpdate, kDelete };
  Kind kind;
  std::string place;
  CampaignRow before;  // Empty for a create.
  CampaignRow after;   // Empty for a delete.
  CampaignFields sent;
  int from;  // The sender's party.
  Instant sent_at;
};

class CampaignModel final : public HttpServer {
 public:
  CampaignModel(Simulation& simulation, Faults& faults, std::vector<std::string> resources,
                absl::Duration token_life = absl::Hours(24));

  // From now on a second row of a key is refused, as a real instance does whose key is declared unique. Otherwise a repeated
  // create makes one.
  void EnforceUniqueKeys() { unique_keys_ = true; }

  http::Response Handle(const Delivery& delivery) override;
  http::Response Refuse(int status) override;
  bool Repeatable(const http::Request& request) const override;

  // A resource of a tenant.
  static std::string PlaceOf(const std::string& tenant, const std::string& resource) {
    return tenant + "/" + resource;
  }

  // What Campaign's own users do. A row without a key, or with one of theirs, must never be touched.
  void AddByHand(const std::string& place, const std::string& key);
  // To one of the rows that have a key and weren't made by hand, if there is one; returns its key.
  std::string ChangeByHand(const std::string& place, Dice& dice);
  std::string NoteByHand(const std::string& place, Dice& dice);
  std::string DeleteByHand(const std::string& place, Dice& dice);
  std::string MoveByHand(const std::string& place, Dice& dice);  // Its PKey is another one now.

  void Observe(std::function<void(const CampaignWrite&)> observer) { observer_ = std::move(observer); }

  using Rows = std::map<std::string, CampaignRow>;  // By PKey.
  const Rows& rows(const std::string& place) const { return places_.at(place); }
  std::vector<const CampaignRow*> FindByKey(const std::string& place, absl::string_view key) const;
  // Whose record a request would write: the place and the key, empty where it can't be told.
  struct Aim {
    std::string place;
    std::string key;
  };
  Aim AimOf(const http::Request& request) const;
  // When a row was last deleted or moved.
  Instant last_removal() const { return last_removal_; }
  // Requests that customers pay for: all but those to IMS.
  int64_t engine_calls() const { return engine_calls_; }
  // Creates that were refused because Causeway had made a row of that key itself.
  int64_t own_duplicates() const { return own_duplicates_; }

 private:
  http::Response Metadata(const std::string& place) const;
  http::Response ListRows(const std::string& origin, const Url& url, const Rows& rows);
  http::Response LookUp(const Url& url, const std::string& place) const;
  http::Response Create(const Delivery& delivery, const std::string& place);
  http::Response Patch(const Delivery& delivery, const std::string& place, CampaignRow& row);
  http::Response Delete(const Delivery& delivery, const std::string& place, const CampaignRow& row);
  // Any of ours; nullptr: there is none.
  CampaignRow* Any(const std::string& place, Dice& dice);
  std::string NewPkey();
  void Remove(const std::string& place, const std::string& pkey);
  void Tell(CampaignWrite write);

  Simulation& simulation_;
  Tokens tokens_;
  bool unique_keys_ = false;
  std::map<std::string, Rows> places_;
  std::map<std::string, std::string> keys_;  // Of every PKey that there ever was.
  std::function<void(const CampaignWrite&)> observer_;
  Instant last_removal_ = -absl::InfiniteDuration();
  int64_t engine_calls_ = 0;
  int64_t own_duplicates_ = 0;
};

}  // namespace causeway::simulation
