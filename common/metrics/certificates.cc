#include "common/metrics/certificates.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <ctime>
#include <memory>

#include "absl/strings/str_cat.h"
#include "common/metrics/names.h"

namespace causeway::metrics {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

absl::Time NotAfter(const X509& certificate) {
  std::tm time = {};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(&certificate), &time) != 1) return absl::InfiniteFuture();
  return absl::FromTM(time, absl::UTCTimeZone());
}

}  // namespace

absl::StatusOr<absl::Time> EarliestExpiry(const std::string& pem_file) {
  const Bio file(BIO_new_file(pem_file.c_str(), "r"), &BIO_free);
  absl::Time earliest = absl::InfiniteFuture();
  while (file != nullptr) {
    const Certificate certificate(PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr), &X509_free);
    if (certificate == nullptr) break;
    earliest = std::min(earliest, NotAfter(*certificate));
  }
  // The end of the file is an error in OpenSSL's queue.
  ERR_clear_error();
  if (earliest == absl::InfiniteFuture()) return absl::NotFoundError(absl::StrCat("no certificate in ", pem_file));
  return earliest;
}

std::vector<Sample> CertificateSamples(const std::vector<std::string>& pem_files) {
  std::vector<Sample> samples;
  for (const std::string& file : pem_files) {
    if (file.empty()) continue;
    const absl::StatusOr<absl::Time> expiry = EarliestExpiry(file);
    if (expiry.ok())
      samples.push_back(Sampled(kCertificateExpiry, absl::ToDoubleSeconds(*expiry - absl::UnixEpoch()), file));
  }
  return samples;
}

}  // namespace causeway::metrics
