// _order=field, or _order=field desc: a list in the order of a field's values, ascending unless told otherwise. Pure.
#pragma once

#include <cstddef>
#include <string_view>
#include <variant>
#include <vector>

#include "services/sandbox/campaign/entities.h"
#include "services/sandbox/campaign/place.h"
#include "services/sandbox/campaign/selection.h"
#include "services/sandbox/http/message.h"

namespace causeway::sandbox::campaign {

using OrderedSlots = std::variant<std::vector<size_t>, http::Response>;

// The slots of the selection in that order, or the refusal.
OrderedSlots SlotsInOrder(const Entities& entities, const Selection& selection, const Place& place,
                          std::string_view order);

}  // namespace causeway::sandbox::campaign
