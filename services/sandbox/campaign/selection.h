// The records that a collection's filters leave (spec/campaign.md "Filters"). Filters combine: all of them must match.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "services/sandbox/campaign/entities.h"
#include "services/sandbox/campaign/links.h"
#include "services/sandbox/campaign/place.h"
#include "services/sandbox/http/message.h"
#include "services/sandbox/http/url.h"

namespace causeway::sandbox::campaign {

// Life: entities and links outlive it.
class Selection {
 public:
  // `filters`: the path behind the resource; none: every record. The selection, or the refusal.
  static std::variant<Selection, http::Response> Of(const Entities& entities, const Links& links,
                                                    std::string_view endpoint, std::span<const std::string> filters,
                                                    const http::Pairs& query);

  // The first slot from this one on that is selected and visible; slots(): there is none.
  size_t Next(size_t from) const;

 private:
  Selection(const Entities& entities, const Links& links) : entities_(&entities), links_(&links) {}
  std::optional<http::Response> Add(std::string_view endpoint, const std::string& filter, const http::Pairs& query);
  std::optional<http::Response> AddText(std::string_view endpoint, const http::Pairs& query);
  bool Matches(const Entity& entity) const;

  const Entities* entities_;
  const Links* links_;
  std::vector<std::function<bool(const Entity&)>> conditions_;
  // A key filter leaves these only.
  size_t first_ = 0;
  size_t end_ = SIZE_MAX;
};

}  // namespace causeway::sandbox::campaign
