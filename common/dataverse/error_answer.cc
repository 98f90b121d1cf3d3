#include "common/dataverse/error_answer.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/strings/substitute.h"
#include "common/errors/error.h"
#include "common/errors/excerpt.h"
#include "common/json/path.h"

namespace causeway::dataverse {
namespace {

using errors::Code;

// The OData error object of an answer; both empty when there is none.
struct ODataError {
  std::string code;     // 0x80040217
  std::string message;  // May hold values of the request.
};

// What the server's own codes mean, whatever the status and the text: texts quote what people wrote. Those that stand for
// several things aren't here.
struct Known {
  absl::string_view code;
  const Code& on_write;
  const Code& otherwise;
};
const std::vector<Known>& KnownCodes() {
  static const auto* known = new std::vector<Known>{
      // A plug-in refused the record, in its own words and with any status.
      {"0x80040265", errors::kDynamicsRefused, errors::kDynamicsRequest},
      // A row with this primary key; alternate keys and duplicate rules are another matter.
      {"0x80040237", errors::kDynamicsExists, errors::kDynamicsRequest},
      {"0x80060892", errors::kDynamicsRefused, errors::kDynamicsRequest},
      {"0x80040333", errors::kDynamicsRefused, errors::kDynamicsRequest},
      {"0x80072321", errors::kDynamicsThrottled, errors::kDynamicsThrottled},
      {"0x80072322", errors::kDynamicsThrottled, errors::kDynamicsThrottled},
      {"0x80072326", errors::kDynamicsThrottled, errors::kDynamicsThrottled},
      {"0x80040220", errors::kDynamicsPrivilege, errors::kDynamicsPrivilege},
      {"0x80072560", errors::kDynamicsUser, errors::kDynamicsUser},
      {"0x80044151", errors::kDynamicsUnavailable, errors::kDynamicsUnavailable},  // The database took too long.
      {"0x80041103", errors::kDynamicsColumnGone, errors::kDynamicsColumnGone},
  };
  return *known;
}

// Texts that decide, in lower case, where no code does. Assumed where the documentation shows none.
struct Sign {
  absl::string_view text;
  const Code& code;
  bool names_column = false;  // In quotes behind the text.
};
const std::vector<Sign>& Signs() {
  static const auto* signs = new std::vector<Sign>{
      {"could not find a property named", errors::kDynamicsColumnGone, true},
      {"contain attribute with name", errors::kDynamicsColumnGone, true},
      {"undeclared property", errors::kDynamicsColumnGone, true},
      {"change tracking is not enabled", errors::kDynamicsTrackingOff},
      {"have change tracking enabled", errors::kDynamicsTrackingOff},
      {"missing prv", errors::kDynamicsPrivilege},
      {"resource not found for the segment", errors::kDynamicsTableGone},
      {"could not find an entity with", errors::kDynamicsTableGone},
  };
  return *signs;
}

// The message in lower case without what it quotes, which may be anybody's value. An apostrophe within a word is none of
// its quotes.
std::string WithoutQuotes(absl::string_view message) {
  std::string plain;
  for (size_t at = 0; at < message.size(); ++at) {
    const char c = message[at];
    const bool opens = (c == '\'' || c == '"') && (at == 0 || !absl::ascii_isalnum(message[at - 1]));
    if (!opens) {
      plain.push_back(absl::ascii_tolower(c));
      continue;
    }
    size_t close = message.find(c, at + 1);
    while (close != absl::string_view::npos && close + 1 < message.size() && absl::ascii_isalnum(message[close + 1]))
      close = message.find(c, close + 1);
    if (close == absl::string_view::npos) break;  // Whatever follows may be the value still.
    absl::StrAppend(&plain, message.substr(at, 1), message.substr(at, 1));
    at = close;
  }
  return plain;
}

// What a link's refusal says when it is the link, not the request, that is no good any more.
bool SaysLinkIsStale(const ODataError& error, const std::string& plain) {
  const bool about_token = absl::StrContains(plain, "token") || absl::StrContains(plain, "paging cookie") ||
                           absl::StrContains(plain, "version stamp");
  return error.code == "0x80044352" ||
         (about_token && (absl::StrContains(plain, "expired") || absl::StrContains(plain, "invalid") ||
                          absl::StrContains(plain, "malformed") || absl::StrContains(plain, "not valid")));
}

// The table whose row doesn't exist, in lower case: "contact With Id = … Does Not Exist", "Entity 'Contact' With Id = …";
// empty when the message names none.
std::string MissingRowsTable(absl::string_view message) {
  std::string lower = absl::AsciiStrToLower(message);
  absl::string_view rest = lower;
  absl::ConsumePrefix(&rest, "entity ");
  const absl::string_view quote = absl::ConsumePrefix(&rest, "'") ? "'" : "";
  size_t length = 0;
  while (length < rest.size() && (absl::ascii_isalnum(rest[length]) || rest[length] == '_')) ++length;
  const absl::string_view table = rest.substr(0, length);
  rest.remove_prefix(length);
  const bool names = absl::ConsumePrefix(&rest, quote) && absl::StartsWith(rest, " with id = ") &&
                     absl::StrContains(rest, "does not exist");
  return names ? std::string(table) : "";
}

const Code& ByStatus(int status, const ODataError& error, Operation operation) {
  const bool write = operation == Operation::kWrite;
  if (status == 401) return errors::kDynamicsCredentials;
  if (status == 429) return errors::kDynamicsThrottled;
  for (const Known& known : KnownCodes()) {
    if (absl::EqualsIgnoreCase(error.code, known.code)) return write ? known.on_write : known.otherwise;
  }
  if (status == 412) return errors::kDynamicsPrecondition;
  if (status == 408 || status >= 500) return status == 501 ? errors::kDynamicsRequest : errors::kDynamicsUnavailable;
  if (status == 413 && write) return errors::kDynamicsRefused;
  if (status == 410 && operation == Operation::kFollowLink) return errors::kDynamicsDeltaExpired;
  // An error page of something in between says nothing of the table or the row.
  if (error.message.empty() && error.code.empty()) return errors::kDynamicsAnswer;
  const std::string plain = WithoutQuotes(error.message);
  if (operation == Operation::kFollowLink && SaysLinkIsStale(error, plain)) return errors::kDynamicsDeltaExpired;
  for (const Sign& sign : Signs()) {
    if (absl::StrContains(plain, sign.text)) return sign.code;
  }
  if (status == 403) return errors::kDynamicsPrivilege;
  if (status == 404 && operation == Operation::kReadRow) return errors::kDynamicsNotFound;
  if (status == 404 && write)
    return MissingRowsTable(error.message).empty() ? errors::kDynamicsRefused : errors::kDynamicsNotFound;
  if (status == 404) return errors::kDynamicsTableGone;
  return status == 400 && write ? errors::kDynamicsRefused : errors::kDynamicsRequest;
}

// The name in quotes behind the sign's text; empty when there is none.
std::string ColumnIn(absl::string_view message) {
  const std::string lower = absl::AsciiStrToLower(message);
  for (const Sign& sign : Signs()) {
    const size_t at = sign.names_column ? lower.find(std::string(sign.text)) : std::string::npos;
    if (at == std::string::npos) continue;
    const size_t open = message.find('\'', at);
    const size_t close = open == absl::string_view::npos ? open : message.find('\'', open + 1);
    if (close != absl::string_view::npos) return errors::Excerpt(message.substr(open + 1, close - open - 1), 128);
  }
  return "";
}

// $0: the table, $1: the column, $2: status and error code.
absl::string_view SentenceOf(absl::string_view code) {
  static const auto* sentences = new std::vector<std::pair<absl::string_view, absl::string_view>>{
      {errors::kDynamicsCredentials.id, "Dynamics 365 doesn't accept the application's token ($2)."},
      {errors::kDynamicsUser.id, "The application is no user of this environment ($2)."},
      {errors::kDynamicsExists.id, "A row of $0 with this id exists already ($2)."},
      {errors::kDynamicsPrecondition.id, "A row of $0 exists already, is gone, or was changed meanwhile ($2)."},
      {errors::kDynamicsThrottled.id, "Dynamics 365 asks to wait ($2)."},
      {errors::kDynamicsUnavailable.id, "Dynamics 365 is not available ($2)."},
      {errors::kDynamicsAnswer.id, "Dynamics 365, or something in between, sent an error page ($2)."},
      {errors::kDynamicsDeltaExpired.id, "The place up to which $0 was read is no longer known to Dynamics 365 ($2)."},
      {errors::kDynamicsColumnGone.id, "The table $0 has no column $1 ($2)."},
      {errors::kDynamicsTrackingOff.id, "Change tracking is not enabled on the table $0 ($2)."},
      {errors::kDynamicsPrivilege.id, "The application user lacks a privilege on the table $0 ($2)."},
      {errors::kDynamicsTableGone.id, "Dynamics 365 has no table $0 ($2)."},
      {errors::kDynamicsNotFound.id, "A row of $0 doesn't exist in Dynamics 365 ($2)."},
      {errors::kDynamicsRefused.id, "Dynamics 365 refused what was to be written to $0 ($2)."},
      {errors::kDynamicsRequest.id, "Dynamics 365 refused a request for $0 ($2)."},
  };
  for (const auto& [id, sentence] : *sentences) {
    if (id == code) return sentence;
  }
  return "Dynamics 365 answered with an error ($2).";
}

bool PlainCode(absl::string_view code) {
  return !code.empty() && code.size() <= 16 && std::all_of(code.begin(), code.end(), absl::ascii_isalnum);
}

}  // namespace

absl::Status ErrorOf(const http::Response& response, const Asked& asked, absl::Time now) {
  const boost::json::value body = json::Parse(response.body);
  const ODataError error{json::TextAt(body, {"error", "code"}), json::TextAt(body, {"error", "message"})};
  const Code& code = ByStatus(response.status, error, asked.operation);
  const std::string column = ColumnIn(error.message);
  const bool about_column = code.id == errors::kDynamicsColumnGone.id && !column.empty();
  const std::string status =
      PlainCode(error.code) ? absl::StrCat(response.status, ", ", error.code) : absl::StrCat(response.status);
  const std::string missing = MissingRowsTable(error.message);
  const std::string table = code.id == errors::kDynamicsNotFound.id && !missing.empty() ? missing : asked.table;
  errors::Detail detail = errors::NewDetail(code, absl::Substitute(SentenceOf(code.id), table, column, status),
                                            about_column ? column : table);
  detail.excerpt = errors::Excerpt(error.message.empty() ? response.body : error.message);
  detail.retry_after = http::ParseRetryAfter(response.header("retry-after"), now);
  detail.maybe_done =
      asked.operation == Operation::kWrite && response.status != 429 && code.kind == errors::Kind::kTransient;
  return errors::Make(std::move(detail));
}

absl::Status NoAnswer(const absl::Status& error, const Asked& asked) {
  const bool too_long = absl::IsResourceExhausted(error);
  const bool page = asked.operation == Operation::kReadRows || asked.operation == Operation::kFollowLink;
  const Code& too_large = page ? errors::kDynamicsPageTooLarge : errors::kDynamicsAnswer;
  const std::string message =
      too_long ? absl::StrCat("An answer about ", asked.table, " is too long; a smaller page size may help.")
               : absl::StrCat("No answer from Dynamics 365: ", std::string(error.message()), ".");
  errors::Detail detail =
      errors::NewDetail(too_long ? too_large : errors::kDynamicsUnreachable, message, asked.table);
  // UNAVAILABLE and INVALID_ARGUMENT: nothing was sent.
  detail.maybe_done =
      asked.operation == Operation::kWrite && !absl::IsUnavailable(error) && !absl::IsInvalidArgument(error);
  return errors::Make(std::move(detail));
}

absl::Status UnreadableAnswer(absl::string_view what, absl::string_view body, const Asked& asked) {
  const std::string message = absl::StrCat("Dynamics 365 answered about ", asked.table, " without ", what, ".");
  errors::Detail detail = errors::NewDetail(errors::kDynamicsAnswer, message, asked.table);
  detail.excerpt = errors::Excerpt(body);
  detail.maybe_done = asked.operation == Operation::kWrite;
  return errors::Make(std::move(detail));
}

}  // namespace causeway::dataverse
