// When certificates expire, and whether they can be read at all, so that somebody is told before it hurts.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/metrics/registry.h"

namespace causeway::metrics {

// PEM files that a process was given. Empty names mean nothing; nor do directories, which some libraries take as well.
struct CertificateFiles {
  // With which it shows who it is: a certificate, and those that lead from it to an authority. The first that expires
  // makes the file useless.
  std::vector<std::string> own;
  // That it trusts. Bundles hold many that nobody uses, and an old one beside its successor: the file is of use until
  // the last expires.
  std::vector<std::string> authorities;
};

// "Not after" of each certificate in a PEM file. NOT_FOUND when it can't be read or holds none.
absl::StatusOr<std::vector<absl::Time>> Expiries(const std::string& pem_file);

// For each file whether it can be read, and if so when it expires.
std::vector<Sample> CertificateSamples(const CertificateFiles& files);

}  // namespace causeway::metrics
