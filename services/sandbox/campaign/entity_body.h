// The body of a create or an update, checked field by field against the resource.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/sandbox/campaign/links.h"
#include "services/sandbox/campaign/schema.h"
#include "services/sandbox/http/message.h"

namespace causeway::sandbox::campaign {

// Number of the field and its token (base/json_text.h); an empty token clears it.
using FieldValues = std::vector<std::pair<size_t, std::string>>;

class EntityBodyReader {
 public:
  // The values, or the refusal.
  // `endpoint`: where it was sent to; custom fields are unknown at the standard one.
  std::pair<FieldValues, std::optional<http::Response>> Read(const Resource& resource, const Links& links,
                                                             std::string_view endpoint, std::string_view body);

 private:
  simdjson::dom::parser parser_;
};

}  // namespace causeway::sandbox::campaign
