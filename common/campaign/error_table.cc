#include "common/campaign/error_table.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "common/errors/error.h"
#include "common/errors/excerpt.h"
#include "common/json/path.h"

namespace causeway::campaign {
namespace {

using errors::Code;

constexpr char kGenericText[] = "an error has occurred - please contact your administrator";

// The first whose text occurs in the message, in lower case, decides. Texts about what is unknown come before those
// about values, because a message may quote the value.
struct Sign {
  absl::string_view text;
  const Code& code;
};
const std::vector<Sign>& Signs() {
  static const auto* signs = new std::vector<Sign>{
      {"unknown field", errors::kCampaignFieldGone},    {"unknown attribute", errors::kCampaignFieldGone},
      {"unknown property", errors::kCampaignFieldGone}, {"unknown resource", errors::kCampaignResourceGone},
      {"duplicate", errors::kCampaignExists},           {"already exists", errors::kCampaignExists},
      {"unknown link", errors::kCampaignLinkMissing},   {"linked record", errors::kCampaignLinkMissing},
      {"invalid link", errors::kCampaignLinkMissing},   {"invalid", errors::kCampaignRefused},
      {"too long", errors::kCampaignRefused},           {"can't be changed", errors::kCampaignRefused},
  };
  return *signs;
}

struct CampaignError {
  std::string number;   // The gateway's, such as 403023; empty when it is no number.
  std::string message;  // May hold values of the request.
};

CampaignError Read(absl::string_view body) {
  const boost::json::value answer = json::Parse(body);
  CampaignError error{json::TextAt(answer, {"error_code"}), json::TextAt(answer, {"message"})};
  if (error.number.size() > 8 || !std::all_of(error.number.begin(), error.number.end(), absl::ascii_isdigit))
    error.number.clear();
  for (absl::string_view member : {"details", "detail"}) {
    const std::string details = json::TextAt(answer, {member});
    if (!details.empty()) absl::StrAppend(&error.message, " ", details);
  }
  return error;
}

bool IsWrite(Operation operation) { return operation == Operation::kCreate || operation == Operation::kWriteEntity; }

// What Campaign's own message says beyond its number and the generic text; empty: nothing.
bool HasDetails(absl::string_view lower_message) {
  const size_t at = lower_message.find(kGenericText);
  if (at == absl::string_view::npos) return true;
  absl::string_view rest = lower_message.substr(at + sizeof(kGenericText) - 1);
  return std::any_of(rest.begin(), rest.end(), absl::ascii_isalnum);
}

const Code& ByMessage(int status, absl::string_view message, Operation operation) {
  const bool campaigns_own = absl::StrContains(message, "rst-");
  if (status >= 500 && (!campaigns_own || !HasDetails(message))) return errors::kCampaignUnavailable;
  for (const Sign& sign : Signs()) {
    if (absl::StrContains(message, sign.text)) return sign.code;
  }
  return IsWrite(operation) ? errors::kCampaignRefused : errors::kCampaignRequest;
}

const Code& NotFound(absl::string_view message, Operation operation) {
  if (absl::StrContains(message, "unknown resource")) return errors::kCampaignResourceGone;
  const bool by_pkey = operation == Operation::kGetEntity || operation == Operation::kWriteEntity;
  return by_pkey ? errors::kCampaignNotFound : errors::kCampaignResourceGone;
}

const Code& CodeOf(int status, const CampaignError& error, Operation operation) {
  const std::string message = absl::AsciiStrToLower(error.message);
  if (status == 401) return errors::kCampaignCredentials;
  if (status == 429) return errors::kCampaignThrottled;
  if (status == 408 || (status >= 502 && status <= 504) || absl::StartsWith(message, "oops"))
    return errors::kCampaignUnavailable;
  if (status == 413 && IsWrite(operation)) return errors::kCampaignRefused;
  // An error page of something in between says nothing of the resource or the record.
  if (message.empty()) return status >= 500 ? errors::kCampaignUnavailable : errors::kCampaignAnswer;
  if (status == 403) return errors::kCampaignPermission;
  if (status == 404) return NotFound(message, operation);
  if (status == 409) return errors::kCampaignExists;
  return ByMessage(status, message, operation);
}

// The API name in quotes behind "field" or "attribute". Other quoted text may be a value, and belongs in no message.
std::string FieldIn(absl::string_view message) {
  const auto plain = [](char c) { return absl::ascii_isalnum(c) || c == '_' || c == '/'; };
  const std::string lower = absl::AsciiStrToLower(message);
  for (absl::string_view word : {"field '", "field \"", "attribute '", "attribute \""}) {
    const size_t at = lower.find(std::string(word));
    if (at == std::string::npos) continue;
    const absl::string_view behind = message.substr(at + word.size());
    const size_t length = std::find_if_not(behind.begin(), behind.end(), plain) - behind.begin();
    const bool closed = length < behind.size() && behind[length] == word.back();
    if (closed && length > 0 && length <= 128) return std::string(behind.substr(0, length));
  }
  return "";
}

// $0: the resource, $1: " (field x)" where it is known, $2: status and number.
absl::string_view SentenceOf(absl::string_view code) {
  static const auto* sentences = new std::vector<std::pair<absl::string_view, absl::string_view>>{
      {errors::kCampaignCredentials.id, "Campaign doesn't accept the account's token ($2)."},
      {errors::kCampaignThrottled.id, "Campaign asks to wait ($2)."},
      {errors::kCampaignUnavailable.id, "Campaign is not available ($2)."},
      {errors::kCampaignAnswer.id, "Campaign, or something in between, sent an error page ($2)."},
      {errors::kCampaignPermission.id, "The technical account may not use this Campaign instance ($2)."},
      {errors::kCampaignResourceGone.id, "Campaign has no resource $0, or no such filter of it ($2)."},
      {errors::kCampaignFieldGone.id, "The resource $0 lacks a field that is written$1 ($2)."},
      {errors::kCampaignNotFound.id, "A record of $0 doesn't exist in Campaign any more ($2)."},
      {errors::kCampaignExists.id, "A record of $0 with this key exists in Campaign already ($2)."},
      {errors::kCampaignLinkMissing.id, "A record that one of $0 links to doesn't exist in Campaign$1 ($2)."},
      {errors::kCampaignRefused.id, "Campaign refused a value for $0$1 ($2)."},
      {errors::kCampaignRequest.id, "Campaign refused a request for $0 ($2)."},
  };
  for (const auto& [id, sentence] : *sentences) {
    if (id == code) return sentence;
  }
  return "Campaign answered with an error ($2).";
}

}  // namespace

absl::Status ErrorOf(const http::Response& response, const Asked& asked, absl::Time now) {
  const CampaignError error = Read(response.body);
  const Code& code = CodeOf(response.status, error, asked.operation);
  const bool names_field = code.id == errors::kCampaignRefused.id || code.id == errors::kCampaignFieldGone.id ||
                           code.id == errors::kCampaignLinkMissing.id;
  const std::string field = names_field ? FieldIn(error.message) : "";
  const std::string status =
      error.number.empty() ? absl::StrCat(response.status) : absl::StrCat(response.status, ", ", error.number);
  const std::string message = absl::Substitute(SentenceOf(code.id), asked.resource,
                                               field.empty() ? "" : absl::StrCat(" (field ", field, ")"), status);
  errors::Detail detail = errors::NewDetail(code, message, field.empty() ? asked.resource : field);
  detail.excerpt = errors::Excerpt(error.message.empty() ? response.body : error.message);
  detail.retry_after = http::ParseRetryAfter(response.header("retry-after"), now);
  detail.maybe_done = IsWrite(asked.operation) && response.status != 429 && code.kind == errors::Kind::kTransient;
  return errors::Make(std::move(detail));
}

absl::Status NoAnswer(const absl::Status& error, const Asked& asked) {
  const bool too_long = absl::IsResourceExhausted(error);
  const std::string message = too_long ? absl::StrCat("An answer about ", asked.resource, " is too long.")
                                       : absl::StrCat("No answer from Campaign: ", std::string(error.message()), ".");
  errors::Detail detail =
      errors::NewDetail(too_long ? errors::kCampaignAnswer : errors::kCampaignUnreachable, message, asked.resource);
  // UNAVAILABLE and INVALID_ARGUMENT: nothing was sent.
  detail.maybe_done = IsWrite(asked.operation) && !absl::IsUnavailable(error) && !absl::IsInvalidArgument(error);
  return errors::Make(std::move(detail));
}

absl::Status UnreadableAnswer(absl::string_view what, absl::string_view body, const Asked& asked) {
  const std::string message = absl::StrCat("Campaign answered about ", asked.resource, " without ", what, ".");
  errors::Detail detail = errors::NewDetail(errors::kCampaignAnswer, message, asked.resource);
  detail.excerpt = errors::Excerpt(body);
  detail.maybe_done = IsWrite(asked.operation);
  return errors::Make(std::move(detail));
}

}  // namespace causeway::campaign
