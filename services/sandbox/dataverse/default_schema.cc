#include "services/sandbox/dataverse/default_schema.h"

#include "services/sandbox/dataverse/column_makers.h"
#include "services/sandbox/dataverse/system_tables.h"

namespace causeway::sandbox::dataverse {
namespace {

TableSchema AccountTable() {
  TableSchema table = Named("account", "accounts", "Account", 1);
  AppendKey("accountid", table);
  table.primary_name = "name";
  table.columns.push_back(Text("name", "Account Name", 160));
  table.columns.push_back(Text("accountnumber", "Account Number", 20));
  table.columns.push_back(Text("telephone1", "Main Phone", 50));
  table.columns.push_back(Text("websiteurl", "Website", 200));
  table.columns.push_back(Money("revenue", "Annual Revenue"));
  table.columns.push_back(Number("numberofemployees", "Number of Employees", 0, 1'000'000'000));
  table.columns.push_back(
      Lookup("primarycontactid", "Primary Contact", ColumnType::kLookup, {{"primarycontactid", "contact"}}));
  AppendCommonColumns(ActiveAndInactive(), table);
  AppendShadows(table);
  table.unique_rules = {{UniqueRule::Kind::kDuplicateDetection, "Accounts with the same name", {"name"}}};
  return table;
}

TableSchema ContractTable() {
  TableSchema table = Named("contoso_contract", "contoso_contracts", "Contract", 10001);
  AppendKey("contoso_contractid", table);
  table.primary_name = "contoso_name";
  table.custom = true;
  table.columns.push_back(Text("contoso_name", "Name", 100));
  table.columns.push_back(Text("contoso_number", "Contract Number", 30));
  table.columns.push_back(Money("contoso_amount", "Amount"));
  table.columns.push_back(Time("contoso_signedon", "Signed On", DateTimeBehavior::kDateOnly));
  table.columns.push_back(Flag("contoso_renewal", "Automatic Renewal"));
  table.columns.push_back(
      Lookup("contoso_contactid", "Contact", ColumnType::kLookup, {{"contoso_contactid", "contact"}}));
  AppendCommonColumns(ActiveAndInactive(), table);
  AppendShadows(table);
  return table;
}

TableSchema ProductTable() {
  TableSchema table = Named("contoso_product", "contoso_products", "Product", 10002);
  AppendKey("contoso_productid", table);
  table.primary_name = "contoso_name";
  table.custom = true;
  table.columns.push_back(Text("contoso_name", "Name", 100));
  table.columns.push_back(Text("contoso_code", "Code", 30));
  table.columns.push_back(Decimal("contoso_weight", "Weight", 0, 100'000, 3));
  table.columns.push_back(Number("contoso_stock", "Stock", 0, 1'000'000));
  table.columns.push_back(Choice("contoso_category", "Category", {{100000000, "Hardware"}, {100000001, "Software"}}));
  table.columns.push_back(Time("contoso_availablefrom", "Available From", DateTimeBehavior::kTimeZoneIndependent));
  AppendCommonColumns(ActiveAndInactive(), table);
  AppendShadows(table);
  return table;
}

// Open activities are in state 0, closed ones in 1.
States OpenAndCompleted() {
  return {{{0, "Open"}, {1, "Completed"}, {2, "Canceled"}}, {{1, "Open", 0}, {2, "Completed", 1}, {3, "Canceled", 2}}};
}

// How a table names what it says of an e-mail.
struct ActivityColumns {
  std::string campaign, delivery, date, mirror_page, link;
};

TableSchema ActivityTable(std::string name, std::string label, int object_type_code, const ActivityColumns& columns) {
  TableSchema table = Named(name, name + "s", std::move(label), object_type_code);
  AppendKey("activityid", table);
  table.primary_name = "subject";
  table.custom = table.activity = true;
  table.columns.push_back(Text("subject", "Subject", 400));
  table.columns.push_back(Memo("description", "Description", 2000));
  table.columns.push_back(Text(columns.campaign, "Campaign Name", 500));
  table.columns.push_back(Text(columns.delivery, "Delivery Name", 500));
  table.columns.push_back(Time(columns.date, "Date", DateTimeBehavior::kUserLocal));
  table.columns.push_back(Text(columns.mirror_page, "Mirror Page URL", 2000));
  table.columns.push_back(Text(columns.link, "Tracking URL", 2000));
  table.columns.push_back(
      Lookup("regardingobjectid", "Regarding", ColumnType::kLookup,
             {{"regardingobjectid_contact_" + name, "contact"}, {"regardingobjectid_account_" + name, "account"}}));
  AppendCommonColumns(OpenAndCompleted(), table);
  AppendShadows(table);
  return table;
}

TableSchema AdobeTable(std::string name, std::string label, int object_type_code, std::string date) {
  return ActivityTable(
      std::move(name), std::move(label), object_type_code,
      {"adobe_campaignname", "adobe_deliveryname", std::move(date), "adobe_mirrorpageurl", "adobe_trackingurl"});
}

}  // namespace

std::vector<TableSchema> DefaultTables(const std::string& activity_date) {
  const auto date = [&](const char* own) { return activity_date.empty() ? std::string(own) : activity_date; };
  std::vector<TableSchema> tables = {
      ContactTable(),
      AccountTable(),
      ContractTable(),
      ProductTable(),
      AdobeTable("adobe_emailsend", "Email Send", 10011, date("adobe_senton")),
      AdobeTable("adobe_emailopen", "Email Open", 10012, date("adobe_openedon")),
      AdobeTable("adobe_emailclick", "Email Click", 10013, date("adobe_clickedon")),
      AdobeTable("adobe_emailbounce", "Email Bounce", 10014, date("adobe_bouncedon")),
      ActivityTable("contoso_mailing", "Mailing", 10015,
                    {"contoso_campaign", "contoso_delivery", "contoso_when", "contoso_page", "contoso_link"})};
  for (TableSchema& table : SystemTables()) tables.push_back(std::move(table));
  return tables;
}

}  // namespace causeway::sandbox::dataverse
