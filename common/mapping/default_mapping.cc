#include "common/mapping/default_mapping.h"

#include <string_view>
#include <utility>

namespace causeway::mapping {
namespace {

// State and country are left out: Campaign has codes there, links to its own lists, and Dynamics 365 whatever people typed. They take
// replacements of one's own.
constexpr std::pair<std::string_view, std::string_view> kFields[] = {
    {"contactid", "externalId"},
    {"firstname", "firstName"},
    {"middlename", "middleName"},
    {"lastname", "lastName"},
    {"salutation", "salutation"},
    {"gendercode", "gender"},
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

// Dynamics 365's default options of gendercode → Campaign's enumeration.
constexpr std::pair<std::string_view, std::string_view> kGenders[] = {{"1", "male"}, {"2", "female"}, {"", "unknown"}};

}  // namespace

v1::TableMapping DefaultContactMapping() {
  v1::TableMapping mapping;
  mapping.set_source_table("contact");
  mapping.set_target_resource("profile");
  mapping.set_target_key("externalId");
  for (const auto& [column, target] : kFields) {
    v1::FieldMapping& field = *mapping.add_fields();
    field.set_source_column(std::string(column));
    field.set_target_field(std::string(target));
    if (column != "gendercode") continue;
    for (const auto& [from, to] : kGenders) {
      v1::Replacement& replacement = *field.add_replacements();
      replacement.set_from(std::string(from));
      replacement.set_to(std::string(to));
    }
  }
  return mapping;
}

}  // namespace causeway::mapping
