// multipart/mixed bodies whose parts hold HTTP requests and answers. Lines end with CRLF, as Dataverse demands.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/sandbox/http/message.h"

namespace causeway::sandbox::dataverse {

// One part; views into the body. Its own headers are read like a request's (http::Request::Header).
struct Part {
  http::Request head;
  std::string_view content;
};

// Of multipart/mixed;boundary=x or boundary="x"; empty: it is something else.
std::string BoundaryOf(std::string_view content_type);
// nullopt: the body is cut or was never one of parts.
std::optional<std::vector<Part>> ReadParts(std::string_view body, std::string_view boundary);

// The request in a part's content; views into it. The target is as it stands there. nullopt: it is none.
std::optional<http::Request> ReadRequest(std::string_view content);

// Appends a delimiter and a part that holds an answer. `content_id`: of the request's part; may be empty.
void AppendAnswerPart(std::string_view boundary, std::string_view content_id, const http::Response& response,
                      std::string& body);

}  // namespace causeway::sandbox::dataverse
