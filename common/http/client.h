// The asynchronous HTTP client that everything else is written against. Production: CurlClient (curl_client.h); the
// simulation has a model.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/async/task.h"

namespace causeway::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method = "GET";
  std::string url;
  Headers headers;
  std::string body;
  // Counted from Send; connecting, sending and receiving included.
  absl::Duration deadline = absl::Seconds(30);
  // A longer answer is an error: memory stays bounded whatever the other side sends.
  size_t max_response_bytes = 64 << 20;
  // Asked at the last moment before the request's first byte leaves, when the connection stands: an error ends the request unsent and
  // is returned as it is. It is called on the loop's thread from within the client, must not wait, and must refer only to what lives
  // as long as the Send. Empty: nothing to ask.
  std::function<absl::Status()> last_check;
};

struct Response {
  int status = 0;
  Headers headers;  // Names in lower case.
  std::string body;

  // The first header of that name (lower case); empty when there is none.
  std::string_view header(std::string_view name) const;
};

class Client {
 public:
  virtual ~Client() = default;

  // Any complete HTTP answer is a Response, whatever its status; redirects are not followed. Errors:
  //   UNAVAILABLE        nothing was sent (name not resolved, connection refused)
  //   UNKNOWN            the request may have been carried out: the connection broke or the answer was cut
  //   DEADLINE_EXCEEDED  the same, no answer in time
  //   RESOURCE_EXHAUSTED the same, the answer is longer than max_response_bytes
  //   INVALID_ARGUMENT   nothing was sent: the URL can't be used, or a header holds a line break
  //   last_check's       nothing was sent
  virtual async::Task<absl::StatusOr<Response>> Send(Request request) = 0;
};

// What a Retry-After header asks for: seconds, or an HTTP date (RFC 9110 10.2.3) relative to `now`; nullopt for
// neither.
std::optional<absl::Duration> ParseRetryAfter(std::string_view value, absl::Time now);

}  // namespace causeway::http
