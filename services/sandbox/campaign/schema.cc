#include "services/sandbox/campaign/schema.h"

#include <algorithm>

#include "services/sandbox/base/text.h"

namespace causeway::sandbox::campaign {
namespace {

Field Text(std::string name, std::string label, int max_length = 255, DataPolicy policy = DataPolicy::kNone) {
  return {std::move(name), FieldType::kString, std::move(label), "string", max_length, policy};
}
Field Of(FieldType type, std::string res_type, std::string name, std::string label) {
  return {std::move(name), type, std::move(label), std::move(res_type), 0};
}
Field Flag(std::string name, std::string label) {
  return Of(FieldType::kBoolean, "boolean", std::move(name), std::move(label));
}
Field Date(std::string name, std::string label) {
  return Of(FieldType::kDate, "date", std::move(name), std::move(label));
}
Field Time(std::string name, std::string label) {
  return Of(FieldType::kDateTime, "datetime", std::move(name), std::move(label));
}
Field Whole(std::string name, std::string label) {
  return Of(FieldType::kNumber, "long", std::move(name), std::move(label));
}
Field Fraction(std::string name, std::string label) {
  return Of(FieldType::kNumber, "double", std::move(name), std::move(label));
}

Field Link(std::string name, std::string label, std::string target, std::string join, bool needs_parent) {
  Field field = Of(FieldType::kLink, "link", std::move(name), std::move(label));
  field.target = std::move(target);
  field.join = std::move(join);
  field.needs_parent = needs_parent;
  return field;
}

// Countries and states are links to where geography is kept; these are their codes.
Field Code(std::string name, std::string label, int max_length, DataPolicy policy) {
  return Text(std::move(name), std::move(label), max_length, policy);
}

Field OrNone(Field field) {
  field.nothing = "none";
  return field;
}

Field MadeOf(std::vector<std::string> others, Field::Computed computed, Field field) {
  field.computed = computed;
  field.made_of = std::move(others);
  return field;
}

// When one of the attributes last changed.
Field ChangeOf(std::vector<std::string> attributes, std::string name, std::string label) {
  return MadeOf(std::move(attributes), Field::Computed::kChangeOf, Time(std::move(name), std::move(label)));
}

bool IsCustom(std::string_view name) { return name.starts_with("cus"); }

Field Gender() {
  Field field = Of(FieldType::kEnumeration, "byte", "gender", "Gender");
  field.values = {{"unknown", "Not specified"}, {"male", "Male"}, {"female", "Female"}};
  return field;
}

std::vector<Field> PersonFields() {
  return {Text("externalId", "External ID", 100),
          Text("salutation", "Salutation", 20),
          MadeOf({"firstName", "lastName", "email"}, Field::Computed::kTitle, Text("title", "Title", 255)),
          Text("firstName", "First name", 30, DataPolicy::kSmartCase),
          Text("middleName", "Middle name", 30),
          Text("lastName", "Last name", 50),
          Text("email", "Email", 128, DataPolicy::kEmail),
          Text("mobilePhone", "Mobile", 32, DataPolicy::kPhone),
          Text("phone", "Phone", 32, DataPolicy::kPhone),
          Text("fax", "Fax", 32),
          Date("birthDate", "Birth date"),
          Gender(),
          OrNone(Text("preferredLanguage", "Language", 20)),
          OrNone(Text("timeZone", "Time zone", 50)),
          Text("location/address1", "Address 1", 250),
          Text("location/address2", "Address 2", 250),
          Text("location/address3", "Address 3", 250),
          Text("location/address4", "Address 4", 250),
          Text("location/zipCode", "Zip", 20),
          Text("location/city", "City", 80),
          Code("location/stateCode", "State", 3, DataPolicy::kState),
          Code("location/countryCode", "Country", 2, DataPolicy::kCountry),
          MadeOf({"location/address1", "location/address2", "location/address3", "location/address4", "location/zipCode",
                  "location/city", "location/stateCode", "location/countryCode"},
                 Field::Computed::kPostalAddress, Text("postalAddress/serialized", "Postal address", 255))};
}

std::vector<Field> OptOutFields() {
  return {Flag("blackList", "No longer contact by any channel"),
          Flag("blackListEmail", "No longer contact by email"),
          Flag("blackListFax", "No longer contact by fax"),
          Flag("blackListMobile", "No longer contact by mobile"),
          Flag("blackListPhone", "No longer contact by phone"),
          Flag("blackListPostalMail", "No longer contact by postal mail"),
          Flag("blackListPushnotification", "No longer contact by push notification"),
          Flag("ccpaOptOut", "CCPA opt-out"),
          ChangeOf({"blackList", "blackListEmail", "blackListFax", "blackListMobile", "blackListPhone", "blackListPostalMail",
                    "blackListPushnotification"},
                   "blackListAllLastModified", "Last change of any channel"),
          ChangeOf({"blackList"}, "blackListLastModified", "Last change of all channels"),
          ChangeOf({"blackListEmail"}, "blackListEmailLastModified", "Last change of email"),
          ChangeOf({"blackListFax"}, "blackListFaxLastModified", "Last change of fax"),
          ChangeOf({"blackListMobile"}, "blackListMobileLastModified", "Last change of mobile"),
          ChangeOf({"blackListPhone"}, "blackListPhoneLastModified", "Last change of phone"),
          ChangeOf({"blackListPostalMail"}, "blackListPostalMailLastModified", "Last change of postal mail"),
          ChangeOf({"ccpaOptOut"}, "ccpaOptOutLastModified", "Last change of CCPA opt-out")};
}

std::vector<Field> ProfileFields() {
  std::vector<Field> fields = PersonFields();
  for (Field& field : OptOutFields()) fields.push_back(std::move(field));
  for (Field& field : std::vector<Field>{Whole("cusChildren", "Children"), Fraction("cusScore", "Score"),
                                         Time("cusLastVisit", "Last visit"), Text("cusNote", "Note", 2000)})
    fields.push_back(std::move(field));
  return fields;
}

Resource Standard(std::string name, std::string label, std::vector<Field> fields, bool read_only) {
  Resource resource{std::string(kExtendedEndpoint), std::move(name), std::move(label), std::move(fields), "name",
                    "byName",                       "name_parameter"};
  resource.read_only = read_only;
  return resource;
}

}  // namespace

std::string_view NameOf(FieldType type) {
  constexpr std::string_view kNames[] = {"string", "number", "boolean", "date", "datetime", "enumeration", "link"};
  return kNames[static_cast<int>(type)];
}

std::string_view NameOf(DataPolicy policy) {
  constexpr std::string_view kNames[] = {"none", "email", "smartCase", "phone", "none", "none"};
  return kNames[static_cast<int>(policy)];
}

int Resource::Find(std::string_view field) const {
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == field && !fields[i].unpublished) return static_cast<int>(i);
  }
  return -1;
}

