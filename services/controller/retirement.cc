#include "services/controller/retirement.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace causeway::controller {

void Retire(const v1::StoredWorkflow& workflow, const backlog::WorkflowTopics& topics, bool instance_deleted,
            RetiredTopics what, Edit& edit) {
  if (!workflow.has_pinned()) return;
  const std::string prefix = topics.checkpoint_prefix();
  const std::string key = absl::StrCat(kRetiredPrefix, absl::StripSuffix(prefix, "/"));
  v1::Retired& retired = *edit.records[key].emplace().mutable_retired();
  retired.set_workflow(workflow.name());
  retired.set_instance_uid(topics.instance_uid);
  retired.set_generation(topics.generation);
  retired.set_delete_topics(what == RetiredTopics::kDelete);
  retired.set_dead_letters(instance_deleted);
}

backlog::WorkflowTopics TopicsOf(const v1::Retired& retired) {
  return backlog::TopicsOf(retired.workflow(), retired.instance_uid(), retired.generation());
}

std::vector<std::string> TopicsToDelete(const v1::Retired& retired) {
  if (!retired.delete_topics()) return {};
  const backlog::WorkflowTopics topics = TopicsOf(retired);
  std::vector<std::string> names = {topics.backlog()};
  if (topics.generation > 0)
    names.push_back(backlog::TopicsOf(retired.workflow(), retired.instance_uid(), topics.generation - 1).index());
  // Those belong to an instance that is deleted, as the index does.
  if (retired.dead_letters()) names.insert(names.end(), {topics.index(), topics.dead_letters()});
  return names;
}

bool IsRetired(const backlog::WorkflowTopics& topics, absl::string_view checkpoint_key) {
  return absl::StartsWith(checkpoint_key, topics.checkpoint_prefix()) && checkpoint_key != topics.run_key();
}

}  // namespace causeway::controller
