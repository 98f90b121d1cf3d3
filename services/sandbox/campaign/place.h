// Where a request asked: the endpoint decides what is seen, and begins every href.
#pragma once

#include <string>
#include <string_view>

#include "services/sandbox/base/text.h"

namespace causeway::sandbox::campaign {

struct Place {
  std::string base;      // http://host/contoso/campaign
  std::string endpoint;  // profileAndServicesExt

  std::string UrlOf(std::string_view resource) const { return Cat(base, "/", endpoint, "/", resource); }
};

}  // namespace causeway::sandbox::campaign
