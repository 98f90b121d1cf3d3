// Resource names (proto/causeway/v1/resources.proto): collections and ids in turn,
// "organizations/contoso/instances/stage". Pure.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "causeway/v1/resources.pb.h"
#include "causeway/v1/workflow_service.pb.h"

namespace causeway::controller {

// Shapes of names: "*" stands for an id.
inline constexpr absl::string_view kOrganizationShape = "organizations/*";
inline constexpr absl::string_view kInstanceShape = "organizations/*/instances/*";
inline constexpr absl::string_view kConnectionShape = "organizations/*/instances/*/connections/*";
inline constexpr absl::string_view kWorkflowShape = "organizations/*/instances/*/workflows/*";
inline constexpr absl::string_view kTableMappingShape = "organizations/*/instances/*/workflows/*/tableMappings/*";
inline constexpr absl::string_view kDeadLetterShape = "organizations/*/instances/*/workflows/*/deadLetters/*";

// Whether the name has the shape; ids aren't empty.
bool HasShape(absl::string_view name, absl::string_view shape);
// INVALID_ARGUMENT with a violation of `field` that shows what a name looks like.
absl::Status CheckShape(absl::string_view field, absl::string_view name, absl::string_view shape);
// Whether the name has `pattern`'s ids, where "-" in the pattern stands for any.
bool Matches(absl::string_view name, absl::string_view pattern);

// "organizations/contoso/instances/stage" → "stage", and → "organizations/contoso".
std::string IdOf(absl::string_view name);
std::string ParentOf(absl::string_view name);
// Of anything below an instance, and of itself: a part of `name`.
absl::string_view InstanceOf(absl::string_view name);
std::string Child(absl::string_view parent, absl::string_view collection, absl::string_view id);

inline constexpr std::array<v1::WorkflowType, 3> kWorkflowTypes = {v1::WORKFLOW_TYPE_INGRESS, v1::WORKFLOW_TYPE_EGRESS,
                                                                   v1::WORKFLOW_TYPE_OPT_IN_OUT};
// ingress, egress, opt-in-out.
absl::string_view WorkflowId(v1::WorkflowType type);
std::string WorkflowName(absl::string_view instance, v1::WorkflowType type);

// As many of the names as are asked for that take the fewest changes of a character to become `name`, the nearest first.
std::vector<std::string> NearestNames(absl::string_view name, std::vector<std::string> names, size_t count);

// "RUNNING".
std::string StatusName(v1::Workflow::Status status);

}  // namespace causeway::controller
