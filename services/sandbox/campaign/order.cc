#include "services/sandbox/campaign/order.h"

#include <algorithm>
#include <string>
#include <utility>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/campaign/api_error.h"

namespace causeway::sandbox::campaign {
namespace {

// Numbers as numbers, everything else as text.
struct SortKey {
  double number = 0;
  std::string text;
  size_t slot = 0;
};

SortKey KeyOf(const Field& field, const Entity& entity, size_t number, size_t slot) {
  std::string scratch;
  const std::string_view text = TextOfToken(entity.values.Get(number), scratch);
  if (field.type == FieldType::kNumber) return {ParseNumber<double>(text).value_or(0), "", slot};
  return {0, std::string(text), slot};
}

}  // namespace

OrderedSlots SlotsInOrder(const Entities& entities, const Selection& selection, const Place& place,
                          std::string_view order) {
  const size_t blank = order.find(' ');
  const std::string_view name = order.substr(0, blank);
  const std::string_view direction = blank == std::string_view::npos ? "asc" : http::Trim(order.substr(blank));
  if (direction != "asc" && direction != "desc") return BadRequestError(Cat("There is no direction '", direction, "'."));
  const Resource& resource = entities.resource();
  const int field = resource.Find(name);
  const bool sorts = field >= 0 && Resource::Shows(resource.fields[field], place.endpoint) &&
                     resource.fields[field].type != FieldType::kLink;
  if (!sorts) return BadRequestError(Cat("The field '", name, "' can't be sorted by."));
  std::vector<SortKey> keys;
  for (size_t slot = selection.Next(0); slot < entities.slots(); slot = selection.Next(slot + 1))
    keys.push_back(KeyOf(resource.fields[field], *entities.At(slot), static_cast<size_t>(field), slot));
  const bool descending = direction == "desc";
  std::stable_sort(keys.begin(), keys.end(), [descending](const SortKey& a, const SortKey& b) {
    const SortKey& first = descending ? b : a;
    const SortKey& second = descending ? a : b;
    return std::pair(first.number, std::string_view(first.text)) < std::pair(second.number, std::string_view(second.text));
  });
  std::vector<size_t> slots;
  for (const SortKey& key : keys) slots.push_back(key.slot);
  return slots;
}

}  // namespace causeway::sandbox::campaign
