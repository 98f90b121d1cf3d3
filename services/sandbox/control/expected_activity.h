// What Dynamics 365 must hold of an e-mail event (product.md E2). Written down here a second time, on purpose: a
// comparison that used the product's own activities would find nothing wrong with them.
#pragma once

#include <boost/json.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "services/sandbox/dataverse/schema.h"
#include "services/sandbox/events/email_event.h"

namespace causeway::sandbox {

// Where activities are, by the names that a definition's `tables` has: send, …, campaign_name_column, … (E6).
class ActivityNames {
 public:
  // The defaults, but for what `others` names. std::invalid_argument: there is no such name, or it isn't text.
  explicit ActivityNames(const boost::json::object& others = {});

  const std::string& operator[](std::string_view name) const { return names_.find(name)->second; }
  // The table of a type's activities; empty: events of the type never become any.
  std::string_view TableOf(events::EmailEventType type) const;
  // Each table has a date column of its own, unless date_column names one for all.
  std::string_view DateColumnOf(events::EmailEventType type) const;

 private:
  std::map<std::string, std::string, std::less<>> names_;
};

class ExpectedActivity {
 public:
  // `names` outlives it. `user`: the application user's id.
  ExpectedActivity(const ActivityNames& names, std::string user) : names_(names), user_(std::move(user)) {}

  // A token for each column that must be as it says; empty: without a value.
  struct Value {
    std::string_view column;
    std::string token;
  };
  std::vector<Value> Of(const events::EmailEvent& event) const;

 private:
  const ActivityNames& names_;
  std::string user_;
};

}  // namespace causeway::sandbox
