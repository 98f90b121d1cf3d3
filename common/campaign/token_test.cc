#include "common/campaign/token.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/errors/error.h"
#include "gtest/gtest.h"

namespace causeway::campaign {
namespace {

class TokenTest : public testing::Test {
 protected:
  TokenTest() : key_(EVP_RSA_gen(2048)) {}
  ~TokenTest() override { EVP_PKEY_free(key_); }

  std::string Pem(const EVP_CIPHER* cipher = nullptr) const {
    BIO* bytes = BIO_new(BIO_s_mem());
    std::string passphrase = "secret";
    PEM_write_bio_PrivateKey(bytes, key_, cipher, nullptr, 0, nullptr, cipher == nullptr ? nullptr : passphrase.data());
    char* data = nullptr;
    const long size = BIO_get_mem_data(bytes, &data);
    std::string pem(data, static_cast<size_t>(size));
    BIO_free(bytes);
    return pem;
  }
  bool Verifies(const std::string& text, const std::string& signature) const {
    EVP_MD_CTX* digest = EVP_MD_CTX_new();
    EVP_DigestVerifyInit(digest, nullptr, EVP_sha256(), nullptr, key_);
    const int verified =
        EVP_DigestVerify(digest, reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                         reinterpret_cast<const unsigned char*>(text.data()), text.size());
    EVP_MD_CTX_free(digest);
    return verified == 1;
  }

  EVP_PKEY* key_;
};

TEST_F(TokenTest, SignsAJsonWebToken) {
  const auto jwt = SignJwt(R"({"iss":"me"})", Pem());
  ASSERT_TRUE(jwt.ok()) << jwt.status();
  const std::vector<std::string> parts = absl::StrSplit(*jwt, '.');
  ASSERT_EQ(parts.size(), 3u);
  std::string header, claims, signature;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(parts[0], &header));
  ASSERT_TRUE(absl::WebSafeBase64Unescape(parts[1], &claims));
  ASSERT_TRUE(absl::WebSafeBase64Unescape(parts[2], &signature));
  EXPECT_FALSE(absl::StrContains(*jwt, "="));
  EXPECT_EQ(header, R"({"alg":"RS256","typ":"JWT"})");
  EXPECT_EQ(claims, R"({"iss":"me"})");
  EXPECT_TRUE(Verifies(absl::StrCat(parts[0], ".", parts[1]), signature));
  EXPECT_FALSE(Verifies(absl::StrCat(parts[0], ".", parts[1], "x"), signature));
}

TEST_F(TokenTest, RefusesWhatIsNoUsableKey) {
  const std::string pem = Pem();
  for (const std::string& key :
       {std::string(), std::string("nonsense"), pem.substr(0, pem.size() / 2), Pem(EVP_aes_256_cbc())}) {
    EXPECT_TRUE(absl::IsInvalidArgument(SignJwt("{}", key).status())) << key;
  }
}

TEST_F(TokenTest, AsksWithOAuthCredentials) {
  ClientOptions options;
  options.ims_url = "https://ims.example/";
  options.credentials = OAuthCredentials{"app", "s&cret", {"a", "b"}};
  const auto request = ImsToken(options, absl::UnixEpoch());
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->url, "https://ims.example/ims/token/v3");
  EXPECT_EQ(request->form, "grant_type=client_credentials&client_id=app&client_secret=s%26cret&scope=a%2Cb");
  EXPECT_EQ(request->expires_in_unit, absl::Seconds(1));
  options.credentials = OAuthCredentials{"app", "secret", {}};
  EXPECT_TRUE(absl::StrContains(ImsToken(options, absl::UnixEpoch())->form, "campaign_sdk"));
}

TEST_F(TokenTest, AsksWithAServiceAccount) {
  ClientOptions options;
  options.ims_url = "https://ims.example";
  options.credentials = ServiceAccountCredentials{"app", "secret", "org@AdobeOrg", "acc@techacct.adobe.com", Pem()};
  const auto request = ImsToken(options, absl::FromUnixSeconds(1000));
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->url, "https://ims.example/ims/exchange/jwt/");
  EXPECT_EQ(request->expires_in_unit, absl::Milliseconds(1));
  const std::string mark = "client_id=app&client_secret=secret&jwt_token=";
  ASSERT_TRUE(absl::StartsWith(request->form, mark));
  const std::vector<std::string> parts = absl::StrSplit(request->form.substr(mark.size()), '.');
  std::string claims;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(parts.at(1), &claims));
  EXPECT_EQ(claims,
            R"({"exp":1300,"iss":"org@AdobeOrg","sub":"acc@techacct.adobe.com","aud":"https://ims.example/c/app",)"
            R"("https://ims.example/s/ent_campaign_sdk":true})");
}

TEST_F(TokenTest, W5_AnUnusableKeyIsACredentialsError) {
  ClientOptions options;
  options.credentials = ServiceAccountCredentials{"app", "secret", "org", "acc", "-----BEGIN NONSENSE-----"};
  const absl::Status status = ImsToken(options, absl::UnixEpoch()).status();
  EXPECT_TRUE(errors::Is(status, errors::kCampaignCredentials)) << status;
  EXPECT_FALSE(absl::StrContains(status.message(), "NONSENSE"));
}

}  // namespace
}  // namespace causeway::campaign
