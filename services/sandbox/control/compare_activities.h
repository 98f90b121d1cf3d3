// Compares the e-mail events that happened with the activities that Dynamics 365 holds, column by column.
#pragma once

#include <cstdint>
#include <vector>

#include "services/sandbox/control/compare.h"
#include "services/sandbox/control/expected_activity.h"
#include "services/sandbox/world.h"

namespace causeway::sandbox {

// What is to become an activity, and where.
struct ActivityChoice {
  std::vector<events::EmailEventType> types = {events::EmailEventType::kSend, events::EmailEventType::kOpen,
                                               events::EmailEventType::kClick, events::EmailEventType::kHardBounce};
  int64_t since = 0;  // Neither the first so many events nor their activities are looked at.
  ActivityNames names;
};

// Every event of a chosen type and of a contact that is there has exactly one activity, with the values that the event
// says (E2), and there is no other (E4). Where the contact was deleted meanwhile, the activity may be there or not.
Comparison CompareActivities(World& world, const ActivityChoice& choice);

}  // namespace causeway::sandbox
