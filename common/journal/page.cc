#include "common/journal/page.h"

#include <boost/json.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/errors/error.h"
#include "common/json/path.h"

namespace causeway::journal {
namespace {

// false: it is no entry.
bool ReadEntry(const boost::json::value& value, Entry& entry) {
  const boost::json::value* position = json::At(value, {"position"});
  const boost::json::value* event = json::At(value, {"event"});
  if (position == nullptr || !position->is_string() || event == nullptr) return false;
  entry.position = json::TextAt(value, {"position"});
  entry.event = boost::json::serialize(*event);
  return true;
}

absl::Status Unreadable(absl::string_view why) {
  return errors::Make(errors::kJournalAnswer, absl::StrCat("A page of the journal can't be read: ", why, "."));
}

// <https://host/path>; rel="next"; title="x" → its target, if its relation is next.
std::string TargetIfNext(absl::string_view link) {
  const size_t begin = link.find('<'), end = link.find('>');
  if (begin == absl::string_view::npos || end == absl::string_view::npos || end < begin) return "";
  for (absl::string_view parameter : absl::StrSplit(link.substr(end + 1), ';')) {
    parameter = absl::StripAsciiWhitespace(parameter);
    const bool next =
        absl::EqualsIgnoreCase(parameter, "rel=\"next\"") || absl::EqualsIgnoreCase(parameter, "rel=next");
    if (next) return std::string(link.substr(begin + 1, end - begin - 1));
  }
  return "";
}

}  // namespace

absl::StatusOr<std::vector<Entry>> ReadEntries(absl::string_view body) {
  const boost::json::value page = json::Parse(body);
  const boost::json::array* events = json::ArrayAt(page, {"events"});
  if (events == nullptr) return Unreadable("it holds no list of events");
  std::vector<Entry> entries(events->size());
  for (size_t i = 0; i < entries.size(); ++i) {
    if (!ReadEntry((*events)[i], entries[i])) return Unreadable("an event has no position");
  }
  return entries;
}

std::string NextLinkOf(absl::string_view link_header) {
  // A comma within <…> belongs to the target.
  size_t begin = 0;
  bool in_target = false;
  for (size_t i = 0; i <= link_header.size(); ++i) {
    const char c = i < link_header.size() ? link_header[i] : ',';
    if (c == '<') in_target = true;
    if (c == '>') in_target = false;
    const bool ends = i == link_header.size() || (c == ',' && !in_target);
    if (!ends) continue;
    std::string target = TargetIfNext(link_header.substr(begin, i - begin));
    if (!target.empty()) return target;
    begin = i + 1;
  }
  return "";
}

std::string Resolve(absl::string_view origin, absl::string_view link) {
  const bool path = absl::StartsWith(link, "/") && !absl::StartsWith(link, "//");
  return path ? absl::StrCat(origin, link) : std::string(link);
}

}  // namespace causeway::journal
