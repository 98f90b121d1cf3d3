#include "common/mapping/test_schema.h"

namespace causeway::mapping::test {

std::vector<SourceColumn> ContactColumns() {
  std::vector<SourceColumn> columns = {
      {.name = "contactid", .type = ColumnType::kUniqueidentifier, .primary_id = true}};
  for (const char* name : {"firstname", "middlename", "lastname", "salutation", "emailaddress1", "mobilephone",
                           "telephone1", "address1_line1", "address1_line2", "address1_postalcode", "address1_city",
                           "address1_stateorprovince", "address1_country"}) {
    columns.push_back({.name = name, .type = ColumnType::kString});
  }
  for (const char* name : {"donotbulkemail", "donotfax", "donotphone", "donotpostalmail"}) {
    columns.push_back({.name = name, .type = ColumnType::kBoolean});
  }
  columns.push_back({.name = "birthdate", .type = ColumnType::kDateTime, .behavior = DateTimeBehavior::kDateOnly});
  columns.push_back({.name = "gendercode", .type = ColumnType::kPicklist, .options = {{1, "Male"}, {2, "Female"}}});
  columns.push_back({.name = "new_interests", .type = ColumnType::kOther});
  columns.push_back({.name = "description", .type = ColumnType::kMemo});
  columns.push_back({.name = "numberofchildren", .type = ColumnType::kInteger});
  columns.push_back({.name = "versionnumber", .type = ColumnType::kBigInt});
  columns.push_back({.name = "exchangerate", .type = ColumnType::kDecimal});
  columns.push_back({.name = "address1_latitude", .type = ColumnType::kDouble});
  columns.push_back({.name = "creditlimit", .type = ColumnType::kMoney});
  columns.push_back({.name = "modifiedon", .type = ColumnType::kDateTime});
  columns.push_back({.name = "statecode", .type = ColumnType::kState, .options = {{0, "Active"}, {1, "Inactive"}}});
  columns.push_back({.name = "parentcustomerid", .type = ColumnType::kCustomer});
  return columns;
}

std::vector<DestinationField> ProfileFields() {
  return {{"externalId", v1::FIELD_TYPE_STRING, 100},
          {"firstName", v1::FIELD_TYPE_STRING, 30},
          {"middleName", v1::FIELD_TYPE_STRING, 30},
          {"lastName", v1::FIELD_TYPE_STRING, 50},
          {"salutation", v1::FIELD_TYPE_STRING, 20},
          {"gender", v1::FIELD_TYPE_STRING, 0},
          {"birthDate", v1::FIELD_TYPE_DATE, 0},
          {"email", v1::FIELD_TYPE_STRING, 128},
          {"mobilePhone", v1::FIELD_TYPE_STRING, 32},
          {"phone", v1::FIELD_TYPE_STRING, 32},
          {"location/address1", v1::FIELD_TYPE_STRING, 0},
          {"location/address2", v1::FIELD_TYPE_STRING, 0},
          {"location/zipCode", v1::FIELD_TYPE_STRING, 10},
          {"location/city", v1::FIELD_TYPE_STRING, 0},
          {"location/stateCode", v1::FIELD_TYPE_STRING, 0},
          {"location/countryCode", v1::FIELD_TYPE_STRING, 0},
          {"blackListEmail", v1::FIELD_TYPE_BOOLEAN, 0},
          {"blackListFax", v1::FIELD_TYPE_BOOLEAN, 0},
          {"blackListPhone", v1::FIELD_TYPE_BOOLEAN, 0},
          {"blackListPostalMail", v1::FIELD_TYPE_BOOLEAN, 0},
          {"cusString", v1::FIELD_TYPE_STRING, 0},
          {"cusInteger", v1::FIELD_TYPE_INTEGER, 0},
          {"cusFloat", v1::FIELD_TYPE_FLOAT, 0},
          {"cusDouble", v1::FIELD_TYPE_DOUBLE, 0},
          {"cusBoolean", v1::FIELD_TYPE_BOOLEAN, 0},
          {"cusDate", v1::FIELD_TYPE_DATE, 0},
          {"cusDateTime", v1::FIELD_TYPE_DATETIME, 0}};
}

v1::FieldMapping& Add(v1::TableMapping& mapping, const std::string& column, const std::string& field) {
  v1::FieldMapping& added = *mapping.add_fields();
  added.set_source_column(column);
  added.set_target_field(field);
  return added;
}

v1::TableMapping KeyOnly() {
  v1::TableMapping mapping;
  mapping.set_source_table("contact");
  mapping.set_target_resource("profile");
  mapping.set_target_key("externalId");
  Add(mapping, "contactid", "externalId");
  return mapping;
}

std::string SampleRow() {
  return R"({"@odata.etag":"W/\"4711\"","contactid":"0d4c1a52-7b3e-4f6a-9c1d-2e8f5a6b7c8d","firstname":"Zoë",)"
         R"("middlename":null,"lastname":"O'Neil \"Zo\"","salutation":"Dr.","gendercode":2,"birthdate":"1984-02-29",)"
         R"("emailaddress1":"zoe.oneil@example.com","mobilephone":"+49 170 1234567","telephone1":"+49 30 1234567",)"
         R"("address1_line1":"Unter den Linden 1","address1_line2":null,"address1_postalcode":"10117",)"
         R"("address1_city":"Berlin","address1_stateorprovince":"BE","address1_country":"DE",)"
         R"("donotbulkemail":false,"donotfax":true,"donotphone":false,"donotpostalmail":true,"statecode":0,)"
         R"("modifiedon":"2026-11-23T08:15:30Z","versionnumber":4711})";
}

}  // namespace causeway::mapping::test
