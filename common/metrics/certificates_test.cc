#include "common/metrics/certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <cstdio>
#include <map>

#include "absl/strings/str_cat.h"
#include "common/metrics/names.h"
#include "gtest/gtest.h"

namespace causeway::metrics {
namespace {

class Certificates : public ::testing::Test {
 protected:
  ~Certificates() override { std::remove(file_.c_str()); }

  // Appends a certificate that expires then.
  void Add(absl::Time not_after) {
    X509* certificate = X509_new();
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509_set_pubkey(certificate, key);
    ASN1_TIME_set(X509_getm_notBefore(certificate), 0);
    ASN1_TIME_set(X509_getm_notAfter(certificate), absl::ToTimeT(not_after));
    X509_sign(certificate, key, EVP_sha256());
    std::FILE* file = std::fopen(file_.c_str(), "a");
    PEM_write_X509(file, certificate);
    std::fclose(file);
    EVP_PKEY_free(key);
    X509_free(certificate);
  }

  const std::string file_ = absl::StrCat(testing::TempDir(), "/certificates-", getpid(), ".pem");
};

// Metric, file → value.
using Shown = std::map<std::pair<std::string, std::string>, double>;

Shown ShownOf(const CertificateFiles& files) {
  Shown shown;
  for (const Sample& sample : CertificateSamples(files))
    shown[{std::string(sample.metric.name), sample.label_values.at(0)}] = sample.value;
  return shown;
}

const std::string kExpiry(kCertificateExpiry.name);
const std::string kReadable(kCertificateReadable.name);

TEST_F(Certificates, K5_OfItsOwnTheFirstThatExpiresCounts) {
  Add(absl::FromUnixSeconds(2'000'000'000));
  Add(absl::FromUnixSeconds(1'900'000'000));
  Add(absl::FromUnixSeconds(4'000'000'000));
  EXPECT_EQ(ShownOf({.own = {"", file_}}), (Shown{{{kExpiry, file_}, 1'900'000'000}, {{kReadable, file_}, 1}}));
}

TEST_F(Certificates, K5_OfAuthoritiesTheLastThatExpiresCounts) {
  Add(absl::FromUnixSeconds(1'000'000'000));
  Add(absl::FromUnixSeconds(4'000'000'000));
  Add(absl::FromUnixSeconds(1'900'000'000));
  EXPECT_EQ(ShownOf({.authorities = {file_, ""}}), (Shown{{{kExpiry, file_}, 4'000'000'000}, {{kReadable, file_}, 1}}));
}

TEST_F(Certificates, K5_AFileWithoutOneIsShownAsThat) {
  EXPECT_TRUE(absl::IsNotFound(Expiries("/nowhere.pem").status()));
  std::FILE* file = std::fopen(file_.c_str(), "w");
  std::fputs("-----BEGIN NONSENSE-----\n", file);
  std::fclose(file);
  EXPECT_TRUE(absl::IsNotFound(Expiries(file_).status()));
  EXPECT_EQ(ShownOf({.own = {"/nowhere.pem"}, .authorities = {file_, testing::TempDir()}}),
            (Shown{{{kReadable, "/nowhere.pem"}, 0}, {{kReadable, file_}, 0}}));
}

}  // namespace
}  // namespace causeway::metrics
