// The verbs that bring about what people met in the field: answers of any kind, rules of customers, values that no client
// can read, records that others made or moved.
#include <algorithm>
#include <cctype>
#include <regex>
#include <utility>
#include <vector>

#include "services/sandbox/base/text.h"
#include "services/sandbox/control/control.h"
#include "services/sandbox/http/url.h"

namespace causeway::sandbox {
namespace {

using boost::json::object;

constexpr int64_t kForever = INT64_MAX;

std::vector<std::string> ColumnsOf(const std::string& list, const dataverse::TableSchema& schema) {
  std::vector<std::string> columns;
  for (std::string_view name : Split(list, ',')) {
    if (schema.Find(name) < 0) throw ArgumentError("columns", Cat("there is no column ", name));
    columns.emplace_back(name);
  }
  return columns;
}

// A string in quotes whose escapes are whole, or another scalar: what may stand where a value is. Half of a surrogate
// pair is one.
bool IsScalar(std::string_view json) {
  if (!json.starts_with('"'))
    return !json.empty() && json.find_first_of("{}[],\"") == std::string_view::npos;
  if (json.size() < 2 || !json.ends_with('"')) return false;
  json = json.substr(1, json.size() - 2);
  for (size_t i = 0; i < json.size(); ++i) {
    if (json[i] == '"') return false;
    if (json[i] != '\\') continue;
    if (++i == json.size()) return false;
    if (json[i] != 'u') continue;
    for (int digits = 0; digits < 4; ++digits) {
      if (++i == json.size() || std::isxdigit(static_cast<unsigned char>(json[i])) == 0) return false;
    }
  }
  return true;
}

std::string RawJson(Arguments& arguments) {
  const std::string json = arguments.Text("json", "null");
  if (!IsScalar(json)) throw ArgumentError("json", R"(json must be a scalar as it stands in JSON, as null, 7 or "\ud83d")");
  return json;
}

}  // namespace

dataverse::Table& Control::TableNamed(const std::string& name) {
  dataverse::Table* table = world_.database.FindTable(name);
  if (table == nullptr) throw ArgumentError("table", Cat("there is no table ", name));
  return *table;
}

campaign::Entities& Control::ResourceNamed(const std::string& name) {
  for (campaign::Entities& entities : world_.resources) {
    if (entities.resource().name == name) return entities;
  }
  throw ArgumentError("resource", Cat("there is no resource ", name));
}

size_t Control::SlotOf(const campaign::Entities& entities, const std::string& key) {
  const std::optional<size_t> slot = entities.FindKey(key);
  if (!slot) throw ArgumentError("key", Cat("there is no record with the key ", key));
  return *slot;
}

// Any status, code and text for chosen requests, until `times` of them were answered so, or `heal`.
object Control::AnswerWith(Arguments& arguments) {
  Fault fault;
  fault.kind = FaultKind::kAnswer;
  fault.system = arguments.SystemName("campaign");
  fault.until_ms = kForever;
  fault.status = static_cast<int>(arguments.Required("status", 200, 599));
  fault.code = arguments.Text("code", Cat(fault.status));
  fault.text = arguments.Text("text", "");
  fault.body = arguments.Text("body", "");
  fault.key = arguments.Text("key", "");
  fault.share = arguments.Number("share", 1, 0, 1);
  fault.retry_after = arguments.Number("retry_after", 0, 0, kLongest);
  if (arguments.Has("times")) fault.remaining = arguments.Integer("times", 1, kMany);
  const std::string match = arguments.Text("match", "");
  try {
    if (!match.empty()) fault.match = std::make_shared<std::regex>(match, std::regex::optimize);
  } catch (const std::regex_error& wrong) {
    throw ArgumentError("match", Cat("match must be a regular expression: ", wrong.what()));
  }
  return Add(std::move(fault), arguments);
}

// An alternate key, or a rule of duplicate detection.
object Control::Unique(Arguments& arguments) {
  dataverse::TableSchema& schema = TableNamed(arguments.Text("table", "contact")).schema();
  dataverse::UniqueRule rule;
  rule.name = arguments.Text("name", "");
  rule.columns = ColumnsOf(arguments.Text("columns", schema.primary_id), schema);
  const std::string kind = arguments.Text("kind", "key");
  const bool there = arguments.Flag("there", true);
  arguments.CheckNothingElse();
  if (kind != "key" && kind != "duplicates") throw ArgumentError("kind", "kind must be key or duplicates");
  if (rule.name.empty()) throw ArgumentError("name", "name is missing");
  if (kind == "duplicates") rule.kind = dataverse::UniqueRule::Kind::kDuplicateDetection;
  std::erase_if(schema.unique_rules, [&](const dataverse::UniqueRule& old) { return old.name == rule.name; });
  if (there) schema.unique_rules.push_back(std::move(rule));
  return {{"rules", schema.unique_rules.size()}};
}

// Refuses rows with a value; without `text` the table has no plug-ins any more.
object Control::PlugIn(Arguments& arguments) {
  dataverse::TableSchema& schema = TableNamed(arguments.Text("table", "contact")).schema();
  const dataverse::PlugIn plug_in{arguments.Text("column", ""), arguments.Text("value", ""), arguments.Text("text", "")};
  arguments.CheckNothingElse();
  if (!plug_in.column.empty()) ColumnsOf(plug_in.column, schema);
  if (plug_in.text.empty()) {
    schema.plug_ins.clear();
  } else {
    schema.plug_ins.push_back(plug_in);
  }
  return {{"plug_ins", schema.plug_ins.size()}};
}

// A value as no client of the API could write it, and some can't read it: a row's id or column, a record's field.
object Control::Spoil(Arguments& arguments) {
  const std::string json = RawJson(arguments), table_name = arguments.Text("table", "contact");
  if (arguments.Has("key")) {
    campaign::Entities& entities = ResourceNamed(arguments.Text("resource", "profile"));
    const size_t slot = SlotOf(entities, arguments.Text("key", ""));
    const int field = entities.resource().Find(arguments.Text("field", ""));
    arguments.CheckNothingElse();
    if (field < 0) throw ArgumentError("field", "there is no such field");
    std::vector<std::string_view> tokens(entities.resource().fields.size());
    entities.At(slot)->values.Unpack(tokens);
    tokens[static_cast<size_t>(field)] = json;
    entities.Update(slot, PackedRow(tokens), world_.clock.NowMillis());
    return {};
  }
  dataverse::Table& table = TableNamed(table_name);
  const std::string column = arguments.Text("column", table.schema().primary_id);
  const std::optional<Guid> id = Guid::Parse(arguments.Text("id", ""));
  arguments.CheckNothingElse();
  const dataverse::Row* row = id ? table.Find(*id) : nullptr;
  if (row == nullptr) throw ArgumentError("id", "there is no such row");
  const int number = table.schema().Find(column);
  if (number < 0) throw ArgumentError("column", Cat("there is no column ", column));
  std::vector<std::string_view> tokens(table.schema().columns.size());
  row->values.Unpack(tokens);
  const bool is_id = column == table.schema().primary_id;
  if (is_id) table.ShowIdAs(*id, json);
  if (!is_id) tokens[static_cast<size_t>(number)] = json;
  table.Update(*id, PackedRow(tokens));  // So that deltas tell of it.
  return {};
}

// As another user of Campaign would: what that refuses is refused. It is no engine call of Causeway's.
http::Response Control::AskCampaign(std::string_view method, const std::string& resource, const std::string& pkey,
                                    const std::string& body) {
  const std::string target =
      Cat("/", world_.campaign_api.settings().tenant, "/campaign/", ResourceNamed(resource).resource().endpoint, "/",
          resource, pkey.empty() ? std::string() : "/" + http::Escape(pkey));
  const std::string authorization = Cat("Bearer ", world_.ims.tokens().Issue(60));
  http::Request request;
  request.method = method;
  request.target = target;
  request.headers = {{"Host", "localhost"},
                     {"Authorization", authorization},
                     {"X-Api-Key", world_.ims.settings().client_id},
                     {"Content-Type", "application/json"}};
  request.body = body;
  const campaign::EngineCalls before = world_.campaign_api.calls();
  http::Response response = world_.campaign_api.Answer(request);
  world_.campaign_api.calls() = before;
  return response;
}

// Creates a record, or changes the one with a key.
object Control::PutRecord(Arguments& arguments) {
  const std::string resource = arguments.Text("resource", "profile"), key = arguments.Text("key", "");
  const std::string body = boost::json::serialize(arguments.Value("values"));
  arguments.CheckNothingElse();
  const campaign::Entities& entities = ResourceNamed(resource);
  const std::string pkey = key.empty() ? std::string() : entities.PKeyOf(SlotOf(entities, key));
  const http::Response response = AskCampaign(key.empty() ? "POST" : "PATCH", resource, pkey, body);
  if (response.status >= 400) throw ArgumentError("values", response.body);
  return {{"pkey", boost::json::parse(response.body).at("PKey")}};
}

// The same record under another PKey; `to_key`: with another key too. The old one is as if it had never been made here, as
// after a migration, or a deleted record's.
object Control::MoveRecord(Arguments& arguments) {
  campaign::Entities& entities = ResourceNamed(arguments.Text("resource", "profile"));
  const std::string key = arguments.Text("key", ""), to_key = arguments.Text("to_key", "");
  const std::string old_pkey = arguments.Text("old_pkey", "foreign");
  arguments.CheckNothingElse();
  if (old_pkey != "foreign" && old_pkey != "gone") throw ArgumentError("old_pkey", "old_pkey must be foreign or gone");
  const size_t slot = SlotOf(entities, key);
  if (!to_key.empty() && to_key != key && entities.FindKey(to_key))
    throw ArgumentError("to_key", Cat("a record has the key ", to_key, " already"));
  return {{"pkey", entities.PKeyOf(entities.Move(slot, to_key, old_pkey == "foreign"))}};
}

}  // namespace causeway::sandbox
