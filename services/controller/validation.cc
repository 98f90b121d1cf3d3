#include "services/controller/validation.h"

#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/mapping/problem.h"
#include "common/url/url.h"
#include "services/controller/names.h"
#include "services/controller/protos.h"
#include "services/controller/text_check.h"

namespace causeway::controller {
namespace {

using Violations = std::vector<Violation>;

constexpr size_t kMaxText = 1000;
constexpr size_t kMaxDisplayName = 100;
// A whole table mapping: it travels in one Kafka record, and with others in one list of assignments.
constexpr size_t kMaxMappingBytes = 1 << 20;

bool OnlyOf(absl::string_view text, absl::string_view also) {
  for (char c : text) {
    if (!absl::ascii_islower(c) && !absl::ascii_isdigit(c) && !absl::StrContains(also, absl::string_view(&c, 1)))
      return false;
  }
  return true;
}

void CheckText(const std::string& field, const std::string& text, bool required, Violations& violations) {
  if (required && text.empty()) violations.push_back({field, "It is required."});
  if (text.size() > kMaxText) violations.push_back({field, absl::StrCat("It is longer than ", kMaxText, " bytes.")});
  if (HasControls(text)) violations.push_back({field, "It has control characters."});
}

void CheckUrl(const std::string& field, const std::string& url, bool required, Violations& violations) {
  if (url.empty()) {
    if (required) violations.push_back({field, "It is required."});
  } else if (url.size() > kMaxText) {
    violations.push_back({field, absl::StrCat("It is longer than ", kMaxText, " bytes.")});
  } else if (!url::OriginOf(url).ok()) {
    violations.push_back({field, "It is no absolute http or https URL."});
  }
}

// Its address only: paths are the client's to build, and what follows a question mark would be lost or doubled.
void CheckBareUrl(const std::string& field, const std::string& url, Violations& violations) {
  const auto origin = url::OriginOf(url);
  if (!origin.ok()) return;  // Told by CheckUrl.
  const size_t host = url.find("//") + 2;
  const size_t end = url.find_first_of("/?#", host);
  if (end == std::string::npos || url.substr(end) == "/") return;
  violations.push_back({field, absl::StrCat("It is the address of the environment without a path: ", *origin, ".")});
}

// Where egress begins is a setting of its own, and it goes on from its kept position; with one of these in the address it never reads the
// oldest events, and skips some after a gap.
void CheckJournalQuery(const std::string& field, const std::string& url, Violations& violations) {
  const absl::string_view all = absl::string_view(url).substr(0, url.find('#'));
  const size_t query = all.find('?');
  if (query == absl::string_view::npos) return;
  for (absl::string_view pair : absl::StrSplit(all.substr(query + 1), '&')) {
    const absl::string_view name = pair.substr(0, pair.find('='));
    for (const char* position : {"latest", "seek", "since"}) {
      if (!absl::EqualsIgnoreCase(name, position)) continue;
      violations.push_back({field, absl::StrCat("Leave out ?", position, "=…: where to begin is start_from.")});
    }
  }
}

// 0 stands for the default.
void CheckRange(const std::string& field, int64_t value, int64_t least, int64_t most, Violations& violations) {
  if (value == 0 || (value >= least && value <= most)) return;
  violations.push_back({field, most == std::numeric_limits<int64_t>::max()
                                   ? absl::StrCat("It must be at least ", least, ", or 0 for the default.")
                                   : absl::StrCat("It must be ", least, "–", most, ", or 0 for the default.")});
}

void CheckDuration(const std::string& field, const google::protobuf::Duration& value, absl::Duration least,
                   absl::Duration most, Violations& violations) {
  const bool valid =
      value.nanos() > -1000000000 && value.nanos() < 1000000000 && value.seconds() >= 0 && value.nanos() >= 0;
  if (valid && ToDuration(value) >= least && ToDuration(value) <= most) return;
  violations.push_back(
      {field, absl::StrCat("It must be ", absl::FormatDuration(least), "–", absl::FormatDuration(most), ".")});
}

void CheckTimeout(const std::string& field, const google::protobuf::Duration& value, Violations& violations) {
  CheckDuration(field, value, absl::Seconds(1), absl::Seconds(300), violations);
}

void CheckDynamics(const v1::DynamicsConnection& connection, Violations& violations) {
  CheckUrl("dynamics365.url", connection.url(), true, violations);
  CheckBareUrl("dynamics365.url", connection.url(), violations);
  CheckUrl("dynamics365.authority", connection.authority(), false, violations);
  CheckText("dynamics365.tenant_id", connection.tenant_id(), true, violations);
  CheckText("dynamics365.client_id", connection.client_id(), true, violations);
  CheckText("dynamics365.client_secret", connection.client_secret(), false, violations);
  CheckRange("dynamics365.max_concurrency", connection.max_concurrency(), 1, 52, violations);
  if (connection.has_request_timeout())
    CheckTimeout("dynamics365.request_timeout", connection.request_timeout(), violations);
}

void CheckCampaign(const v1::CampaignConnection& connection, Violations& violations) {
  CheckUrl("campaign.url", connection.url(), false, violations);
  CheckText("campaign.tenant", connection.tenant(), true, violations);
  if (absl::StrContains(connection.tenant(), "/"))
    violations.push_back({"campaign.tenant", "It is one segment of a path."});
  CheckUrl("campaign.ims_url", connection.ims_url(), false, violations);
  CheckText("campaign.client_id", connection.client_id(), true, violations);
  CheckText("campaign.client_secret", connection.client_secret(), false, violations);
  CheckText("campaign.organization_id", connection.organization_id(), false, violations);
  for (int i = 0; i < connection.scopes_size(); ++i) {
    CheckText(absl::StrCat("campaign.scopes[", i, "]"), connection.scopes(i), true, violations);
  }
  CheckRange("campaign.max_concurrency", connection.max_concurrency(), 1, 1000, violations);
  if (connection.has_request_timeout())
    CheckTimeout("campaign.request_timeout", connection.request_timeout(), violations);
}

void CheckLogicalNames(const v1::ActivityTables& tables, Violations& violations) {
  const auto& descriptor = *tables.GetDescriptor();
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const std::string name = tables.GetReflection()->GetString(tables, descriptor.field(i));
    if (name.size() <= 100 && OnlyOf(name, "_")) continue;
    violations.push_back({absl::StrCat("settings.egress.tables.", descriptor.field(i)->name()),
                          "A logical name has lower-case letters, digits and underscores."});
  }
}

// Empty segments are what a URL within a name looks like whose slashes aren't escaped.
void CheckContactIdPath(const std::string& path, Violations& violations) {
  if (path.empty()) return;
  CheckText("settings.egress.contact_id_path", path, false, violations);
  for (absl::string_view name : absl::StrSplit(path, '/')) {
    const std::string plain = absl::StrReplaceAll(name, {{"~0", ""}, {"~1", ""}});
    if (!name.empty() && !absl::StrContains(plain, "~")) continue;
    violations.push_back({"settings.egress.contact_id_path",
                          "It is member names joined by /, in each ~1 for / and ~0 for ~."});
    return;
  }
}

void CheckEgress(const v1::EgressSettings& egress, absl::Time now, Violations& violations) {
  const bool any = egress.sends() || egress.opens() || egress.clicks() || egress.bounces();
  CheckUrl("settings.egress.journal_url", egress.journal_url(), any, violations);
  CheckJournalQuery("settings.egress.journal_url", egress.journal_url(), violations);
  if (!v1::EgressSettings::StartFrom_IsValid(egress.start_from())) {
    violations.push_back({"settings.egress.start_from", "There is no such choice."});
  }
  const bool from_time = egress.start_from() == v1::EgressSettings::START_FROM_TIME;
  if (from_time && !egress.has_start_time()) {
    violations.push_back({"settings.egress.start_time", "START_FROM_TIME needs a time."});
  }
  if (from_time && ToTime(egress.start_time()) > now) {
    violations.push_back({"settings.egress.start_time", "It is in the future; START_FROM_NOW begins with the first start."});
  }
  CheckLogicalNames(egress.tables(), violations);
  CheckContactIdPath(egress.contact_id_path(), violations);
}

void CheckEnums(const v1::TableMapping& mapping, Violations& violations) {
  if (!v1::TableMapping::Deletes_IsValid(mapping.deletes()))
    violations.push_back({"deletes", "There is no such choice."});
  if (!v1::TableMapping::PicklistValues_IsValid(mapping.picklist_values())) {
    violations.push_back({"picklist_values", "There is no such choice."});
  }
  for (int i = 0; i < mapping.fields_size(); ++i) {
    if (v1::FieldType_IsValid(mapping.fields(i).target_type())) continue;
    violations.push_back({absl::StrCat("fields[", i, "].target_type"), "There is no such type."});
  }
}

// Names that are shown and sent. What is replaced by what are values: a text column may hold anything.
void CheckFieldNames(const v1::TableMapping& mapping, Violations& violations) {
  const auto check = [&](const std::string& field, const std::string& name) {
    if (HasControls(name)) violations.push_back({field, "It has control characters."});
  };
  check("target_resource", mapping.target_resource());
  check("target_key", mapping.target_key());
  for (int i = 0; i < mapping.fields_size(); ++i) {
    check(absl::StrCat("fields[", i, "].target_field"), mapping.fields(i).target_field());
    const std::string& column = mapping.fields(i).source_column();
    if (column.empty() || OnlyOf(column, "_")) continue;
    violations.push_back({absl::StrCat("fields[", i, "].source_column"),
                          "A column's logical name has lower-case letters, digits and underscores."});
  }
}

}  // namespace

