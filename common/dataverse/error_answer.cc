#include "common/dataverse/error_answer.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
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

// Texts that decide, in lower case, where they mean the same whatever the status. Assumed where the documentation shows
// none.
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

// What a link's refusal says when it is the link, not the request, that is no good any more. 0x80044352 is assumed.
bool SaysLinkIsStale(const ODataError& error) {
  const std::string message = absl::AsciiStrToLower(error.message);
  const bool about_token = absl::StrContains(message, "token") || absl::StrContains(message, "paging cookie");
  return error.code == "0x80044352" ||
         (about_token && (absl::StrContains(message, "expired") || absl::StrContains(message, "invalid") ||
                          absl::StrContains(message, "malformed") || absl::StrContains(message, "not valid")));
}

const Code& ByStatus(int status, const ODataError& error, Operation operation) {
  const bool write = operation == Operation::kWrite;
  if (status == 401) return errors::kDynamicsCredentials;
  if (status == 412) return errors::kDynamicsPrecondition;
  if (status == 429) return errors::kDynamicsThrottled;
  if (status == 408 || status >= 500) return status == 501 ? errors::kDynamicsRequest : errors::kDynamicsUnavailable;
  if (status == 413 && write) return errors::kDynamicsRefused;
  if (status == 410 && operation == Operation::kFollowLink) return errors::kDynamicsDeltaExpired;
  // An error page of something in between says nothing of the table or the row.
  if (error.message.empty() && error.code.empty()) return errors::kDynamicsAnswer;
  if (operation == Operation::kFollowLink && SaysLinkIsStale(error)) return errors::kDynamicsDeltaExpired;
  for (const Sign& sign : Signs()) {
    if (absl::StrContains(absl::AsciiStrToLower(error.message), sign.text)) return sign.code;
  }
  if (status == 403) return errors::kDynamicsPrivilege;
  if (status == 404)
    return write || operation == Operation::kReadRow ? errors::kDynamicsNotFound : errors::kDynamicsTableGone;
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
  errors::Detail detail = errors::NewDetail(code, absl::Substitute(SentenceOf(code.id), asked.table, column, status),
                                            about_column ? column : asked.table);
  detail.excerpt = errors::Excerpt(error.message.empty() ? response.body : error.message);
  detail.retry_after = http::ParseRetryAfter(response.header("retry-after"), now);
  detail.maybe_done =
      asked.operation == Operation::kWrite && response.status != 429 && code.kind == errors::Kind::kTransient;
  return errors::Make(std::move(detail));
}

absl::Status NoAnswer(const absl::Status& error, const Asked& asked) {
  const bool too_long = absl::IsResourceExhausted(error);
  const std::string message =
      too_long ? absl::StrCat("An answer about ", asked.table, " is too long; a smaller page size may help.")
               : absl::StrCat("No answer from Dynamics 365: ", std::string(error.message()), ".");
  errors::Detail detail =
      errors::NewDetail(too_long ? errors::kDynamicsAnswer : errors::kDynamicsUnreachable, message, asked.table);
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
