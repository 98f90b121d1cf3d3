#include "services/sandbox/control/control.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "services/sandbox/base/text.h"
#include "services/sandbox/base/timestamp.h"
#include "services/sandbox/campaign/entity_renderer.h"
#include "services/sandbox/control/compare.h"
#include "services/sandbox/dataverse/people.h"

namespace causeway::sandbox {
namespace {

using boost::json::object;
using events::EmailEventType;

constexpr double kMany = 100'000'000;
constexpr double kLongest = 24 * 3600;

http::Response Answer(int status, const object& body) {
  return {status, {}, "application/json", boost::json::serialize(body) + "\n"};
}

object Show(const Comparison& comparison) {
  boost::json::array examples;
  for (const std::string& example : comparison.examples) examples.emplace_back(example);
  return {{"compared", comparison.compared}, {"different", comparison.different}, {"missing", comparison.missing},
          {"changed", comparison.changed},   {"extra", comparison.extra},         {"doubled", comparison.doubled},
          {"examples", std::move(examples)}};
}

object Show(const campaign::EngineCalls& calls) {
  return {{"inserts", calls.inserts}, {"updates", calls.updates},      {"deletes", calls.deletes},
          {"lookups", calls.lookups}, {"lists", calls.lists},          {"metadata", calls.metadata},
          {"refused", calls.refused}, {"duplicates", calls.duplicates}};
}

}  // namespace

Control::Verb Control::Find(std::string_view name) {
  static constexpr std::pair<std::string_view, Verb> kVerbs[] = {
      {"counts", &Control::Counts},
      {"seed", &Control::Seed},
      {"change", &Control::Change},
      {"delete", &Control::Delete},
      {"put", &Control::Put},
      {"profile", &Control::Profile},
      {"emit", &Control::Emit},
      {"throttle", &Control::Throttle},
      {"fail", &Control::Fail},
      {"delay", &Control::Delay},
      {"break", &Control::Break},
      {"heal", &Control::Heal},
      {"expire-tokens", &Control::ExpireTokens},
      {"expire-delta-tokens", &Control::ExpireDeltaTokens},
      {"expire-events", &Control::ExpireEvents},
      {"secret", &Control::Secret},
      {"schema", &Control::Schema},
      {"limits", &Control::Limits},
      {"calls", &Control::Calls},
      {"compare", &Control::Compare},
      {"compare-events", &Control::CompareEvents},
  };
  for (const auto& [known, verb] : kVerbs) {
    if (known == name) return verb;
  }
  return nullptr;
}

http::Response Control::Answer(const http::Request& request) {
  constexpr std::string_view kPrefix = "/control/";
  const std::string name(request.path().substr(kPrefix.size()));
  const Verb verb = Find(name);
  if (verb == nullptr) return sandbox::Answer(404, {{"error", Cat("there is no verb ", name)}, {"field", "verb"}});
  if (request.method != "POST") return sandbox::Answer(405, {{"error", "use POST"}, {"field", "method"}});
  boost::system::error_code error;
  const boost::json::value body = request.body.empty() ? object() : boost::json::parse(request.body, error);
  if (error || !body.is_object())
    return sandbox::Answer(400, {{"error", "the body must be a JSON object"}, {"field", "body"}});
  try {
    Arguments arguments(body.as_object());
    return sandbox::Answer(200, (this->*verb)(arguments));
  } catch (const ArgumentError& wrong) {
    return sandbox::Answer(400, {{"error", wrong.what()}, {"field", wrong.field}});
  }
}

object Control::Counts(Arguments& arguments) {
  arguments.CheckNothingElse();
  object activities;
  for (const char* table : {"adobe_emailsend", "adobe_emailopen", "adobe_emailclick", "adobe_emailbounce"}) {
    activities[table] = world_.database.FindTable(table)->size();
  }
  return {{"contacts", world_.contacts().size()}, {"profiles", world_.profiles().size()},
          {"events", world_.emitted.size()},      {"activities", std::move(activities)},
          {"running", activity_.running()},       {"faults", world_.faults.size()}};
}

object Control::Seed(Arguments& arguments) {
  dataverse::PeopleSettings people;
  people.count = static_cast<int64_t>(arguments.Required("contacts", 0, kMany));
  people.inactive_share = arguments.Number("inactive_share", 0.1, 0, 1);
  people.seed = world_.seed;
  people.first = world_.people;
  arguments.CheckNothingElse();
  world_.people += people.count;
  return {{"added", dataverse::AddPeople(people, world_.database)}};
}

object Control::Change(Arguments& arguments) {
  const int64_t contacts = arguments.Integer("contacts", 0, kMany);
  const double rate = arguments.Number("rate", 100, 0, 100'000), seconds = arguments.Number("seconds", 10, 0, kLongest);
  arguments.CheckNothingElse();
  if (contacts > 0) return {{"changed", activity_.ChangePeople(contacts)}};
  activity_.Run(rate, seconds, [this] { activity_.ChangePeople(1); });
  return {{"changing", rate * seconds}};
}

object Control::Delete(Arguments& arguments) {
  const std::string id = arguments.Text("id", "");
  const int64_t contacts = arguments.Integer("contacts", 0, kMany);
  arguments.CheckNothingElse();
  if (id.empty()) return {{"deleted", activity_.DeletePeople(contacts)}};
  const std::optional<Guid> guid = Guid::Parse(id);
  if (!guid || world_.contacts().Find(*guid) == nullptr) throw ArgumentError("id", Cat("there is no contact ", id));
  world_.contacts().Erase(*guid);
  return {{"deleted", 1}};
}

// As a client of the Web API would, so that it refuses what that refuses.
object Control::Put(Arguments& arguments) {
  const std::string table = arguments.Text("table", "contact"), id = arguments.Text("id", "");
  const std::string body = boost::json::serialize(arguments.Value("values"));
  arguments.CheckNothingElse();
  const dataverse::Table* found = world_.database.FindTable(table);
  if (found == nullptr) throw ArgumentError("table", Cat("there is no table ", table));
  const std::string target =
      Cat("/api/data/v9.2/", found->schema().entity_set, id.empty() ? std::string() : Cat("(", id, ")"));
  const std::string authorization = Cat("Bearer ", world_.entra.tokens().Issue(60));
  http::Request request;
  request.method = id.empty() ? "POST" : "PATCH";
  request.target = target;
  request.headers = {{"Host", "localhost"},    {"Authorization", authorization}, {"Content-Type", "application/json"},
                     {"OData-Version", "4.0"}, {"OData-MaxVersion", "4.0"},      {"Accept", "application/json"}};
  request.body = body;
  const http::Response response = world_.web_api.Answer(request);
  if (response.status >= 400) throw ArgumentError("values", response.body);
  for (const auto& [name, value] : response.headers) {
    const size_t open = value.rfind('(');
    if (http::EqualsIgnoreCase(name, "OData-EntityId"))
      return {{"id", value.substr(open + 1, value.rfind(')') - open - 1)}};
  }
  return {{"id", id}};
}

object Control::Profile(Arguments& arguments) {
  const std::string key = arguments.Text("external_id", "");
  arguments.CheckNothingElse();
  const auto slot = world_.profiles().FindKey(key);
  if (!slot) return {{"found", false}};
  const campaign::Place place{"", std::string(campaign::kExtendedEndpoint)};
  std::string body;
  AppendEntity(world_.profiles(), *slot, campaign::Links(world_.resources), place, body);
  return {{"found", true},
          {"modified_ms", world_.profiles().At(*slot)->modified_ms},
          {"profile", boost::json::parse(body)}};
}

object Control::Emit(Arguments& arguments) {
  EmailMix mix;
  mix.duplicates = arguments.Number("duplicates", 0, 0, 1);
  mix.unknown = arguments.Number("unknown", 0, 0, 1);
  mix.anonymous = arguments.Number("anonymous", 0, 0, 1);
  mix.other = arguments.Number("other", 0, 0, 1);
  const int64_t count = arguments.Integer("events", 0, kMany);
  const double rate = arguments.Number("rate", 10, 0, 100'000), seconds = arguments.Number("seconds", 10, 0, kLongest);
  arguments.CheckNothingElse();
  if (count > 0) return {{"emitted", activity_.EmitEvents(count, mix)}};
  activity_.Run(rate, seconds, [this, mix] { activity_.EmitEvents(1, mix); });
  return {{"emitting", rate * seconds}};
}

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
  if (IsNamed(System::kDynamics, system) || system == "entra") expired += world_.entra.tokens().ExpireAll();
  if (IsNamed(System::kCampaign, system) || system == "ims") expired += world_.ims.tokens().ExpireAll();
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
  if (IsNamed(System::kDynamics, system) || system == "entra") world_.entra.settings().client_secret = secret;
  if (IsNamed(System::kCampaign, system) || system == "ims") world_.ims.settings().client_secret = secret;
  return {};
}

// Takes a table, column, resource or field away, or brings it back; switches change tracking.
object Control::Schema(Arguments& arguments) {
  const std::string table = arguments.Text("table", ""), column = arguments.Text("column", "");
  const std::string resource = arguments.Text("resource", ""), field = arguments.Text("field", "");
  const bool there = arguments.Number("there", 1, 0, 1) > 0;
  const double tracking = arguments.Number("change_tracking", -1, 0, 1);
  arguments.CheckNothingElse();
  bool found = false;
  for (dataverse::Table& candidate : world_.database.tables()) {
    dataverse::TableSchema& schema = candidate.schema();
    if (schema.logical_name != table) continue;
    if (column.empty()) found = true;
    if (tracking >= 0)
      schema.change_tracking = tracking > 0;
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

// Dataverse's service protection.
object Control::Limits(Arguments& arguments) {
  dataverse::ProtectionSettings& settings = world_.web_api.protection().settings();
  settings.enabled = arguments.Number("enabled", settings.enabled, 0, 1) > 0;
  settings.requests = arguments.Integer("requests", settings.requests, kMany);
  settings.concurrent = arguments.Integer("concurrent", settings.concurrent, kMany);
  settings.window_seconds = arguments.Integer("window_seconds", settings.window_seconds, 3600);
  world_.journal_api.settings().retry_after_seconds =
      arguments.Integer("journal_retry_after", world_.journal_api.settings().retry_after_seconds, 3600);
  arguments.CheckNothingElse();
  world_.web_api.protection().Reset();
  return {};
}

object Control::Calls(Arguments& arguments) {
  const bool reset = arguments.Number("reset", 0, 0, 1) > 0;
  arguments.CheckNothingElse();
  object calls = Show(world_.campaign_api.calls());
  if (reset) world_.campaign_api.calls() = {};
  return calls;
}

object Control::Compare(Arguments& arguments) {
  arguments.CheckNothingElse();
  return Show(CompareProfiles(world_));
}

object Control::CompareEvents(Arguments& arguments) {
  const std::string types = arguments.Text("types", "send,open,click,bounce");
  arguments.CheckNothingElse();
  std::vector<EmailEventType> enabled;
  for (const std::string_view type : Split(types, ',')) {
    if (type == "send")
      enabled.push_back(EmailEventType::kSend);
    else if (type == "open")
      enabled.push_back(EmailEventType::kOpen);
    else if (type == "click")
      enabled.push_back(EmailEventType::kClick);
    else if (type == "bounce")
      enabled.push_back(EmailEventType::kHardBounce);
    else
      throw ArgumentError("types", "types are send, open, click and bounce, comma-separated");
  }
  return Show(CompareActivities(world_, enabled));
}

}  // namespace causeway::sandbox
