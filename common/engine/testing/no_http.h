// An HTTP client for tests that send nothing.
#pragma once

#include "absl/status/statusor.h"
#include "common/async/task.h"
#include "common/http/client.h"

namespace causeway::engine {

class NoHttp final : public http::Client {
 public:
  async::Task<absl::StatusOr<http::Response>> Send(http::Request) override { co_return absl::UnavailableError("none"); }
};

}  // namespace causeway::engine
