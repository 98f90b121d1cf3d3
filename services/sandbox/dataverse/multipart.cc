#include "services/sandbox/dataverse/multipart.h"

#include "services/sandbox/base/text.h"

namespace causeway::sandbox::dataverse {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";

// Everything up to `end`, which is taken away too; all of it when there is no `end`.
std::string_view Take(std::string_view& text, std::string_view end) {
  const size_t at = text.find(end);
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + end.size());
  return taken;
}

bool ReadHeaders(std::string_view head, http::Request& request) {
  while (!head.empty()) {
    const std::string_view line = Take(head, kLineEnd);
    const size_t colon = line.find(':');
    if (line.empty()) continue;
    if (colon == std::string_view::npos) return false;
    request.headers.emplace_back(http::Trim(line.substr(0, colon)), http::Trim(line.substr(colon + 1)));
  }
  return true;
}

}  // namespace

std::string BoundaryOf(std::string_view content_type) {
  constexpr std::string_view kParameter = "boundary=";
  if (!http::EqualsIgnoreCase(http::Trim(content_type.substr(0, content_type.find(';'))), "multipart/mixed")) return "";
  for (std::string_view parameter : Split(content_type, ';')) {
    parameter = http::Trim(parameter);
    if (!http::EqualsIgnoreCase(parameter.substr(0, kParameter.size()), kParameter)) continue;
    parameter.remove_prefix(kParameter.size());
    if (parameter.size() > 2 && parameter.front() == '"' && parameter.back() == '"')
      parameter = parameter.substr(1, parameter.size() - 2);
    return std::string(parameter);
  }
  return "";
}

std::optional<std::vector<Part>> ReadParts(std::string_view body, std::string_view boundary) {
  const std::string delimiter = Cat("--", boundary), next_delimiter = Cat(kLineEnd, delimiter);
  Take(body, delimiter);
  std::vector<Part> parts;
  while (!body.starts_with("--")) {
    if (!body.starts_with(kLineEnd) || body.find(next_delimiter) == std::string_view::npos) return std::nullopt;
    std::string_view content = Take(body, next_delimiter);
    Part part;
    if (!ReadHeaders(Take(content, kHeadEnd), part.head)) return std::nullopt;
    part.content = content;
    parts.push_back(std::move(part));
  }
  return parts;
}

std::optional<http::Request> ReadRequest(std::string_view content) {
  std::string_view head = Take(content, kHeadEnd);
  const std::vector<std::string_view> line = Split(Take(head, kLineEnd), ' ');
  if (line.size() != 3 || line[2] != "HTTP/1.1" || line[1].empty()) return std::nullopt;
  http::Request request;
  request.method = line[0];
  request.target = line[1];
  request.body = content;
  if (!ReadHeaders(head, request)) return std::nullopt;
  return request;
}

void AppendAnswerPart(std::string_view boundary, std::string_view content_id, const http::Response& response,
                      std::string& body) {
  Append(body, "--", boundary, "\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n");
  if (!content_id.empty()) Append(body, "Content-ID: ", content_id, kLineEnd);
  Append(body, "\r\nHTTP/1.1 ", response.status, " ", http::ReasonOf(response.status), kLineEnd);
  if (!response.content_type.empty()) Append(body, "Content-Type: ", response.content_type, kLineEnd);
  for (const auto& [name, value] : response.headers) Append(body, name, ": ", value, kLineEnd);
  Append(body, kLineEnd, response.body, kLineEnd);
}

}  // namespace causeway::sandbox::dataverse
