#include "services/sandbox/control/control.h"

#include <utility>

#include "services/sandbox/base/text.h"
#include "services/sandbox/http/url.h"

namespace causeway::sandbox {
namespace {

using boost::json::object;
http::Response Answer(int status, const object& body) {
  return {status, {}, "application/json", boost::json::serialize(body) + "\n"};
}

std::optional<events::EventForm> FormOf(const std::string& name) {
  if (name == "all") return std::nullopt;
  if (name == "nested") return events::EventForm::kNested;
  if (name == "flat") return events::EventForm::kFlat;
  if (name == "quarantine") return events::EventForm::kQuarantine;
  throw ArgumentError("form", "form must be nested, flat, quarantine or all");
}

}  // namespace

Control::Verb Control::Find(std::string_view name) {
  static constexpr std::pair<std::string_view, Verb> kVerbs[] = {
      {"counts", &Control::Counts},
      {"seed", &Control::Seed},
      {"change", &Control::Change},
      {"delete", &Control::Delete},
      {"put", &Control::Put},
      {"get", &Control::Get},
      {"profile", &Control::Profile},
      {"journal", &Control::Journal},
      {"last-write", &Control::LastWrite},
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
      {"privilege", &Control::Privilege},
      {"read-depth", &Control::ReadDepth},
      {"limits", &Control::Limits},
      {"calls", &Control::Calls},
      {"compare", &Control::Compare},
      {"compare-events", &Control::CompareEvents},
      {"stats", &Control::Stats},
      {"answer", &Control::AnswerWith},
      {"unique", &Control::Unique},
      {"plug-in", &Control::PlugIn},
      {"spoil", &Control::Spoil},
      {"put-record", &Control::PutRecord},
      {"move-record", &Control::MoveRecord},
      {"save", &Control::Save},
      {"load", &Control::Load},
      {"replica-lag", &Control::ReplicaLag},
      {"rename", &Control::Rename},
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
  for (const dataverse::Table& table : world_.database.tables()) {
    if (table.schema().activity) activities[table.schema().logical_name] = table.size();
  }
  return {{"contacts", world_.contacts().size()}, {"profiles", world_.profiles().size()},
          {"events", world_.emitted.size()},      {"activities", std::move(activities)},
          {"running", activity_.running()},       {"faults", world_.faults.size()}};
}

object Control::Seed(Arguments& arguments) {
  const auto count = static_cast<int64_t>(arguments.Required("contacts", 0, kMany));
  const double inactive_share = arguments.Number("inactive_share", 0.1, 0, 1);
  const int64_t bytes = arguments.Integer("bytes", 0, kLargestNotes);
  arguments.CheckNothingElse();
  return {{"added", world_.Invent(count, inactive_share, static_cast<size_t>(bytes))}};
}

object Control::Change(Arguments& arguments) {
  const int64_t contacts = arguments.Integer("contacts", 0, kMany);
  const double rate = arguments.Number("rate", 100, 0, 100'000), seconds = arguments.Number("seconds", 10, 0, kLongest);
  arguments.CheckNothingElse();
  if (contacts > 0) return {{"changed", activity_.ChangePeople(contacts)}};
  activity_.Run(rate, seconds, [this] { activity_.ChangePeople(1); });
  return {{"changing", static_cast<int64_t>(rate * seconds)}};
}

object Control::Delete(Arguments& arguments) {
  const std::string id = arguments.Text("id", "");
  const int64_t contacts = id.empty() ? static_cast<int64_t>(arguments.Required("contacts", 0, kMany)) : 0;
  arguments.CheckNothingElse();
  if (id.empty()) {
    boost::json::array ids;
    for (const Guid& deleted : activity_.DeletePeople(contacts)) ids.push_back(boost::json::string(deleted.ToString()));
    return {{"deleted", ids.size()}, {"ids", std::move(ids)}};
  }
  const std::optional<Guid> guid = Guid::Parse(id);
  if (!guid || world_.contacts().Find(*guid) == nullptr) throw ArgumentError("id", Cat("there is no contact ", id));
  world_.contacts().Erase(*guid);
  return {{"deleted", 1}};
}

// As a client of the Web API would, so that what that refuses is refused.
http::Response Control::AskWebApi(std::string_view method, const std::string& table, const std::string& id,
                                  const std::string& body) {
  const dataverse::Table* found = world_.database.FindTable(table);
  if (found == nullptr) throw ArgumentError("table", Cat("there is no table ", table));
  const std::string target =
      Cat("/api/data/v9.2/", found->schema().entity_set, id.empty() ? std::string() : Cat("(", http::Escape(id), ")"));
  const std::string authorization = Cat("Bearer ", world_.entra.tokens().Issue(60));
  http::Request request;
  request.method = method;
  request.target = target;
  request.headers = {{"Host", "localhost"},    {"Authorization", authorization}, {"Content-Type", "application/json"},
                     {"OData-Version", "4.0"}, {"OData-MaxVersion", "4.0"},      {"Accept", "application/json"}};
  request.body = body;
  return world_.web_api.Answer(request);
}

object Control::Put(Arguments& arguments) {
  const std::string table = arguments.Text("table", "contact"), id = arguments.Text("id", "");
  const std::string body = boost::json::serialize(arguments.Value("values"));
  arguments.CheckNothingElse();
  const http::Response response = AskWebApi(id.empty() ? "POST" : "PATCH", table, id, body);
  if (response.status >= 400) throw ArgumentError("values", response.body);
  for (const auto& [name, value] : response.headers) {
    const size_t open = value.rfind('(');
    if (http::EqualsIgnoreCase(name, "OData-EntityId"))
      return {{"id", value.substr(open + 1, value.rfind(')') - open - 1)}};
  }
  return {{"id", id}};
}

object Control::Get(Arguments& arguments) {
  const std::string table = arguments.Text("table", "contact"), id = arguments.Text("id", "");
  arguments.CheckNothingElse();
  if (id.empty()) throw ArgumentError("id", "id is missing");
  const http::Response response = AskWebApi("GET", table, id, "");
  if (response.status == 404) return {{"found", false}};
  if (response.status >= 400) throw ArgumentError("id", response.body);
  return {{"found", true}, {"row", boost::json::parse(response.body)}};
}

object Control::Emit(Arguments& arguments) {
  EmailMix mix;
  mix.duplicates = arguments.Number("duplicates", 0, 0, 1);
  mix.late = arguments.Number("late", 0, 0, 1);
  mix.unknown = arguments.Number("unknown", 0, 0, 1);
  mix.anonymous = arguments.Number("anonymous", 0, 0, 1);
  mix.other = arguments.Number("other", 0, 0, 1);
  mix.seeds = arguments.Number("seeds", 0, 0, 1);
  mix.cut_emojis = arguments.Number("cut_emojis", 0, 0, 1);
  mix.odd_numbers = arguments.Number("odd_numbers", 0, 0, 1);
  mix.form = FormOf(arguments.Text("form", "all"));
  mix.bytes = arguments.Integer("bytes", 0, kLargestEvent);
  const int64_t count = arguments.Integer("events", 0, kMany);
  const double rate = arguments.Number("rate", 10, 0, 100'000), seconds = arguments.Number("seconds", 10, 0, kLongest);
  arguments.CheckNothingElse();
  if (count > 0) return {{"emitted", activity_.EmitEvents(count, mix)}};
  activity_.Run(rate, seconds, [this, mix] { activity_.EmitEvents(1, mix); });
  return {{"emitting", static_cast<int64_t>(rate * seconds)}};
}

}  // namespace causeway::sandbox
