#include "common/backlog/topic_check.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"

namespace causeway::backlog {
namespace {

enum class Rule {
  kEqual,    // Anything else changes what the topic means.
  kAtLeast,  // More keeps more.
  kForEver,  // -1 if -1 is wanted; otherwise at least.
};

const std::map<std::string, Rule>& Rules() {
  static const auto& rules = *new std::map<std::string, Rule>{
      {"cleanup.policy", Rule::kEqual},        {"unclean.leader.election.enable", Rule::kEqual},
      {"min.insync.replicas", Rule::kAtLeast}, {"max.message.bytes", Rule::kAtLeast},
      {"delete.retention.ms", Rule::kAtLeast}, {"retention.ms", Rule::kForEver},
      {"retention.bytes", Rule::kForEver},
  };
  return rules;
}

bool Holds(Rule rule, const std::string& wanted, const std::string& actual) {
  if (actual == wanted) return true;
  int64_t least = 0, value = 0;
  if (rule == Rule::kEqual || !absl::SimpleAtoi(wanted, &least) || !absl::SimpleAtoi(actual, &value)) return false;
  if (rule == Rule::kForEver) return value == -1 || (least != -1 && value >= least);
  return value >= least;
}

}  // namespace

std::vector<TopicFlaw> FlawsOf(const TopicSpec& wanted, const ExistingTopic& actual) {
  std::vector<TopicFlaw> flaws;
  if (actual.partitions != wanted.partitions) {
    flaws.push_back(
        {wanted.name, "partitions", absl::StrCat(actual.partitions, " partitions; it must have ", wanted.partitions)});
  }
  if (actual.replicas < wanted.replication_factor) {
    flaws.push_back(
        {wanted.name, "replication.factor",
         absl::StrCat(actual.replicas, " replicas of a partition; it must have at least ", wanted.replication_factor)});
  }
  for (const auto& [setting, value] : wanted.config) {
    const auto rule = Rules().find(setting);
    if (rule == Rules().end()) continue;
    const auto found = actual.config.find(setting);
    const std::string has = found == actual.config.end() ? "" : found->second;
    if (Holds(rule->second, value, has)) continue;
    const bool exactly = rule->second == Rule::kEqual || value == "-1";
    flaws.push_back(
        {wanted.name, setting, absl::StrCat(setting, "=", has, "; it must be ", exactly ? "" : "at least ", value)});
  }
  return flaws;
}

absl::Status CheckTopic(const TopicSpec& wanted, const ExistingTopic& actual) {
  const std::vector<TopicFlaw> flaws = FlawsOf(wanted, actual);
  if (flaws.empty()) return absl::OkStatus();
  return errors::Make(errors::kBacklogTopic, absl::StrCat("Topic ", wanted.name, " has ", flaws.front().text, "."),
                      wanted.name);
}

}  // namespace causeway::backlog
