#include "services/sandbox/control/table_mapping.h"

#include <cctype>
#include <stdexcept>
#include <string_view>

#include "services/sandbox/base/text.h"

namespace causeway::sandbox {
namespace {

using boost::json::object;
using boost::json::value;

// source_table and sourceTable are the same.
std::string Plain(std::string_view name) {
  std::string plain;
  for (char c : name) {
    if (c != '_') plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return plain;
}

const value* Member(const object& from, std::string_view name) {
  for (const auto& member : from) {
    if (Plain({member.key().data(), member.key().size()}) == Plain(name)) return &member.value();
  }
  return nullptr;
}

std::string Text(const object& from, std::string_view name, const std::string& otherwise = "") {
  const value* member = Member(from, name);
  if (member == nullptr || member->is_null()) return otherwise;
  if (member->is_string()) return std::string(member->as_string());
  if (member->is_bool() || member->is_number()) return boost::json::serialize(*member);
  throw std::invalid_argument(Cat(name, " must be a text"));
}

std::vector<object> Objects(const object& from, std::string_view name) {
  const value* member = Member(from, name);
  std::vector<object> objects;
  if (member == nullptr || member->is_null()) return objects;
  if (!member->is_array()) throw std::invalid_argument(Cat(name, " must be a list"));
  for (const value& element : member->as_array()) {
    if (!element.is_object()) throw std::invalid_argument(Cat(name, " must hold objects"));
    objects.push_back(element.as_object());
  }
  return objects;
}

// FIELD_TYPE_DATE and date are the same; unspecified is empty.
std::string WithoutPrefix(std::string text, std::string_view prefix) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (text.starts_with(prefix)) text.erase(0, prefix.size());
  return text == "unspecified" ? "" : text;
}

FieldMapping ReadField(const object& from) {
  FieldMapping field{Text(from, "source_column"), Text(from, "target_field"),
                     WithoutPrefix(Text(from, "target_type"), "field_type_"), Text(from, "insert_only") == "true"};
  for (const object& replacement : Objects(from, "replacements"))
    field.replacements.emplace_back(Text(replacement, "from"), Text(replacement, "to"));
  return field;
}

}  // namespace

TableMapping ReadMapping(const object& from) {
  TableMapping mapping;
  mapping.table = Text(from, "source_table", mapping.table);
  mapping.resource = Text(from, "target_resource", mapping.resource);
  mapping.key = Text(from, "target_key", mapping.key);
  mapping.display_values = WithoutPrefix(Text(from, "picklist_values"), "picklist_values_") == "display";
  mapping.time_zone = Text(from, "time_zone", mapping.time_zone);
  if (mapping.time_zone.empty()) mapping.time_zone = "UTC";
  for (const object& field : Objects(from, "fields")) mapping.fields.push_back(ReadField(field));
  return mapping;
}

TableMapping DefaultMapping() {
  TableMapping mapping;
  mapping.fields = {{"contactid", "externalId", "", false, {}},
                    {"firstname", "firstName", "", false, {}},
                    {"middlename", "middleName", "", false, {}},
                    {"lastname", "lastName", "", false, {}},
                    {"salutation", "salutation", "", false, {}},
                    {"gendercode", "gender", "", false, {{"1", "male"}, {"2", "female"}, {"", "unknown"}}},
                    {"birthdate", "birthDate", "", false, {}},
                    {"emailaddress1", "email", "", false, {}},
                    {"mobilephone", "mobilePhone", "", false, {}},
                    {"telephone1", "phone", "", false, {}},
                    {"address1_line1", "location/address1", "", false, {}},
                    {"address1_line2", "location/address2", "", false, {}},
                    {"address1_postalcode", "location/zipCode", "", false, {}},
                    {"address1_city", "location/city", "", false, {}},
                    {"donotbulkemail", "blackListEmail", "", false, {}},
                    {"donotfax", "blackListFax", "", false, {}},
                    {"donotphone", "blackListPhone", "", false, {}},
                    {"donotpostalmail", "blackListPostalMail", "", false, {}}};
  return mapping;
}

}  // namespace causeway::sandbox
