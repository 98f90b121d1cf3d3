// Exposer: shows a Registry to Prometheus, under /metrics, together with build info and the process's own figures.
//
// Life: Start listens at once, on threads of its own; destroying it ends that.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/metrics/certificates.h"
#include "common/metrics/registry.h"

namespace causeway::metrics {

struct BuildInfo {
  std::string service;
  std::string version;
  std::string commit;
};

class Exposer {
 public:
  // `address`: host:port; port 0 chooses a free one. `certificates`: PEM files whose expiry is shown; read at each
  // scrape, since they are renewed while the process runs. UNAVAILABLE when the address can't be listened on.
  static absl::StatusOr<std::unique_ptr<Exposer>> Start(const std::string& address, std::shared_ptr<Registry> registry,
                                                        const BuildInfo& build,
                                                        CertificateFiles certificates = {});
  ~Exposer();

  int port() const;

 private:
  struct Impl;
  explicit Exposer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace causeway::metrics
