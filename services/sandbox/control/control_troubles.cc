// The verbs that make things go wrong: faults, what expires, what is taken away, limits.
#include <utility>

#include "services/sandbox/base/text.h"
#include "services/sandbox/control/control.h"
#include "services/sandbox/http/url.h"

namespace causeway::sandbox {

using boost::json::object;

Fault Control::NewFault(Arguments& arguments, FaultKind kind) {
  Fault fault;
  fault.kind = kind;
  fault.system = arguments.SystemName("both");
  fault.until_ms = world_.clock.NowMillis() + static_cast<int64_t>(arguments.Number("seconds", 10, 0, kLongest) * 1000);
  fault.share = arguments.Number("share", 1, 0, 1);
  fault.method = arguments.Text("method", "");
  fault.path_part = arguments.Text("path", "");
  if (arguments.Has("count")) fault.remaining = arguments.Integer("count", 0, kMany);
  return fault;
}

object Control::Add(Fault fault, const Arguments& arguments) {
  arguments.CheckNothingElse();
  world_.faults.Add(std::move(fault));
  return {{"faults", world_.faults.size()}};
}

object Control::Throttle(Arguments& arguments) {
  Fault fault = NewFault(arguments, FaultKind::kThrottle);
  fault.retry_after = arguments.Number("retry_after", 1, 0, kLongest);
  return Add(std::move(fault), arguments);
}

object Control::Fail(Arguments& arguments) {
  Fault fault = NewFault(arguments, FaultKind::kFail);
  fault.status = static_cast<int>(arguments.Number("status", 503, 400, 599));
  return Add(std::move(fault), arguments);
}

object Control::Delay(Arguments& arguments) {
  Fault fault = NewFault(arguments, FaultKind::kDelay);
  fault.delay_ms = arguments.Integer("milliseconds", 500, kLongest * 1000);
  return Add(std::move(fault), arguments);
}

object Control::Break(Arguments& arguments) {
  static constexpr std::pair<std::string_view, FaultKind> kHows[] = {{"lose-request", FaultKind::kLoseRequest},
                                                                     {"lose-answer", FaultKind::kLoseAnswer},
                                                                     {"cut-answer", FaultKind::kCutAnswer},
                                                                     {"hang", FaultKind::kHang},
                                                                     {"html", FaultKind::kHtml}};
  const std::string how = arguments.Text("how", "lose-answer");
  for (const auto& [name, kind] : kHows) {
    if (name == how) return Add(NewFault(arguments, kind), arguments);
  }
  throw ArgumentError("how", "how must be lose-request, lose-answer, cut-answer, hang or html");
}

object Control::Heal(Arguments& arguments) {
  arguments.CheckNothingElse();
  world_.faults.Clear();
  return {{"faults", 0}, {"hits", world_.faults.hits()}};
}

object Control::ExpireTokens(Arguments& arguments) {
  const std::string system = arguments.SystemName("both");
  arguments.CheckNothingElse();
  size_t expired = 0;
  if (IsNamed(System::kDynamics, system) || IsNamed(System::kEntra, system))
    expired += world_.entra.tokens().ExpireAll();
  if (IsNamed(System::kCampaign, system) || IsNamed(System::kIms, system)) expired += world_.ims.tokens().ExpireAll();
  return {{"expired", expired}};
}

object Control::ExpireDeltaTokens(Arguments& arguments) {
  arguments.CheckNothingElse();
  world_.database.ExpireDeltaTokens();
  return {{"epoch", world_.database.delta_epoch()}};
}

object Control::ExpireEvents(Arguments& arguments) {
  const int64_t count = arguments.Integer("events", 0, kMany);
  arguments.CheckNothingElse();
  world_.events.DropOldest(count);
  return {{"kept", world_.events.end() - world_.events.first()}};
}

// Another client secret, as after a rotation that nobody told Causeway of.
object Control::Secret(Arguments& arguments) {
  const std::string system = arguments.SystemName("campaign");
  const std::string secret = arguments.Text("secret", "");
  arguments.CheckNothingElse();
  if (IsNamed(System::kDynamics, system) || IsNamed(System::kEntra, system))
    world_.entra.settings().client_secret = secret;
  if (IsNamed(System::kCampaign, system) || IsNamed(System::kIms, system)) world_.ims.settings().client_secret = secret;
  return {};
}

// Takes a table, column, resource or field away, or brings it back; switches change tracking.
object Control::Schema(Arguments& arguments) {
  const std::string table = arguments.Text("table", ""), column = arguments.Text("column", "");
  const std::string resource = arguments.Text("resource", ""), field = arguments.Text("field", "");
  const bool there = arguments.Flag("there", true);
  const bool switches_tracking = arguments.Has("change_tracking"), tracking = arguments.Flag("change_tracking", false);
  arguments.CheckNothingElse();
  bool found = false;
  for (dataverse::Table& candidate : world_.database.tables()) {
    dataverse::TableSchema& schema = candidate.schema();
    if (schema.logical_name != table) continue;
    if (column.empty()) found = true;
    if (switches_tracking)
      schema.change_tracking = tracking;
    else if (column.empty())
      schema.dropped = !there;
    for (dataverse::Column& dropped : schema.columns) {
      if (dropped.name != column) continue;
      dropped.dropped = !there;
      found = true;
    }
  }
  for (campaign::Entities& entities : world_.resources) {
    campaign::Resource& published = entities.resource();
    if (published.name != resource) continue;
    if (field.empty()) published.unpublished = !there;
    if (field.empty()) found = true;
    for (campaign::Field& gone : published.fields) {
      if (gone.name != field) continue;
      gone.unpublished = !there;
      found = true;
    }
  }
  if (!found) throw ArgumentError(table.empty() ? "resource" : "table", "there is nothing of that name");
  return {};
}

// Takes a privilege on a table of Dynamics 365 away from the application user, or gives it back.
object Control::Privilege(Arguments& arguments) {
  const std::string table = arguments.Text("table", ""), what = arguments.Text("what", "create");
  const bool granted = arguments.Flag("granted", true);
  arguments.CheckNothingElse();
  const dataverse::Table* found = world_.database.FindTable(table);
  if (found == nullptr) throw ArgumentError("table", Cat("there is no table ", table));
  for (const dataverse::Privilege privilege : dataverse::kPrivileges) {
    if (!http::EqualsIgnoreCase(dataverse::NameOf(privilege), what)) continue;
    world_.database.Set(privilege, *found, granted);
    return {{"privilege", dataverse::PrivilegeName(privilege, found->schema())}};
  }
  throw ArgumentError("what", "what must be create, read, write, delete, append or appendto");
}

// Lets the application user read only a part of a table's rows.
object Control::ReadDepth(Arguments& arguments) {
  const dataverse::Table& table = TableNamed(arguments.Text("table", "contact"));
  const std::string wanted = arguments.Text("depth", "");
  arguments.CheckNothingElse();
  if (table.schema().Find(dataverse::kOwnerColumn) < 0) throw ArgumentError("table", "its rows belong to the organization");
  for (const dataverse::Depth depth : dataverse::kDepths) {
    if (!http::EqualsIgnoreCase(dataverse::NameOf(depth), wanted)) continue;
    world_.database.SetReadDepth(table, depth);
    return {{"depth", dataverse::NameOf(depth)}};
  }
  throw ArgumentError("depth", "depth must be basic, local, deep or global");
}

// Dataverse's service protection.
object Control::Limits(Arguments& arguments) {
  dataverse::ProtectionSettings& settings = world_.web_api.protection().settings();
  settings.enabled = arguments.Flag("enabled", settings.enabled);
  settings.requests = arguments.Integer("requests", settings.requests, kMany);
  settings.concurrent = arguments.Integer("concurrent", settings.concurrent, kMany);
  settings.window_seconds = arguments.Integer("window_seconds", settings.window_seconds, 3600);
  world_.journal_api.settings().retry_after_seconds =
      arguments.Integer("journal_retry_after", world_.journal_api.settings().retry_after_seconds, 3600);
  arguments.CheckNothingElse();
  world_.web_api.protection().Reset();
  return {};
}

}  // namespace causeway::sandbox
