// CurlClient: http::Client over libcurl's multi interface, on an IoLoop's thread: HTTP/1.1, and HTTP/2 where TLS
// negotiates it; connections are kept and used again; answers are decompressed; certificates are verified.
//
// Only GET and HEAD may reach a server twice (when a kept connection turns out to be closed); any other request is sent
// at most once, and the caller learns that it is in doubt (UNKNOWN).
//
// Life: construct on an IoLoop; Send as often as one likes; destroy when no Send is awaited any more, before the loop.
// A Send that is destroyed while it waits ends its transfer. Loop's thread only. Constructing the first one makes the
// process ignore SIGPIPE.
#pragma once

#include <memory>
#include <string>

#include "common/async/io_loop.h"
#include "common/http/client.h"

namespace causeway::http {

class CurlMulti;

struct CurlOptions {
  // PEM file of authorities to trust instead of the system's; empty: the system's.
  std::string ca_file;
  // As libcurl's CURLOPT_PROXY ("http://proxy.example:3128"); empty: none, whatever the environment says.
  std::string proxy;
  absl::Duration connect_timeout = absl::Seconds(10);
  // Connections kept open while idle.
  int max_idle_connections = 256;
};

class CurlClient final : public Client {
 public:
  explicit CurlClient(async::IoLoop& loop, const CurlOptions& options = {});
  ~CurlClient() override;

  async::Task<absl::StatusOr<Response>> Send(Request request) override;

 private:
  std::unique_ptr<CurlMulti> multi_;
};

}  // namespace causeway::http
