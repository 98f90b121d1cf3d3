// The body of a request, read as one JSON object.
#pragma once

#include <simdjson.h>

#include <optional>

#include "services/sandbox/dataverse/odata_error.h"
#include "services/sandbox/http/message.h"

namespace causeway::sandbox::dataverse {

class JsonBody {
 public:
  // Of a request that says application/json.
  explicit JsonBody(const http::Request& request);

  const std::optional<ODataError>& error() const { return error_; }
  // Without an error; lives as long as this body.
  simdjson::dom::object object() const { return object_; }

 private:
  simdjson::dom::parser parser_;
  simdjson::dom::object object_;
  std::optional<ODataError> error_;
};

}  // namespace causeway::sandbox::dataverse
