// Links that the other side sends: nothing crashes, and an origin is one.
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "common/url/url.h"
#include "gtest/gtest.h"

namespace url = causeway::url;

std::vector<std::string> FuzzCorpus() {
  return {"https://contoso.api.crm.dynamics.com/api/data/v9.2/contacts?$skiptoken=%3Ccookie%2F%3E",
          "http://127.0.0.1:8080/x", "https://[::1]:443/", "https://user@host/", "HTTPS://HOST"};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view link(reinterpret_cast<const char*>(data), size);
  const auto origin = url::OriginOf(link);
  if (origin.ok()) {
    EXPECT_EQ(*url::OriginOf(*origin), *origin);
    EXPECT_FALSE(absl::StrContains(*origin, "@"));
    EXPECT_TRUE(url::SameOrigin(link, *origin));
  }
  EXPECT_EQ(url::Escape(link).find_first_of("&=/@ \r\n"), std::string::npos);
  return 0;
}
