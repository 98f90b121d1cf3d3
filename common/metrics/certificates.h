// When certificates expire, so that somebody is told before they have.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/metrics/registry.h"

namespace causeway::metrics {

// The earliest "not after" of the certificates in a PEM file. NOT_FOUND when it can't be read or holds none.
absl::StatusOr<absl::Time> EarliestExpiry(const std::string& pem_file);

// A sample for each file; empty names, and files without a certificate, are left out.
std::vector<Sample> CertificateSamples(const std::vector<std::string>& pem_files);

}  // namespace causeway::metrics
