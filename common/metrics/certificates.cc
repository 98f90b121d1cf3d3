#include "common/metrics/certificates.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <memory>
#include <system_error>

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

// `counts`: which of a file's times it is that counts.
template <typename Counts>
void AddSamples(const std::vector<std::string>& files, Counts counts, std::vector<Sample>& samples) {
  for (const std::string& file : files) {
    std::error_code ignored;
    if (file.empty() || std::filesystem::is_directory(file, ignored)) continue;
    const auto expiries = Expiries(file);
    samples.push_back(Sampled(kCertificateReadable, expiries.ok() ? 1 : 0, file));
    if (!expiries.ok()) continue;
    samples.push_back(Sampled(kCertificateExpiry, absl::ToDoubleSeconds(counts(*expiries) - absl::UnixEpoch()), file));
  }
}

}  // namespace

absl::StatusOr<std::vector<absl::Time>> Expiries(const std::string& pem_file) {
  const Bio file(BIO_new_file(pem_file.c_str(), "r"), &BIO_free);
  std::vector<absl::Time> expiries;
  while (file != nullptr) {
    const Certificate certificate(PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr), &X509_free);
    if (certificate == nullptr) break;
    expiries.push_back(NotAfter(*certificate));
  }
  // The end of the file is an error in OpenSSL's queue.
  ERR_clear_error();
  if (expiries.empty()) return absl::NotFoundError(absl::StrCat("no certificate in ", pem_file));
  return expiries;
}

std::vector<Sample> CertificateSamples(const CertificateFiles& files) {
  std::vector<Sample> samples;
  using Times = std::vector<absl::Time>;
  const auto first = [](const Times& times) { return *std::min_element(times.begin(), times.end()); };
  const auto last = [](const Times& times) { return *std::max_element(times.begin(), times.end()); };
  AddSamples(files.own, first, samples);
  AddSamples(files.authorities, last, samples);
  return samples;
}

}  // namespace causeway::metrics
