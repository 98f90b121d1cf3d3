// Links from a record to its parent (spec/campaign.md "Links").
//
// A link holds the parent's PKey; where it is empty, the record's join field may name the parent by its key, and the
// link comes to be as soon as such a parent does. A record whose link needs a parent and has none is hidden.
//
// Life: the resources outlive it, and stay where they are.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/sandbox/campaign/entities.h"

namespace causeway::sandbox::campaign {

struct Parent {
  const Entities* entities;
  size_t slot;
};

class Links {
 public:
  explicit Links(const std::vector<Entities>& resources) : resources_(resources) {}

  // PKey of the record that a PKey or an href names; nullopt: the link's target has no such record.
  std::optional<std::string> Resolve(const Field& link, std::string_view pkey_or_href) const;
  // The PKey in it, where it is one that the target never made; empty: it isn't.
  std::string ForeignPKey(const Field& link, std::string_view pkey_or_href) const;
  // Of the link with this number; nullopt: it has none.
  std::optional<Parent> ParentOf(const Resource& resource, const Entity& entity, size_t link) const;
  // Name of the first link whose parent is missed; empty: the record is visible.
  std::string_view MissingLink(const Resource& resource, const Entity& entity) const;

 private:
  const Entities* Find(std::string_view resource) const;

  const std::vector<Entities>& resources_;
};

}  // namespace causeway::sandbox::campaign
