#include "services/egress/activity_tables.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/errors/error.h"
#include "common/process/log.h"

namespace causeway::egress {
namespace {

std::string Or(const std::string& value, const char* otherwise) { return value.empty() ? otherwise : value; }

bool IsDateTime(const dataverse::Column& column) { return column.type == "DateTime"; }

// The names of the table's own date columns. A column of a solution has its publisher's prefix, which those that every
// activity has lack.
std::vector<std::string> OwnDateColumns(const std::vector<dataverse::Column>& columns) {
  std::vector<std::string> own;
  for (const dataverse::Column& column : columns) {
    if (IsDateTime(column) && absl::StrContains(column.logical_name, '_')) own.push_back(column.logical_name);
  }
  return own;
}

bool Has(const std::vector<dataverse::Column>& columns, const std::string& name) {
  return std::any_of(columns.begin(), columns.end(),
                     [&](const dataverse::Column& column) { return column.logical_name == name; });
}

// What is wrong with a column; empty: nothing.
std::string ProblemOf(const std::vector<dataverse::Column>& columns, const std::string& name, bool is_date) {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const dataverse::Column& column) { return column.logical_name == name; });
  if (found == columns.end()) return absl::StrCat("it has no column ", name);
  const bool fits = is_date ? IsDateTime(*found) : found->type == "String" || found->type == "Memo";
  if (!fits)
    return absl::StrCat("column ", name, " is of type ", found->type, " instead of ", is_date ? "DateTime" : "text");
  // Events have a time of day, which such a column refuses.
  if (found->date_time_behavior == "DateOnly") return absl::StrCat("column ", name, " is for dates without a time");
  if (!found->creatable) return absl::StrCat("column ", name, " can't be set when a row is made");
  return "";
}

std::vector<std::string> ProblemsOf(const std::vector<dataverse::Column>& columns, const ActivityTable& table) {
  std::vector<std::string> problems;
  std::set<std::string> seen;
  const auto check = [&](const std::string& name, bool is_date) {
    if (name.empty()) return;
    // One value would overwrite the other.
    if (!seen.insert(name).second) problems.push_back(absl::StrCat("column ", name, " is named for two things"));
    std::string problem = ProblemOf(columns, name, is_date);
    if (!problem.empty()) problems.push_back(std::move(problem));
  };
  check("subject", false);
  check(table.columns.campaign_name, false);
  check(table.columns.delivery_name, false);
  check(table.columns.date, true);
  check(table.columns.mirror_page_url, false);
  check(table.columns.tracking_url, false);
  return problems;
}

}  // namespace

bool IsEnabled(const v1::EgressSettings& settings, EventType type) {
  switch (type) {
    case EventType::kSend:
      return settings.sends();
    case EventType::kOpen:
      return settings.opens();
    case EventType::kClick:
      return settings.clicks();
    case EventType::kBounce:
      return settings.bounces();
    case EventType::kOther:
      return false;
  }
  return false;
}

// With the defaults of spec/dynamics365.md "Writing rows".
ActivityTables::Wanted ActivityTables::WantedFor(EventType type, const v1::ActivityTables& names) {
  Wanted wanted;
  ActivityTable& table = wanted.table;
  const auto choose = [&](const std::string& name, const char* usual, const std::string& date, const char* usual_date) {
    table.logical_name = Or(name, usual);
    const std::string& chosen = date.empty() ? names.date_column() : date;
    wanted.date_chosen = !chosen.empty();
    table.columns.date = Or(chosen, usual_date);
  };
  switch (type) {
    case EventType::kSend:
      choose(names.send(), "adobe_emailsend", names.send_date_column(), "adobe_senton");
      break;
    case EventType::kOpen:
      choose(names.open(), "adobe_emailopen", names.open_date_column(), "adobe_openedon");
      break;
    case EventType::kClick:
      choose(names.click(), "adobe_emailclick", names.click_date_column(), "adobe_clickedon");
      break;
    default:
      choose(names.bounce(), "adobe_emailbounce", names.bounce_date_column(), "adobe_bouncedon");
      break;
  }
  table.columns.campaign_name = Or(names.campaign_name_column(), "adobe_campaignname");
  table.columns.delivery_name = Or(names.delivery_name_column(), "adobe_deliveryname");
  table.columns.mirror_page_url = Or(names.mirror_page_url_column(), "adobe_mirrorpageurl");
  if (type == EventType::kClick) table.columns.tracking_url = Or(names.tracking_url_column(), "adobe_trackingurl");
  return wanted;
}

