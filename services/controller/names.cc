#include "services/controller/names.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/controller/api_error.h"

namespace causeway::controller {
namespace {

std::vector<absl::string_view> Parts(absl::string_view name) { return absl::StrSplit(name, '/'); }

int EditDistance(absl::string_view a, absl::string_view b) {
  std::vector<int> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 1; i <= a.size(); ++i) {
    int diagonal = std::exchange(row[0], static_cast<int>(i));
    for (size_t j = 1; j <= b.size(); ++j) {
      const int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({replaced, row[j] + 1, row[j - 1] + 1}));
    }
  }
  return row.back();
}

}  // namespace

bool HasShape(absl::string_view name, absl::string_view shape) {
  const std::vector<absl::string_view> parts = Parts(name), wanted = Parts(shape);
  if (parts.size() != wanted.size()) return false;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].empty() || (wanted[i] != "*" && parts[i] != wanted[i])) return false;
  }
  return true;
}

absl::Status CheckShape(absl::string_view field, absl::string_view name, absl::string_view shape) {
  if (HasShape(name, shape)) return absl::OkStatus();
  return InvalidError({{std::string(field), absl::StrCat("\"", name, "\" is no such name; write ", shape, ".")}});
}

bool Matches(absl::string_view name, absl::string_view pattern) {
  const std::vector<absl::string_view> parts = Parts(name), wanted = Parts(pattern);
  if (parts.size() != wanted.size()) return false;
  for (size_t i = 0; i < parts.size(); ++i) {
    const bool any_id = i % 2 == 1 && wanted[i] == "-";
    if (!any_id && parts[i] != wanted[i]) return false;
  }
  return true;
}

std::string IdOf(absl::string_view name) { return std::string(name.substr(name.rfind('/') + 1)); }

std::string ParentOf(absl::string_view name) {
  std::vector<absl::string_view> parts = Parts(name);
  if (parts.size() <= 2) return "";
  parts.resize(parts.size() - 2);
  return absl::StrJoin(parts, "/");
}

absl::string_view InstanceOf(absl::string_view name) {
  size_t end = 0;
  for (int slashes = 0; end < name.size(); ++end) {
    if (name[end] == '/' && ++slashes == 4) break;
  }
  return name.substr(0, end);
}

std::string Child(absl::string_view parent, absl::string_view collection, absl::string_view id) {
  return parent.empty() ? absl::StrCat(collection, "/", id) : absl::StrCat(parent, "/", collection, "/", id);
}

absl::string_view WorkflowId(v1::WorkflowType type) {
  switch (type) {
    case v1::WORKFLOW_TYPE_INGRESS:
      return "ingress";
    case v1::WORKFLOW_TYPE_EGRESS:
      return "egress";
    case v1::WORKFLOW_TYPE_OPT_IN_OUT:
      return "opt-in-out";
    default:
      return "";
  }
}

std::string WorkflowName(absl::string_view instance, v1::WorkflowType type) {
  return Child(instance, "workflows", WorkflowId(type));
}

std::vector<std::string> NearestNames(absl::string_view name, std::vector<std::string> names, size_t count) {
  std::vector<std::pair<int, std::string>> ranked;
  for (std::string& candidate : names) {
    const int distance = EditDistance(name, candidate);
    ranked.emplace_back(distance, std::move(candidate));
  }
  std::sort(ranked.begin(), ranked.end());
  ranked.resize(std::min(count, ranked.size()));
  std::vector<std::string> nearest;
  for (auto& [distance, candidate] : ranked) nearest.push_back(std::move(candidate));
  return nearest;
}

std::string StatusName(v1::Workflow::Status status) {
  return v1::Workflow::Status_Name(status).substr(sizeof("STATUS_") - 1);
}

}  // namespace causeway::controller
