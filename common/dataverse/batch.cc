#include "common/dataverse/batch.h"

#include <boost/json.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/json/path.h"

namespace causeway::dataverse {
namespace {

// Everything up to `end`, which is taken away too; all of it when there is no `end`.
absl::string_view Take(absl::string_view& text, absl::string_view end) {
  const size_t at = text.find(end);
  const absl::string_view taken = text.substr(0, at);
  text.remove_prefix(at == absl::string_view::npos ? text.size() : at + end.size());
  return taken;
}

// Of multipart/mixed;boundary=x or boundary="x".
std::string BoundaryOf(absl::string_view content_type) {
  for (absl::string_view parameter : absl::StrSplit(content_type, ';')) {
    parameter = absl::StripAsciiWhitespace(parameter);
    if (!absl::StartsWithIgnoreCase(parameter, "boundary=")) continue;
    parameter.remove_prefix(sizeof("boundary=") - 1);
    if (absl::ConsumePrefix(&parameter, "\"")) absl::ConsumeSuffix(&parameter, "\"");
    return std::string(parameter);
  }
  return "";
}

// The HTTP answer that a part holds, behind the part's own headers.
std::optional<http::Response> ReadPart(absl::string_view part) {
  Take(part, "\r\n\r\n");
  absl::string_view head = Take(part, "\r\n\r\n");
  http::Response response;
  const std::vector<absl::string_view> status = absl::StrSplit(Take(head, "\r\n"), absl::MaxSplits(' ', 2));
  if (status.size() < 2 || !absl::StartsWith(status[0], "HTTP/") || !absl::SimpleAtoi(status[1], &response.status))
    return std::nullopt;
  while (!head.empty()) {
    absl::string_view value = Take(head, "\r\n");
    const absl::string_view name = Take(value, ":");
    response.headers.emplace_back(absl::AsciiStrToLower(name), std::string(absl::StripAsciiWhitespace(value)));
  }
  response.body = std::string(absl::StripAsciiWhitespace(part));
  return response;
}

}  // namespace

std::string BatchBody(const std::vector<RowWrite>& writes, const Requests& requests, absl::string_view boundary) {
  std::string body;
  for (const RowWrite& write : writes) {
    absl::StrAppend(&body, "--", boundary,
                    "\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n", MethodOf(write),
                    " ", requests.PathOf(write), " HTTP/1.1\r\n");
    for (const auto& [name, value] : ConditionOf(write)) absl::StrAppend(&body, name, ": ", value, "\r\n");
    if (write.kind != RowWrite::Kind::kDelete) absl::StrAppend(&body, "Content-Type: application/json\r\n");
    absl::StrAppend(&body, "\r\n", write.kind == RowWrite::Kind::kDelete ? "" : write.body, "\r\n");
  }
  absl::StrAppend(&body, "--", boundary, "--\r\n");
  return body;
}

std::optional<std::vector<http::Response>> ReadBatchAnswer(const http::Response& response) {
  const std::string_view content_type = response.header("content-type");
  const std::string boundary = BoundaryOf({content_type.data(), content_type.size()});
  if (boundary.empty()) return std::nullopt;
  const std::string delimiter = absl::StrCat("--", boundary);
  absl::string_view rest = response.body;
  Take(rest, delimiter);
  std::vector<http::Response> answers;
  while (!absl::StartsWith(rest, "--")) {
    if (rest.empty()) return std::nullopt;  // Cut: the last delimiter is missing.
    std::optional<http::Response> answer = ReadPart(Take(rest, absl::StrCat("\r\n", delimiter)));
    if (!answer) return std::nullopt;
    answers.push_back(*std::move(answer));
  }
  return answers;
}

std::string TargetsBody(absl::string_view logical_name, const std::vector<std::string>& rows) {
  std::string body = R"({"Targets":[)";
  for (const std::string& row : rows) {
    absl::string_view members = absl::StripAsciiWhitespace(row);
    absl::ConsumePrefix(&members, "{");
    const bool none = absl::StartsWith(absl::StripLeadingAsciiWhitespace(members), "}");
    absl::StrAppend(&body, body.back() == '[' ? "" : ",", R"({"@odata.type":"Microsoft.Dynamics.CRM.)", logical_name,
                    "\"", none ? "" : ",", members);
  }
  body += "]}";
  return body;
}

std::optional<std::vector<std::string>> ReadIds(absl::string_view body, size_t count) {
  const boost::json::value answer = json::Parse(body);
  const auto* list = json::ArrayAt(answer, {"Ids"});
  if (list == nullptr || list->size() != count) return std::nullopt;
  std::vector<std::string> ids;
  for (const auto& id : *list) {
    if (!id.is_string()) return std::nullopt;
    ids.emplace_back(id.as_string().data(), id.as_string().size());
  }
  return ids;
}

std::string IdIn(absl::string_view entity_id) {
  const size_t open = entity_id.rfind('('), close = entity_id.rfind(')');
  if (open == absl::string_view::npos || close == absl::string_view::npos || close < open) return "";
  return absl::AsciiStrToLower(entity_id.substr(open + 1, close - open - 1));
}

}  // namespace causeway::dataverse
