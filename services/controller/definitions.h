// Definitions: what causeway.definitions says: organizations, instances, connections, workflows, table mappings. Pure;
// in memory, rebuilt at every start from the topic's records (stored.proto), changed only by records that have been
// committed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "causeway/v1/stored.pb.h"
#include "common/backlog/topics.h"

namespace causeway::controller {

// What a mutation writes: key → record; nothing: the resource is deleted.
using Records = std::map<std::string, std::optional<v1::StoredRecord>>;

inline constexpr absl::string_view kClaimKey = "claim";
inline constexpr absl::string_view kSequenceKey = "sequence";
// Before the prefix of the positions.
inline constexpr absl::string_view kRetiredPrefix = "retired/";

class Definitions {
 public:
  // Claims are the journal's own business and are passed over.
  void Apply(const std::string& key, const std::optional<v1::StoredRecord>& record);

  // nullptr: there is none of that name.
  const v1::Organization* FindOrganization(absl::string_view name) const;
  const v1::StoredInstance* FindInstance(absl::string_view name) const;
  const v1::StoredConnection* FindConnection(absl::string_view name) const;
  const v1::StoredWorkflow* FindWorkflow(absl::string_view name) const;
  const v1::TableMapping* FindTableMapping(absl::string_view name) const;
  const v1::Retired* FindRetired(absl::string_view key) const;

  // Names in their order that match, where "-" in the pattern stands for any id.
  std::vector<std::string> Names(absl::string_view pattern) const;
  // "organizations/contoso" + "instances" → the names of its instances; "-" may stand for ids in the parent.
  std::vector<std::string> Children(absl::string_view parent, absl::string_view collection) const;

  // Keys of what is still to be removed from Kafka.
  std::vector<std::string> RetiredKeys() const;

  // What a Start now would pin.
  v1::StoredDefinition Snapshot(const v1::StoredWorkflow& workflow) const;

  // Where a workflow's records and positions are; it exists.
  backlog::WorkflowTopics TopicsOf(absl::string_view workflow) const;

  // Number of the last mutation.
  int64_t sequence() const { return sequence_; }

 private:
  const v1::StoredRecord* Find(absl::string_view name) const;

  std::map<std::string, v1::StoredRecord, std::less<>> records_;
  int64_t sequence_ = 0;
};

}  // namespace causeway::controller
