// The parts of a URL that a model server looks at.
#pragma once

#include <map>
#include <string>

#include "absl/strings/string_view.h"

namespace causeway::simulation {

struct Url {
  std::string path;                          // Decoded, without the origin: /api/data/v9.2/contacts
  std::map<std::string, std::string> query;  // Decoded.
};

Url ParseUrl(absl::string_view url);

}  // namespace causeway::simulation