void CheckId(const std::string& field, const std::string& id, Violations& violations) {
  if (!id.empty() && id.size() <= 40 && absl::ascii_islower(id[0]) && OnlyOf(id, "-")) return;
  violations.push_back(
      {field, absl::StrCat("\"", id.substr(0, 60), "\" is no id: 1–40 of a–z, 0–9 and -, the first a letter.")});
}

void CheckTableMappingId(const std::string& field, const std::string& id, Violations& violations) {
  if (!id.empty() && id.size() <= 100 && absl::ascii_islower(id[0]) && OnlyOf(id, "-_")) return;
  violations.push_back(
      {field, absl::StrCat("\"", id.substr(0, 120), "\" is no id: 1–100 of a–z, 0–9, - and _, the first a letter.")});
}

void CheckDisplayName(const std::string& name, Violations& violations) {
  if (name.size() > kMaxDisplayName) {
    violations.push_back({"display_name", absl::StrCat("It is longer than ", kMaxDisplayName, " bytes.")});
  }
  if (HasControls(name)) violations.push_back({"display_name", "It has control characters."});
}

void CheckConnection(const v1::Connection& connection, const std::string& id, Violations& violations) {
  if (id == "dynamics365" && connection.has_dynamics365()) return CheckDynamics(connection.dynamics365(), violations);
  if (id == "campaign" && connection.has_campaign()) return CheckCampaign(connection.campaign(), violations);
  if (id != "dynamics365" && id != "campaign") {
    violations.push_back(
        {"name", absl::StrCat("There is no connection ", id, "; there are dynamics365 and campaign.")});
  } else {
    violations.push_back({id, absl::StrCat("A connection ", id, " has a field ", id, ".")});
  }
}

