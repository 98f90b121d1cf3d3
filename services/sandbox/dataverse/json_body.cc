#include "services/sandbox/dataverse/json_body.h"

namespace causeway::sandbox::dataverse {

JsonBody::JsonBody(const http::Request& request) {
  if (request.ContentType() != "application/json") {
    error_ = WrongContentType("application/json");
    return;
  }
  simdjson::dom::element document;
  simdjson::error_code code = parser_.parse(request.body.data(), request.body.size()).get(document);
  if (!code) code = document.get_object().get(object_);
  if (code) error_ = MalformedBody(simdjson::error_message(code));
}

}  // namespace causeway::sandbox::dataverse
