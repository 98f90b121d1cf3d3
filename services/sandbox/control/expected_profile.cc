#include "services/sandbox/control/expected_profile.h"

#include <string_view>
#include <utility>

#include "services/sandbox/base/json_text.h"

namespace causeway::sandbox {
namespace {

// Whose values are the same on both sides.
constexpr std::pair<std::string_view, std::string_view> kSame[] = {
    {"firstname", "firstName"},
    {"middlename", "middleName"},
    {"lastname", "lastName"},
    {"salutation", "salutation"},
    {"birthdate", "birthDate"},
    {"emailaddress1", "email"},
    {"mobilephone", "mobilePhone"},
    {"telephone1", "phone"},
    {"address1_line1", "location/address1"},
    {"address1_line2", "location/address2"},
    {"address1_postalcode", "location/zipCode"},
    {"address1_city", "location/city"},
    {"donotbulkemail", "blackListEmail"},
    {"donotfax", "blackListFax"},
    {"donotphone", "blackListPhone"},
    {"donotpostalmail", "blackListPostalMail"},
};

std::string GenderOf(std::string_view token) {
  if (token == "1") return R"("male")";
  if (token == "2") return R"("female")";
  return R"("unknown")";
}

}  // namespace

ExpectedProfile::ExpectedProfile(const dataverse::TableSchema& contact, const campaign::Resource& profile)
    : profile_(profile),
      external_id_(profile.Find("externalId")),
      gender_column_(contact.Find("gendercode")),
      gender_(profile.Find("gender")) {
  for (const auto& [column, field] : kSame) {
    const int column_number = contact.Find(column), field_number = profile.Find(field);
    // A test may have dropped one of them.
    if (column_number >= 0 && field_number >= 0) {
      same_.push_back({static_cast<size_t>(column_number), static_cast<size_t>(field_number)});
    }
  }
}

std::vector<ExpectedProfile::Value> ExpectedProfile::Of(const dataverse::Row& contact) const {
  std::vector<Value> values;
  values.push_back({external_id_, JsonString(contact.id.ToString())});
  values.push_back({gender_, GenderOf(contact.values.Get(gender_column_))});
  std::string scratch;
  for (const Mapping& mapping : same_) {
    const std::string_view token = contact.values.Get(mapping.column);
    const campaign::DataPolicy policy = profile_.fields[mapping.field].policy;
    if (policy == campaign::DataPolicy::kNone || token.empty()) {
      values.push_back({mapping.field, std::string(token)});
    } else {
      values.push_back(
          {mapping.field, JsonString(campaign::ApplyPolicy(policy, std::string(TextOfToken(token, scratch))))});
    }
  }
  return values;
}

}  // namespace causeway::sandbox
