#include "services/egress/journal_position.h"

#include <boost/json.hpp>

#include "common/json/path.h"

namespace causeway::egress {
namespace {

void Set(const char* name, absl::Time time, boost::json::object& object) {
  if (time != absl::InfinitePast()) object[name] = absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone());
}

}  // namespace

std::string JournalPosition::Encode() const {
  boost::json::object object{{"journal", journal}, {"link", link}};
  Set("last_event", last_event, object);
  Set("begin", begin, object);
  return boost::json::serialize(object);
}

JournalPosition JournalPosition::Decode(const std::string& text) {
  const boost::json::value value = json::Parse(text);
  JournalPosition position;
  position.journal = json::TextAt(value, {"journal"});
  position.link = json::TextAt(value, {"link"});
  absl::ParseTime(absl::RFC3339_full, json::TextAt(value, {"last_event"}), &position.last_event, nullptr);
  absl::ParseTime(absl::RFC3339_full, json::TextAt(value, {"begin"}), &position.begin, nullptr);
  return position;
}

}  // namespace causeway::egress