std::string_view Field::outer() const {
  const size_t slash = name.find('/');
  return slash == std::string::npos ? std::string_view() : std::string_view(name).substr(0, slash);
}

std::string_view Field::inner() const { return std::string_view(name).substr(name.find('/') + 1); }

bool IsEndpoint(std::string_view name) {
  return name == kStandardEndpoint || name == kExtendedEndpoint || name == kCustomEndpoint;
}

bool Resource::IsAt(std::string_view endpoint_asked) const {
  if (unpublished) return false;
  if (endpoint_asked == kStandardEndpoint) return endpoint == kExtendedEndpoint && !IsCustom(name);
  return endpoint == endpoint_asked;
}

bool Resource::Shows(const Field& field, std::string_view endpoint_asked) {
  return !field.unpublished && !(endpoint_asked == kStandardEndpoint && IsCustom(field.name));
}

std::vector<Resource> DefaultResources() {
  return {{std::string(kExtendedEndpoint), "profile", "Profiles", ProfileFields(), "externalId", "byExternalId",
           "externalId_parameter"},
          {std::string(kExtendedEndpoint),
           "cusContract",
           "Contracts",
           {Text("cusContractId", "Contract id", 100), Text("cusName", "Name", 100), Text("cusNumber", "Number", 30),
            Fraction("cusAmount", "Amount"), Date("cusSignedOn", "Signed on"), Flag("cusRenewal", "Automatic renewal"),
            Text("cusContactId", "Contact id", 100),
            Link("cusProfile", "Profile", "profile", "cusContactId", /*needs_parent=*/true),
            Link("cusReferrer", "Recommended by", "profile", "", /*needs_parent=*/false)},
           "cusContractId",
           "byCusContractId",
           "cusContractId_parameter"},
          {std::string(kCustomEndpoint),
           "cusProduct",
           "Products",
           {Text("cusProductId", "Product id", 100), Text("cusName", "Name", 100), Text("cusCode", "Code", 30),
            Fraction("cusWeight", "Weight"), Whole("cusStock", "Stock"), Text("cusCategory", "Category", 50),
            Time("cusAvailableFrom", "Available from")},
           "cusProductId",
           "byCusProductId",
           "cusProductId_parameter"},
          Standard("service", "Services",
                   {Text("name", "ID", 100), Text("label", "Label", 200), Flag("isTemplate", "Template"),
                    Text("messageType", "Channel", 20)},
                   false),
          Standard("history", "Sending logs",
                   {Text("name", "ID", 100), Text("deliveryLabel", "Delivery", 200), Text("status", "Status", 20),
                    Time("eventDate", "Date")},
                   true),
          Standard("orgUnit", "Organizational units", {Text("name", "ID", 100), Text("label", "Label", 200)}, true)};
}

void FindParts(Resource& resource) {
  for (Field& field : resource.fields) {
    field.parts.clear();
    for (const std::string& name : field.made_of) {
      const int part = resource.Find(name);
      if (part >= 0) field.parts.push_back(static_cast<size_t>(part));
    }
  }
}

std::string ApplyPolicy(DataPolicy policy, std::string text) {
  if (policy == DataPolicy::kSmartCase && !text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] -= 'a' - 'A';
  if (policy == DataPolicy::kPhone) {
    std::erase_if(text, [](char c) { return c == ' ' || c == '(' || c == ')' || c == '-' || c == '.' || c == '/'; });
  }
  return text;
}

}  // namespace causeway::sandbox::campaign
