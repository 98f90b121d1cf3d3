#include "common/campaign/error_answer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/json/path.h"

namespace causeway::campaign {
namespace {

constexpr char kGenericText[] = "an error has occurred - please contact your administrator";
constexpr size_t kMaxField = 128;

// Opening and closing ones, as Campaign's translations use them.
constexpr std::pair<absl::string_view, absl::string_view> kQuotes[] = {
    {"'", "'"}, {"\"", "\""}, {"\u2018", "\u2019"}, {"\u201c", "\u201d"}, {"\u201e", "\u201c"}, {"\u00ab", "\u00bb"},
};

bool IsWord(unsigned char c) { return absl::ascii_isalnum(c) || c >= 0x80; }

bool EndsWord(absl::string_view text, size_t at) { return at == 0 || !IsWord(text[at - 1]); }

// Behind the quote that closes the one before `at`; npos: it isn't closed.
size_t BehindQuote(absl::string_view text, size_t at, absl::string_view closing) {
  for (size_t end = text.find(closing, at); end != absl::string_view::npos; end = text.find(closing, end + 1)) {
    const size_t behind = end + closing.size();
    // O'Neil within quotes.
    if (closing != "'" || behind == text.size() || !IsWord(text[behind])) return behind;
  }
  return absl::string_view::npos;
}

// Three capitals, a dash, six digits.
constexpr size_t kCodeSize = 10;
bool IsCode(absl::string_view text, size_t at) {
  if (text.size() < at + kCodeSize || !EndsWord(text, at)) return false;
  for (size_t i = 0; i < kCodeSize; ++i) {
    const char c = text[at + i];
    if (i < 3 ? !absl::ascii_isupper(c) : i == 3 ? c != '-' : !absl::ascii_isdigit(c)) return false;
  }
  return at + kCodeSize == text.size() || !IsWord(text[at + kCodeSize]);
}

bool IsNumber(const std::string& text) {
  return !text.empty() && text.size() <= 8 && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

}  // namespace

std::string OutsideQuotes(absl::string_view text) {
  std::string outside;
  for (size_t at = 0; at < text.size();) {
    size_t behind = 0;
    for (const auto& [opening, closing] : kQuotes) {
      if (!absl::StartsWith(text.substr(at), opening) || (opening == "'" && !EndsWord(text, at))) continue;
      behind = BehindQuote(text, at + opening.size(), closing);
      break;
    }
    if (behind == 0) {
      outside += text[at++];
      continue;
    }
    outside += "''";
    at = std::min<size_t>(behind, text.size());
  }
  return outside;
}

ErrorAnswer ReadErrorAnswer(absl::string_view body, int status) {
  const boost::json::value answer = json::Parse(body);
  ErrorAnswer error;
  error.number = json::TextAt(answer, {"error_code"});
  if (!IsNumber(error.number) || error.number == absl::StrCat(status)) error.number.clear();
  error.message = json::TextAt(answer, {"message"});
  for (absl::string_view member : {"details", "detail"}) {
    const std::string details = json::TextAt(answer, {member});
    if (!details.empty()) absl::StrAppend(&error.message, error.message.empty() ? "" : " ", details);
  }
  const std::string outside = OutsideQuotes(error.message);
  for (size_t at = 0; at < outside.size();) {
    if (IsCode(outside, at)) {
      error.codes.push_back(outside.substr(at, kCodeSize));
      at += kCodeSize;
    } else {
      error.said += absl::ascii_tolower(outside[at++]);
    }
  }
  error.said = absl::StrReplaceAll(error.said, {{kGenericText, ""}});
  // PostgreSQL's details quote with parentheses: Key (sname)=(what somebody typed) already exists.
  error.said = error.said.substr(0, error.said.find("detail:"));
  return error;
}

std::string QuotedField(absl::string_view text) {
  const auto plain = [](char c) { return absl::ascii_isalnum(c) || c == '_' || c == '/'; };
  const std::string lower = absl::AsciiStrToLower(text);
  const auto name_at = [&](size_t at, char quote) -> std::string {
    if (at < text.size() && text[at] == '@') ++at;
    const absl::string_view behind = text.substr(at);
    const size_t length = std::find_if_not(behind.begin(), behind.end(), plain) - behind.begin();
    const bool closed = length < behind.size() && behind[length] == quote;
    return closed && length > 0 && length <= kMaxField ? std::string(behind.substr(0, length)) : "";
  };
  for (absl::string_view word : {"field '", "field \"", "attribute '", "attribute \"", "property '", "property \""}) {
    const size_t at = lower.find(std::string(word));
    if (at == std::string::npos) continue;
    if (std::string name = name_at(at + word.size(), word.back()); !name.empty()) return name;
  }
  // The '@gender' field. 'cusShoe' attribute unknown.
  for (absl::string_view word : {"' field", "' attribute unknown"}) {
    const size_t end = lower.find(std::string(word));
    if (end == std::string::npos || end == 0) continue;
    const size_t opening = lower.rfind('\'', end - 1);
    if (opening == std::string::npos) continue;
    const bool attribute = text[opening + 1] == '@' || word.size() > 7;
    if (std::string name = name_at(opening + 1, '\''); attribute && !name.empty()) return name;
  }
  return "";
}

}  // namespace causeway::campaign
