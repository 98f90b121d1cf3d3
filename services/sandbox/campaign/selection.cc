#include "services/sandbox/campaign/selection.h"

#include <algorithm>
#include <utility>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/campaign/api_error.h"

namespace causeway::sandbox::campaign {

std::variant<Selection, http::Response> Selection::Of(const Entities& entities, const Links& links,
                                                      std::string_view endpoint, std::span<const std::string> filters,
                                                      const http::Pairs& query) {
  Selection selection(entities, links);
  for (const std::string& filter : filters) {
    if (std::optional<http::Response> refusal = selection.Add(endpoint, filter, query)) return *std::move(refusal);
  }
  return selection;
}

std::optional<http::Response> Selection::Add(std::string_view endpoint, const std::string& filter,
                                             const http::Pairs& query) {
  if (filter == "byText") return AddText(endpoint, query);
  const Resource& resource = entities_->resource();
  // The key filter is a custom one; the standard endpoint has none.
  if (filter != resource.key_filter || endpoint == kStandardEndpoint)
    return NotFoundError(Cat("unknown filter '", filter, "'"));
  const std::string* key = http::Find(query, resource.key_parameter);
  if (key == nullptr) return BadRequestError(Cat("The parameter ", resource.key_parameter, " is missing."));
  const std::optional<size_t> slot = entities_->FindKey(*key);
  first_ = slot.value_or(0);
  end_ = slot ? *slot + 1 : 0;
  return std::nullopt;
}

// Values that begin with the text, with regard to case.
std::optional<http::Response> Selection::AddText(std::string_view endpoint, const http::Pairs& query) {
  const std::string* text = http::Find(query, "text");
  const std::string* type = http::Find(query, "filterType");
  if (text == nullptr || type == nullptr) return BadRequestError("byText needs text and filterType.");
  const Resource& resource = entities_->resource();
  const int field = resource.Find(*type);
  if (field < 0 || resource.fields[field].type != FieldType::kString ||
      !Resource::Shows(resource.fields[field], endpoint))
    return BadRequestError(Cat("There is no filterType '", *type, "'."));
  conditions_.push_back([field, text = *text](const Entity& entity) {
    std::string scratch;
    return TextOfToken(entity.values.Get(static_cast<size_t>(field)), scratch).starts_with(text);
  });
  return std::nullopt;
}

bool Selection::Matches(const Entity& entity) const {
  return std::all_of(conditions_.begin(), conditions_.end(),
                     [&](const auto& condition) { return condition(entity); }) &&
         links_->MissingLink(entities_->resource(), entity).empty();
}

size_t Selection::Next(size_t from) const {
  const size_t end = std::min(end_, entities_->slots());
  for (size_t slot = std::max(from, first_); slot < end; ++slot) {
    const Entity* entity = entities_->At(slot);
    if (entity != nullptr && Matches(*entity)) return slot;
  }
  return entities_->slots();
}

}  // namespace causeway::sandbox::campaign