void CheckSettings(const v1::WorkflowSettings& settings, v1::WorkflowType type, absl::Time now,
                   Violations& violations) {
  if (settings.has_poll_interval()) {
    CheckDuration("settings.poll_interval", settings.poll_interval(), absl::Milliseconds(100), absl::Hours(1),
                  violations);
  }
  CheckRange("settings.page_size", settings.page_size(), 1, 5000, violations);
  CheckRange("settings.max_queued_bytes", settings.max_queued_bytes(), 1, std::numeric_limits<int64_t>::max(),
             violations);
  CheckRange("settings.max_dead_letter_percent", settings.max_dead_letter_percent(), 1, 100, violations);
  CheckRange("settings.max_deletion_percent", settings.max_deletion_percent(), 1, 100, violations);
  if (settings.has_max_deletions() && settings.max_deletions() < 0) {
    violations.push_back({"settings.max_deletions", "It is not below 0."});
  }
  CheckRange("settings.dispatch_window", settings.dispatch_window(), 16, 65536, violations);
  if (!settings.has_egress()) return;
  if (type == v1::WORKFLOW_TYPE_EGRESS) {
    CheckEgress(settings.egress(), now, violations);
  } else {
    violations.push_back({"settings.egress", "Only the workflow egress has it."});
  }
}

void CheckTableMapping(const v1::TableMapping& mapping, const Limits& limits, Violations& violations) {
  for (const mapping::Problem& problem : mapping::CheckDefinition(mapping))
    violations.push_back({problem.field, problem.reason});
  if (!mapping.source_table().empty() && !OnlyOf(mapping.source_table(), "_")) {
    violations.push_back({"source_table", "A table's logical name has lower-case letters, digits and underscores."});
  }
  const bool custom = absl::StartsWith(mapping.target_resource(), "cus");
  if (!mapping.target_resource().empty() && mapping.target_resource() != "profile" && !custom) {
    violations.push_back({"target_resource", "It is profile, or a custom resource whose name begins with cus."});
  }
  if (custom && mapping.fields_size() > limits.columns) {
    violations.push_back({"fields", absl::StrCat("A custom resource takes at most ", limits.columns, " fields.")});
  }
  if (mapping.ByteSizeLong() > kMaxMappingBytes) {
    violations.push_back({"fields", "The table mapping is larger than 1 MiB."});
  }
  CheckEnums(mapping, violations);
  CheckFieldNames(mapping, violations);
}

}  // namespace causeway::controller
