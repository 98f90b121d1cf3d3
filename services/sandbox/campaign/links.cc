#include "services/sandbox/campaign/links.h"

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/http/url.h"

namespace causeway::sandbox::campaign {

namespace {

// The PKey itself says of which resource it is.
std::optional<std::string> PKeyIn(std::string_view pkey_or_href) {
  return http::Unescape(pkey_or_href.substr(pkey_or_href.rfind('/') + 1), /*plus_is_blank=*/false);
}

}  // namespace

const Entities* Links::Find(std::string_view resource) const {
  for (const Entities& entities : resources_) {
    if (entities.resource().name == resource) return &entities;
  }
  return nullptr;
}

std::optional<std::string> Links::Resolve(const Field& link, std::string_view pkey_or_href) const {
  const Entities* target = Find(link.target);
  if (target == nullptr) return std::nullopt;
  const std::optional<std::string> pkey = PKeyIn(pkey_or_href);
  const std::optional<size_t> slot = pkey ? target->SlotOf(*pkey) : std::nullopt;
  if (!slot || target->At(*slot) == nullptr) return std::nullopt;
  return pkey;
}

std::string Links::ForeignPKey(const Field& link, std::string_view pkey_or_href) const {
  const Entities* target = Find(link.target);
  std::string pkey = PKeyIn(pkey_or_href).value_or("");
  const bool foreign = target != nullptr && pkey.starts_with('@') && !target->SlotOf(pkey);
  return foreign ? pkey : "";
}

std::optional<Parent> Links::ParentOf(const Resource& resource, const Entity& entity, size_t link) const {
  const Field& field = resource.fields[link];
  const Entities* target = Find(field.target);
  if (target == nullptr) return std::nullopt;
  std::string scratch;
  const std::string_view pkey = TextOfToken(entity.values.Get(link), scratch);
  std::optional<size_t> slot;
  if (!pkey.empty()) {
    slot = target->SlotOf(pkey);
  } else if (const int join = resource.Find(field.join); join >= 0) {
    const std::string_view key = TextOfToken(entity.values.Get(static_cast<size_t>(join)), scratch);
    if (!key.empty()) slot = target->FindKey(key);
  }
  if (!slot || target->At(*slot) == nullptr) return std::nullopt;
  return Parent{target, *slot};
}

std::string_view Links::MissingLink(const Resource& resource, const Entity& entity) const {
  for (size_t i = 0; i < resource.fields.size(); ++i) {
    const Field& field = resource.fields[i];
    if (field.needs_parent && !ParentOf(resource, entity, i)) return field.name;
  }
  return {};
}

}  // namespace causeway::sandbox::campaign
