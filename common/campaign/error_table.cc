#include "common/campaign/error_table.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "common/campaign/error_answer.h"
#include "common/errors/error.h"
#include "common/errors/excerpt.h"

namespace causeway::campaign {
namespace {

using errors::Code;

constexpr char kMayBeTheRecordsUrl[] = "type.causeway/campaign-may-be-the-records";
constexpr char kOops[] = "Oops. Something went wrong. Check your URI and try again.";

// What passes by itself, however often it hits the same record. PostgreSQL's own texts, which Campaign shows behind PGS-220000, and those
// that gateways use; that Campaign says the latter is assumed.
constexpr absl::string_view kPassing[] = {
    "deadlock detected",
    "could not serialize access",
    "could not obtain lock",
    "due to lock timeout",
    "lock wait timeout",
    "due to statement timeout",
    "due to user request",
    "due to conflict with recovery",
    "terminating connection",
    "server closed the connection",
    "connection to server",
    "connection to the database",
    "connection to database",
    "connection lost",
    "lost connection",
    "could not connect",
    "no connection to the server",
    "remaining connection slots",
    "too many clients",
    "too many connections",
    "the database system is",
    "could not extend file",
    "no space left on device",
    "out of shared memory",
    "please try again",
    "try again later",
    "temporarily unavailable",
    "timed out",
    "timeout",
    "time-out",
};

// What Campaign's texts mean; the first that occurs decides. Texts without a number of Campaign's before them count too: the
// documentation shows refusals without one.
struct Sign {
  absl::string_view text;
  const Code& code;
};
const std::vector<Sign>& Signs() {
  static const auto* signs = new std::vector<Sign>{
      // Adobe's "Recommendations & limitations" of the REST API shows these.
      {"duplicate key value", errors::kCampaignExists},
      {"with the same key", errors::kCampaignExists},
      {"inconsistent operation on resource", errors::kCampaignRefused},
      {"is not valid for the", errors::kCampaignRefused},
      {"unable to find document with path", errors::kCampaignNotFound},
      {"unable to decrypt pkey", errors::kCampaignNotFound},
      {"attribute unknown", errors::kCampaignFieldGone},
      // PostgreSQL's.
      {"violates foreign key", errors::kCampaignLinkMissing},
      {"violates", errors::kCampaignRefused},
      // Assumed.
      {"read-only", errors::kCampaignRefused},
      {"read only", errors::kCampaignRefused},
      {"unknown field", errors::kCampaignFieldGone},
      {"unknown attribute", errors::kCampaignFieldGone},
      {"unknown property", errors::kCampaignFieldGone},
      {"unknown resource", errors::kCampaignResourceGone},
      {"duplicate", errors::kCampaignExists},
      {"already exists", errors::kCampaignExists},
      {"unknown link", errors::kCampaignLinkMissing},
      {"linked record", errors::kCampaignLinkMissing},
      {"invalid link", errors::kCampaignLinkMissing},
      {"invalid value", errors::kCampaignRefused},
      {"too long", errors::kCampaignRefused},
      {"can't be changed", errors::kCampaignRefused},
  };
  return *signs;
}

struct Verdict {
  const Code* code;
  bool may_be_the_records = false;
};

bool IsWrite(Operation operation) { return operation == Operation::kCreate || operation == Operation::kWriteEntity; }

bool IsByPKey(Operation operation) {
  return operation == Operation::kGetEntity || operation == Operation::kWriteEntity;
}

bool IsPassing(absl::string_view said) {
  return std::any_of(std::begin(kPassing), std::end(kPassing),
                     [&](absl::string_view text) { return absl::StrContains(said, text); });
}

bool IsOops(const ErrorAnswer& answer) { return absl::StartsWithIgnoreCase(answer.message, "oops"); }

// A PKey that this Campaign didn't make: 'O5iRp40EGA' attribute unknown … XTK-170036 Unable to parse expression '@id = @O5iRp40EGA'.
bool IsUnreadablePKey(const ErrorAnswer& answer) { return absl::StrContains(answer.message, "'@id = @"); }

// An entity that isn't there: the one that was asked for, or one that the body of a create links to.
const Code& Missing(Operation operation) {
  return IsByPKey(operation) ? errors::kCampaignNotFound : errors::kCampaignLinkMissing;
}

// nullptr: it says nothing that is known of what was asked. Texts speak of one entity.
const Code* ByText(const ErrorAnswer& answer, const Asked& asked) {
  if (!IsWrite(asked.operation) && !IsByPKey(asked.operation)) return nullptr;
  if (IsUnreadablePKey(answer)) return &Missing(asked.operation);
  for (const Sign& sign : Signs()) {
    if (!absl::StrContains(answer.said, sign.text)) continue;
    return sign.code.id == errors::kCampaignNotFound.id ? &Missing(asked.operation) : &sign.code;
  }
  return nullptr;
}

// Whether Campaign itself says anything beyond that an error has occurred.
bool HasOwnWords(const ErrorAnswer& answer) {
  if (answer.codes.empty()) return false;
  const bool only_general = answer.codes.size() == 1 && answer.codes.front() == "RST-360011";
  return !only_general || std::any_of(answer.said.begin(), answer.said.end(), absl::ascii_isalnum);
}

Verdict ServerError(const ErrorAnswer& answer, const Asked& asked) {
  const Verdict unclear{&errors::kCampaignUnavailable, true};
  if (IsPassing(answer.said)) return {&errors::kCampaignUnavailable};
  if (const Code* code = ByText(answer, asked)) return {code};
  return IsWrite(asked.operation) && HasOwnWords(answer) ? Verdict{&errors::kCampaignRefused} : unclear;
}

const Code& NotFound(const ErrorAnswer& answer, const Asked& asked) {
  if (absl::StrContains(answer.said, "unknown resource")) return errors::kCampaignResourceGone;
  const bool linked = asked.operation == Operation::kCreate && absl::StrContains(answer.said, "unable to find document with path");
  if (linked) return errors::kCampaignLinkMissing;
  return IsByPKey(asked.operation) ? errors::kCampaignNotFound : errors::kCampaignResourceGone;
}

Verdict Judge(int status, const ErrorAnswer& answer, const Asked& asked) {
  if (status == 401) return {&errors::kCampaignCredentials};
  if (status == 429) return {&errors::kCampaignThrottled};
  if (IsOops(answer)) {
    const bool address = absl::StrContains(answer.said, "check your uri");
    return {address && !asked.answered ? &errors::kCampaignUri : &errors::kCampaignUnavailable};
  }
  if (status == 502 || status == 504) return {&errors::kCampaignUnavailable, true};
  if (status == 408 || status == 503) return {&errors::kCampaignUnavailable};
  if (status == 413 && IsWrite(asked.operation)) return {&errors::kCampaignRefused};
  // An error page of something in between says nothing of the resource; what it objects to may be this body.
  if (answer.message.empty()) return {status >= 500 ? &errors::kCampaignUnavailable : &errors::kCampaignAnswer, true};
  if (status == 403) return {&errors::kCampaignPermission};
  if (status == 404) return {&NotFound(answer, asked)};
  if (status == 409) return {&errors::kCampaignExists};
  if (status >= 500) return ServerError(answer, asked);
  if (const Code* code = ByText(answer, asked)) return {code};
  return {IsWrite(asked.operation) ? &errors::kCampaignRefused : &errors::kCampaignRequest};
}

// The HTTP status, and the number that says more: Campaign's own, or the gateway's.
std::string NumbersOf(int status, const ErrorAnswer& answer) {
  const auto special = std::find_if(answer.codes.begin(), answer.codes.end(), [](const std::string& code) { return code != "RST-360011"; });
  std::string own = special != answer.codes.end() ? *special : answer.codes.empty() ? answer.number : answer.codes.front();
  return own.empty() ? absl::StrCat(status) : absl::StrCat(status, ", ", own);
}

// $0: the resource, $1: " (field x)" where it is known, $2: status and number, $3: the gateway's own words.
absl::string_view SentenceOf(absl::string_view code) {
  static const auto* sentences = new std::vector<std::pair<absl::string_view, absl::string_view>>{
      {errors::kCampaignCredentials.id, "Campaign doesn't accept the account's token ($2)."},
      {errors::kCampaignThrottled.id, "Campaign asks to wait ($2)."},
      {errors::kCampaignUnavailable.id, "Campaign is not available ($2)."},
      {errors::kCampaignUri.id, "Campaign's gateway finds no Campaign under this tenant ($2): \"$3\""},
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
  const ErrorAnswer answer = ReadErrorAnswer(response.body, response.status);
  const Verdict verdict = Judge(response.status, answer, asked);
  const Code& code = *verdict.code;
  const bool names_field = code.id == errors::kCampaignRefused.id || code.id == errors::kCampaignFieldGone.id ||
                           code.id == errors::kCampaignLinkMissing.id;
  const std::string field = names_field ? QuotedField(answer.message) : "";
  std::string message =
      absl::Substitute(SentenceOf(code.id), asked.resource, field.empty() ? "" : absl::StrCat(" (field ", field, ")"),
                       NumbersOf(response.status, answer), kOops);
  if (code.id == errors::kCampaignUnavailable.id && IsOops(answer)) absl::StrAppend(&message, " Its gateway says: \"", kOops, "\"");
  errors::Detail detail = errors::NewDetail(code, message, field.empty() ? asked.resource : field);
  detail.excerpt = errors::Excerpt(answer.message.empty() ? response.body : answer.message);
  detail.retry_after = http::ParseRetryAfter(response.header("retry-after"), now);
  detail.maybe_done = IsWrite(asked.operation) && response.status != 429 && code.kind == errors::Kind::kTransient;
  absl::Status error = errors::Make(std::move(detail));
  if (verdict.may_be_the_records && code.kind == errors::Kind::kTransient) error.SetPayload(kMayBeTheRecordsUrl, absl::Cord());
  return error;
}

bool MayBeTheRecords(const absl::Status& error) { return error.GetPayload(kMayBeTheRecordsUrl).has_value(); }

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
