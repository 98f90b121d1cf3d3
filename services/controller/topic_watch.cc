#include "services/controller/topic_watch.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/async/sleep.h"
#include "common/metrics/names.h"
#include "common/process/log.h"
#include "services/controller/names.h"

namespace causeway::controller {
namespace {

constexpr absl::Duration kLookEvery = absl::Seconds(30);

}  // namespace

std::vector<backlog::TopicSpec> TopicsOf(const Definitions& definitions, const backlog::TopicSettings& settings) {
  std::vector<backlog::TopicSpec> topics = backlog::InstallationTopics(settings);
  for (const std::string& name : definitions.Names("organizations/-/instances/-/workflows/-")) {
    // A workflow's topics are made at its first start.
    if (!definitions.FindWorkflow(name)->has_pinned()) continue;
    backlog::TopicSettings own = settings;
    own.partitions = definitions.FindInstance(InstanceOf(name))->partitions();
    for (backlog::TopicSpec& topic : backlog::WorkflowTopicSpecs(definitions.TopicsOf(name), own)) {
      topics.push_back(std::move(topic));
    }
  }
  return topics;
}

TopicWatch::TopicWatch(async::Loop& loop, backlog::KafkaBroker& broker, const Controller& controller,
                       metrics::Registry& registry)
    : loop_(loop), broker_(broker), controller_(controller), registry_(registry), tasks_(loop) {
  tasks_.Spawn(Watch());
}

// While the broker doesn't answer, what was seen last stays.
async::Task<void> TopicWatch::Watch() {
  while (!controller_.ready()) co_await async::SleepFor(loop_, absl::Seconds(1));
  for (;; co_await async::SleepFor(loop_, kLookEvery)) {
    std::vector<backlog::TopicSpec> topics = TopicsOf(controller_.definitions(), controller_.topic_settings());
    auto flaws = co_await broker_.Inspect(std::move(topics));
    if (flaws.ok())
      Show(*flaws);
    else
      log::Debug("topics_not_inspected", {{"message", flaws.status().message()}});
  }
}

void TopicWatch::Show(const std::vector<backlog::TopicFlaw>& flaws) {
  std::map<std::string, int> topics_by_setting;
  std::set<std::string> found;
  for (const backlog::TopicFlaw& flaw : flaws) {
    ++topics_by_setting[flaw.setting];
    const std::string flaw_of_topic = absl::StrCat(flaw.topic, " ", flaw.setting);
    found.insert(flaw_of_topic);
    if (known_.contains(flaw_of_topic)) continue;
    log::Error("topic_unsafe", {{"topic", flaw.topic}, {"setting", flaw.setting}, {"problem", flaw.text}});
  }
  known_ = std::move(found);
  std::vector<metrics::Sample> samples;
  for (const auto& [setting, topics] : topics_by_setting) {
    samples.push_back(metrics::Sampled(metrics::kUnsafeTopics, topics, setting));
  }
  registry_.Publish("topics", std::move(samples));
}

}  // namespace causeway::controller
