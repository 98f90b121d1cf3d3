#include "services/ctl/resource_kind.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/ctl/exit_code.h"

namespace causeway::ctl {
namespace {

// From organizations down to the kind.
std::vector<const ResourceKind*> PathOf(const ResourceKind& kind) {
  std::vector<const ResourceKind*> path;
  for (const ResourceKind* k = &kind; k != nullptr; k = k->parent) path.insert(path.begin(), k);
  return path;
}

std::string NameOf(const std::vector<const ResourceKind*>& path, const std::vector<std::string>& ids) {
  std::string name;
  for (size_t i = 0; i < path.size(); ++i) name = ChildName(name, *path[i], ids[i]);
  return name;
}

int EditDistance(const std::string& a, const std::string& b) {
  std::vector<int> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 1; i <= a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string ChildName(const std::string& parent, const ResourceKind& kind, const std::string& id) {
  return absl::StrCat(parent, parent.empty() ? "" : "/", kind.collection, "/", id);
}

absl::StatusOr<std::string> ExpandName(const ResourceKind& kind, const std::string& text) {
  const std::vector<const ResourceKind*> path = PathOf(kind);
  std::vector<std::string> parts = absl::StrSplit(text, '/');
  const bool empty_part = std::any_of(parts.begin(), parts.end(), [](auto& part) { return part.empty(); });
  if (!empty_part && parts.size() == 2 * path.size() && parts[0] == kOrganizations.collection) {
    bool matches = true;
    for (size_t i = 0; i < path.size(); ++i) matches &= parts[2 * i] == path[i]->collection;
    if (matches) return text;
  }
  if (&kind == &kTableMappings && parts.size() == 3) parts.insert(parts.begin() + 2, "ingress");
  if (!empty_part && parts.size() == path.size()) return NameOf(path, parts);

  std::vector<std::string> pattern;
  for (const ResourceKind* k : path) pattern.push_back(absl::StrCat("<", k->singular, ">"));
  return Fail(ExitCode::kUsage, absl::StrCat("\"", text, "\" can't be the name of a ", kind.singular, ": write ",
                                             absl::StrJoin(pattern, "/"), " or ", NameOf(path, pattern), "."));
}

std::string ShortName(const std::string& name) {
  const std::vector<std::string> parts = absl::StrSplit(name, '/');
  std::vector<std::string> ids;
  for (size_t i = 1; i < parts.size(); i += 2) ids.push_back(parts[i]);
  return absl::StrJoin(ids, "/");
}

std::string IdOf(const std::string& name) { return name.substr(name.rfind('/') + 1); }

std::string ParentOf(const std::string& name) {
  const size_t id = name.rfind('/');
  const size_t collection = id == std::string::npos || id == 0 ? std::string::npos : name.rfind('/', id - 1);
  return collection == std::string::npos ? "" : name.substr(0, collection);
}

std::string Nearest(const std::string& text, const std::vector<std::string>& candidates) {
  std::string nearest;
  int best = static_cast<int>(text.size()) / 3 + 2;
  for (const std::string& candidate : candidates) {
    const int distance = EditDistance(text, candidate);
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

void SortByNearness(const std::string& text, std::vector<std::string>& candidates) {
  std::vector<std::pair<int, std::string>> by_distance;
  for (std::string& candidate : candidates) by_distance.emplace_back(EditDistance(text, candidate), std::move(candidate));
  std::sort(by_distance.begin(), by_distance.end());
  for (size_t i = 0; i < candidates.size(); ++i) candidates[i] = std::move(by_distance[i].second);
}

}  // namespace causeway::ctl
