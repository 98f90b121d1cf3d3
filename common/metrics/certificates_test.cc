#include "common/metrics/certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <cstdio>

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

TEST_F(Certificates, K5_TheFirstThatExpiresCounts) {
  Add(absl::FromUnixSeconds(2'000'000'000));
  Add(absl::FromUnixSeconds(1'900'000'000));
  Add(absl::FromUnixSeconds(4'000'000'000));
  EXPECT_EQ(EarliestExpiry(file_).value(), absl::FromUnixSeconds(1'900'000'000));
  const auto samples = CertificateSamples({"", file_, "/nowhere.pem"});
  ASSERT_EQ(samples.size(), 1u);
  EXPECT_EQ(samples[0].value, 1'900'000'000);
  EXPECT_EQ(samples[0].label_values, std::vector<std::string>{file_});
}

TEST_F(Certificates, AFileWithoutOneSaysNothing) {
  EXPECT_TRUE(absl::IsNotFound(EarliestExpiry("/nowhere.pem").status()));
  std::FILE* file = std::fopen(file_.c_str(), "w");
  std::fputs("-----BEGIN NONSENSE-----\n", file);
  std::fclose(file);
  EXPECT_TRUE(absl::IsNotFound(EarliestExpiry(file_).status()));
}

}  // namespace
}  // namespace causeway::metrics
