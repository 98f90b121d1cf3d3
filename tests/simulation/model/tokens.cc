#include "tests/simulation/model/tokens.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace causeway::simulation {
namespace {

// A token that was just issued is good: a client that is refused with one gives up, as it should.
constexpr absl::Duration kFresh = absl::Seconds(10);

}  // namespace

http::Response Tokens::Issue() {
  const std::string token = absl::StrCat("token-", absl::Hex(simulation_.dice().Next()));
  expiry_[token] = simulation_.Now() + life_;
  return {200,
          {{"content-type", "application/json"}},
          absl::StrCat(R"({"token_type":"Bearer","expires_in":)", absl::ToInt64Seconds(life_), R"(,"access_token":")",
                       token, "\"}")};
}

bool Tokens::Accept(const http::Request& request) {
  absl::string_view token = HeaderOf(request, "authorization");
  if (!absl::ConsumePrefix(&token, "Bearer ")) return false;
  const auto found = expiry_.find(token);
  if (found == expiry_.end()) return false;
  const bool fresh = found->second - simulation_.Now() > life_ - kFresh;
  if (simulation_.Now() > found->second || (!fresh && faults_.Strikes(Fault::kTokenRefused))) {
    expiry_.erase(found);
    return false;
  }
  return true;
}

absl::string_view HeaderOf(const http::Request& request, absl::string_view name) {
  for (const auto& [header, value] : request.headers) {
    if (absl::EqualsIgnoreCase(header, name)) return value;
  }
  return {};
}

}  // namespace causeway::simulation
