#include "services/sandbox/dataverse/column_makers.h"

namespace causeway::sandbox::dataverse {
namespace {

Column FullName() {
  Column column = Text("fullname", "Full Name", 160);
  column.source = Column::Source::kFullName;
  column.creatable = column.updatable = false;
  return column;
}

std::vector<Column> Person() {
  return {
      FullName(),
      Text("firstname", "First Name", 50),
      Text("middlename", "Middle Name", 50),
      Text("lastname", "Last Name", 50),
      Text("nickname", "Nickname", 50),
      Text("salutation", "Salutation", 100),
      Text("suffix", "Suffix", 10),
      Text("jobtitle", "Job Title", 100),
      Text("department", "Department", 100),
      Time("birthdate", "Birthday", DateTimeBehavior::kDateOnly),
      Time("anniversary", "Anniversary", DateTimeBehavior::kDateOnly),
      Choice("gendercode", "Gender", {{1, "Male"}, {2, "Female"}}),
      Choice("familystatuscode", "Marital Status", {{1, "Single"}, {2, "Married"}, {3, "Divorced"}, {4, "Widowed"}}),
      Number("numberofchildren", "No. of Children", 0, 1'000'000'000),
      Memo("description", "Description", 2000),
      Text("assistantname", "Assistant", 100),
      Text("assistantphone", "Assistant Phone", 50),
      Text("managername", "Manager", 100),
      Text("managerphone", "Manager Phone", 50),
      Text("spousesname", "Spouse/Partner Name", 100),
      Text("childrensnames", "Children's Names", 255),
      Text("governmentid", "Government", 50),
      Text("employeeid", "Employee", 50),
      Text("externaluseridentifier", "External User Identifier", 50),
      Choice("leadsourcecode", "Lead Source", {{1, "Default Value"}}),
      Choice("customertypecode", "Relationship Type", {{1, "Default Value"}}),
      Choice("accountrolecode", "Role", {{1, "Decision Maker"}, {2, "Employee"}, {3, "Influencer"}})};
}

std::vector<Column> Reachability() {
  return {Text("emailaddress1", "Email", 100),
          Text("emailaddress2", "Email Address 2", 100),
          Text("emailaddress3", "Email Address 3", 100),
          Text("telephone1", "Business Phone", 50),
          Text("telephone2", "Home Phone", 50),
          Text("telephone3", "Telephone 3", 50),
          Text("pager", "Pager", 50),
          Text("mobilephone", "Mobile Phone", 50),
          Text("fax", "Fax", 50),
          Text("websiteurl", "Website", 200),
          Text("address1_line1", "Street 1", 250),
          Text("address1_line2", "Street 2", 250),
          Text("address1_line3", "Street 3", 250),
          Text("address1_name", "Address 1: Name", 200),
          Text("address1_county", "Address 1: County", 50),
          Text("address1_postofficebox", "Address 1: Post Office Box", 20),
          Text("address1_postalcode", "ZIP/Postal Code", 20),
          Text("address1_city", "City", 80),
          Text("address1_stateorprovince", "State/Province", 50),
          Text("address1_country", "Country/Region", 80),
          Double("address1_latitude", "Latitude", -90, 90),
          Double("address1_longitude", "Longitude", -180, 180),
          Choice("preferredcontactmethodcode", "Preferred Method of Contact",
                 {{1, "Any"}, {2, "Email"}, {3, "Phone"}, {4, "Fax"}, {5, "Mail"}}),
          Flag("donotbulkemail", "Do not allow Bulk Emails", "Allow", "Do Not Allow"),
          Flag("donotemail", "Do not allow Emails", "Allow", "Do Not Allow"),
          Flag("donotfax", "Do not allow Faxes", "Allow", "Do Not Allow"),
          Flag("donotphone", "Do not allow Phone Calls", "Allow", "Do Not Allow"),
          Flag("donotpostalmail", "Do not allow Mails", "Allow", "Do Not Allow"),
          Flag("donotbulkpostalmail", "Do not allow Bulk Mails", "No", "Yes"),
          Flag("donotsendmm", "Send Marketing Materials", "Send", "Do Not Send"),
          Flag("followemail", "Follow Email Activity", "Do Not Allow", "Allow")};
}

std::vector<Column> Business() {
  return {Money("creditlimit", "Credit Limit"),
          Money("annualincome", "Annual Income"),
          Flag("creditonhold", "Credit Hold"),
          Decimal("contoso_score", "Score", -1000, 1000, 3),
          Typed("contoso_points", "Loyalty Points", ColumnType::kBigInt),
          Choices("contoso_interests", "Interests", {{1, "Sports"}, {2, "Music"}, {3, "Travel"}, {4, "Food & Wine"}}),
          Time("contoso_lastvisit", "Last Visit", DateTimeBehavior::kUserLocal),
          Time("contoso_appointment", "Appointment", DateTimeBehavior::kTimeZoneIndependent),
          Typed("contoso_externalref", "External Reference", ColumnType::kUniqueidentifier),
          Flag("contoso_ccpaoptout", "CCPA Opt-out"),
          Flag("contoso_nocontact", "No Contact By Any Channel"),
          Flag("contoso_nomobile", "No Contact By Mobile"),
          Flag("contoso_nopush", "No Push Notifications"),
          Memo("contoso_notes", "Notes", 1'048'576),
          Lookup("parentcustomerid", "Company Name", ColumnType::kCustomer,
                 {{"parentcustomerid_account", "account"}, {"parentcustomerid_contact", "contact"}})};
}

}  // namespace

TableSchema ContactTable() {
  TableSchema table;
  table.logical_name = "contact";
  table.entity_set = "contacts";
  table.primary_name = "fullname";
  table.label = "Contact";
  table.object_type_code = 2;
  AppendKey("contactid", table);
  for (const auto& part : {Person(), Reachability(), Business()})
    table.columns.insert(table.columns.end(), part.begin(), part.end());
  AppendCommonColumns(ActiveAndInactive(), table);
  AppendShadows(table);
  table.unique_rules = {{UniqueRule::Kind::kDuplicateDetection, "Contacts with the same email", {"emailaddress1"}}};
  return table;
}

}  // namespace causeway::sandbox::dataverse
