// The kinds of resources, and their names: organizations/contoso/instances/stage/workflows/ingress in full,
// contoso/stage/ingress for short. Everything that lists, compares or edits resources works from this one description
// of them.
#pragma once

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "causeway/v1/record_services.pb.h"
#include "causeway/v1/resources.pb.h"
#include "causeway/v1/workflow_service.pb.h"

namespace causeway::ctl {

struct ResourceKind {
  const char* collection;  // As in names: tableMappings.
  const char* yaml_key;    // As in definition files: table_mappings.
  const char* singular;    // As in messages: table mapping.
  const ResourceKind* parent;
  const google::protobuf::Descriptor* (*descriptor)();
};

inline constexpr ResourceKind kOrganizations{"organizations", "organizations", "organization", nullptr,
                                             &v1::Organization::descriptor};
inline constexpr ResourceKind kInstances{"instances", "instances", "instance", &kOrganizations,
                                         &v1::Instance::descriptor};
inline constexpr ResourceKind kConnections{"connections", "connections", "connection", &kInstances,
                                           &v1::Connection::descriptor};
inline constexpr ResourceKind kWorkflows{"workflows", "workflows", "workflow", &kInstances, &v1::Workflow::descriptor};
inline constexpr ResourceKind kTableMappings{"tableMappings", "table_mappings", "table mapping", &kWorkflows,
                                             &v1::TableMapping::descriptor};
inline constexpr ResourceKind kDeadLetters{"deadLetters", "dead_letters", "dead letter", &kWorkflows,
                                           &v1::DeadLetter::descriptor};

// Those that a definition file holds, parents before children.
inline constexpr const ResourceKind* kDefinitionKinds[] = {&kOrganizations, &kInstances, &kConnections, &kWorkflows,
                                                           &kTableMappings};

// parent/collection/id; `parent` is empty for organizations.
std::string ChildName(const std::string& parent, const ResourceKind& kind, const std::string& id);

// The name that a person meant: in full or short. A table mapping's workflow may be left out of a short one. A usage
// error when it can't be a name of this kind.
absl::StatusOr<std::string> ExpandName(const ResourceKind& kind, const std::string& text);

// contoso/stage/ingress
std::string ShortName(const std::string& name);

// The last part.
std::string IdOf(const std::string& name);
// Without the last collection and id.
std::string ParentOf(const std::string& name);

// The one of `candidates` that is most like `text`; empty when none is alike.
std::string Nearest(const std::string& text, const std::vector<std::string>& candidates);
// The most alike first.
void SortByNearness(const std::string& text, std::vector<std::string>& candidates);

}  // namespace causeway::ctl
