#include "common/journal/page.h"

#include <boost/json.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/errors/error.h"
#include "common/errors/excerpt.h"
#include "common/json/path.h"

namespace causeway::journal {
namespace {

Entry ReadEntry(const boost::json::value& value) {
  const boost::json::value* event = json::At(value, {"event"});
  Entry entry;
  entry.position = errors::Excerpt(json::TextAt(value, {"position"}));  // It is shown.
  entry.is_event = event != nullptr;
  entry.event = boost::json::serialize(event != nullptr ? *event : value);
  return entry;
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
  if (events == nullptr) {
    return errors::Make(errors::kJournalAnswer, "A page of the journal can't be read: it holds no list of events.");
  }
  std::vector<Entry> entries;
  entries.reserve(events->size());
  for (const boost::json::value& value : *events) entries.push_back(ReadEntry(value));
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
