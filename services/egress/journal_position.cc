#include "services/egress/journal_position.h"

#include <boost/json.hpp>

#include "common/json/path.h"

namespace causeway::egress {

std::string JournalPosition::Encode() const {
  boost::json::object object{{"journal", journal}, {"link", link}};
  if (last_event != absl::InfinitePast())
    object["last_event"] = absl::FormatTime(absl::RFC3339_full, last_event, absl::UTCTimeZone());
  return boost::json::serialize(object);
}

JournalPosition JournalPosition::Decode(const std::string& text) {
  const boost::json::value value = json::Parse(text);
  JournalPosition position;
  position.journal = json::TextAt(value, {"journal"});
  position.link = json::TextAt(value, {"link"});
  absl::ParseTime(absl::RFC3339_full, json::TextAt(value, {"last_event"}), &position.last_event, nullptr);
  return position;
}

}  // namespace causeway::egress
