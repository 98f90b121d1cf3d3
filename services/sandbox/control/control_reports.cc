// The verbs that look: records, writes, engine calls, comparisons.
#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "services/sandbox/base/text.h"
#include "services/sandbox/campaign/entity_renderer.h"
#include "services/sandbox/control/compare.h"
#include "services/sandbox/control/compare_activities.h"
#include "services/sandbox/control/control.h"

namespace causeway::sandbox {
namespace {

using boost::json::object;
using events::EmailEventType;

constexpr int64_t kMostWrites = 10'000;

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

object Show(const LoggedWrite& write) {
  return {{"kind", NameOf(write.kind)}, {"resource", write.resource}, {"key", write.key}, {"time_ms", write.time_ms}};
}

std::vector<EmailEventType> TypesOf(const std::string& list) {
  static constexpr std::pair<std::string_view, EmailEventType> kTypes[] = {{"send", EmailEventType::kSend},
                                                                           {"open", EmailEventType::kOpen},
                                                                           {"click", EmailEventType::kClick},
                                                                           {"bounce", EmailEventType::kHardBounce}};
  std::vector<EmailEventType> types;
  for (const std::string_view name : Split(list, ',')) {
    const auto* found = std::find_if(std::begin(kTypes), std::end(kTypes), [&](const auto& known) {
      return known.first == name;
    });
    if (found == std::end(kTypes))
      throw ArgumentError("types", "types are send, open, click and bounce, comma-separated");
    types.push_back(found->second);
  }
  return types;
}

std::vector<TableMapping> MappingsOf(const boost::json::value& list) {
  if (!list.is_array()) throw ArgumentError("mappings", "mappings must be a list of table mappings");
  std::vector<TableMapping> mappings;
  for (const boost::json::value& mapping : list.as_array()) {
    if (!mapping.is_object()) throw ArgumentError("mappings", "mappings must be a list of table mappings");
    try {
      mappings.push_back(ReadMapping(mapping.as_object()));
    } catch (const std::invalid_argument& wrong) {
      throw ArgumentError("mappings", wrong.what());
    }
  }
  return mappings;
}

ActivityNames NamesOf(const boost::json::value& tables) {
  if (!tables.is_object()) throw ArgumentError("tables", "tables must be a JSON object");
  try {
    return ActivityNames(tables.as_object());
  } catch (const std::invalid_argument& wrong) {
    throw ArgumentError("tables", wrong.what());
  }
}

}  // namespace

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

// Writes from a number on, or the newest: `next` is where the following ones begin.
object Control::Journal(Arguments& arguments) {
  const WriteLog& log = world_.writes;
  const int64_t limit = arguments.Integer("limit", 1000, kMostWrites);
  const int64_t first = std::clamp(arguments.Integer("since", log.end() - limit, kMany), log.first(), log.end());
  const int64_t end = std::min(log.end(), first + limit);
  arguments.CheckNothingElse();
  boost::json::array writes;
  for (int64_t number = first; number < end; ++number) {
    object write = Show(log.At(number));
    write["number"] = number;
    writes.emplace_back(std::move(write));
  }
  return {{"writes", std::move(writes)}, {"next", end}, {"end", log.end()}};
}

object Control::LastWrite(Arguments& arguments) {
  const std::string key = arguments.Text("key", ""), resource = arguments.Text("resource", "profile");
  arguments.CheckNothingElse();
  if (key.empty()) throw ArgumentError("key", "key is missing");
  const LoggedWrite* write = world_.writes.LastOf(resource, key);
  if (write == nullptr) return {{"found", false}};
  object shown = Show(*write);
  shown["found"] = true;
  return shown;
}

object Control::Calls(Arguments& arguments) {
  const bool reset = arguments.Flag("reset", false);
  arguments.CheckNothingElse();
  object calls = Show(world_.campaign_api.calls());
  if (reset) world_.campaign_api.calls() = {};
  return calls;
}

// Each table of the mappings, or contacts by the default one.
object Control::Compare(Arguments& arguments) {
  std::vector<TableMapping> mappings;
  if (arguments.Has("mappings")) mappings = MappingsOf(arguments.Value("mappings"));
  if (!arguments.Has("mappings")) mappings.push_back(DefaultMapping());
  arguments.CheckNothingElse();
  Comparison comparison;
  for (const TableMapping& mapping : mappings) {
    try {
      CompareTable(mapping, TableNamed(mapping.table), ResourceNamed(mapping.resource), comparison);
    } catch (const std::invalid_argument& wrong) {
      throw ArgumentError("mappings", wrong.what());
    }
  }
  return Show(comparison);
}

object Control::CompareEvents(Arguments& arguments) {
  ActivityChoice choice;
  if (arguments.Has("types")) choice.types = TypesOf(arguments.Text("types", ""));
  choice.since = arguments.Integer("since", 0, kMany);
  if (arguments.Has("tables")) choice.names = NamesOf(arguments.Value("tables"));
  arguments.CheckNothingElse();
  return Show(CompareActivities(world_, choice));
}

}  // namespace causeway::sandbox