ActivityTables::ActivityTables(const v1::EgressSettings& settings, dataverse::DataverseClient& dynamics)
    : dynamics_(dynamics) {
  for (EventType type : {EventType::kSend, EventType::kOpen, EventType::kClick, EventType::kBounce}) {
    if (IsEnabled(settings, type)) wanted_[type] = WantedFor(type, settings.tables());
  }
}

async::Task<absl::Status> ActivityTables::Load() {
  std::vector<absl::Status> problems;
  for (const auto& [type, wanted] : wanted_) {
    if (tables_.contains(type)) continue;
    absl::Status loaded = co_await LoadTable(type, wanted);
    if (loaded.ok()) continue;
    if (errors::KindOf(loaded) != errors::Kind::kWorkflow) co_return loaded;
    problems.push_back(std::move(loaded));
  }
  absl::Status allowed = co_await CheckPrivileges();
  if (!allowed.ok() && errors::KindOf(allowed) != errors::Kind::kWorkflow) co_return allowed;
  if (!allowed.ok()) problems.push_back(std::move(allowed));
  if (problems.empty()) co_return absl::OkStatus();
  errors::Detail all = errors::Describe(problems.front());
  all.message = absl::StrJoin(
      problems, " ", [](std::string* out, const absl::Status& problem) { absl::StrAppend(out, problem.message()); });
  co_return errors::Make(std::move(all));
}

async::Task<absl::Status> ActivityTables::LoadTable(EventType type, Wanted wanted) {
  ActivityTable table = std::move(wanted.table);
  auto described = co_await dynamics_.DescribeTable(table.logical_name);
  if (errors::Is(described.status(), errors::kDynamicsTableGone)) {
    co_return errors::Make(errors::kActivityTable, absl::StrCat("Dynamics 365 has no table ", table.logical_name, "."),
                           table.logical_name);
  }
  if (!described.ok()) co_return described.status();
  if (!described->activity) {
    co_return errors::Make(errors::kActivityTable, absl::StrCat("Table ", table.logical_name, " is no activity."),
                           table.logical_name);
  }
  auto columns = co_await dynamics_.ListColumns(table.logical_name);
  if (!columns.ok()) co_return columns.status();
  const std::vector<std::string> own_dates = OwnDateColumns(*columns);
  if (!wanted.date_chosen && !Has(*columns, table.columns.date) && own_dates.size() == 1) {
    table.columns.date = own_dates.front();
    log::Info("activity_date_column_taken", {{"table", table.logical_name}, {"column", table.columns.date}});
  }
  const std::vector<std::string> problems = ProblemsOf(*columns, table);
  if (!problems.empty()) {
    const std::string message = absl::StrCat("Table ", table.logical_name, ": ", absl::StrJoin(problems, ", "), ".");
    co_return errors::Make(errors::kActivityColumn, message, table.logical_name);
  }
  table.entity_set = described->entity_set;
  table.primary_id = described->primary_id;
  tables_[type] = std::move(table);
  co_return absl::OkStatus();
}

// An activity takes Create on its table; that it regards a contact takes Append there and AppendTo on contact.
async::Task<absl::Status> ActivityTables::CheckPrivileges() {
  const auto own = co_await dynamics_.OwnPrivileges();
  // A user may lack the right to ask for its rights. Then a write tells, and ends the run.
  if (errors::Is(own.status(), errors::kDynamicsPrivilege)) co_return absl::OkStatus();
  if (!own.ok()) co_return own.status();
  std::vector<std::pair<std::string, std::set<std::string>>> needed = {{"contact", {"AppendTo"}}};
  for (const auto& [type, table] : tables_) needed.push_back({table.logical_name, {"Create", "Append"}});
  std::set<std::string> missing;  // Activities share theirs.
  for (const auto& [table, types] : needed) {
    const auto privileges = co_await dynamics_.ListPrivileges(table);
    if (!privileges.ok()) co_return privileges.status();
    for (const dataverse::Privilege& privilege : *privileges) {
      if (types.contains(privilege.type) && !own->contains(privilege.id)) missing.insert(privilege.name);
    }
  }
  if (missing.empty()) co_return absl::OkStatus();
  co_return errors::Make(errors::kDynamicsPrivilege,
                         absl::StrCat("The application user lacks ", absl::StrJoin(missing, ", "), "."));
}

const ActivityTable* ActivityTables::Find(EventType type) const {
  const auto found = tables_.find(type);
  return found == tables_.end() ? nullptr : &found->second;
}

}  // namespace causeway::egress
