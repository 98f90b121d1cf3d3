// spec/campaign.md "Authentication".
#include "services/sandbox/identity/ims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>

#include "absl/strings/escaping.h"
#include "services/sandbox/base/text.h"

namespace causeway::sandbox {
namespace {

using ::testing::HasSubstr;

class ManualClock : public Clock {
 public:
  int64_t NowMillis() const override { return now_ms; }
  int64_t now_ms = 1'764'000'000'000;
};

// An RSA key that signs assertions.
class Signer {
 public:
  Signer() : key_(EVP_RSA_gen(2048), EVP_PKEY_free) {}

  std::string PublicKey() const {
    const std::unique_ptr<BIO, decltype(&BIO_free)> bytes(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_PUBKEY(bytes.get(), key_.get());
    char* text = nullptr;
    const long size = BIO_get_mem_data(bytes.get(), &text);
    return {text, static_cast<size_t>(size)};
  }

  std::string Sign(std::string_view claims, std::string_view algorithm = "RS256") const {
    const std::string text = Cat(absl::WebSafeBase64Escape(Cat(R"({"alg":")", algorithm, R"(","typ":"JWT"})")), ".",
                                 absl::WebSafeBase64Escape(std::string(claims)));
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    size_t size = 512;
    std::string signature(size, 0);
    EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key_.get());
    EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                   reinterpret_cast<const unsigned char*>(text.data()), text.size());
    signature.resize(size);
    return Cat(text, ".", absl::WebSafeBase64Escape(signature));
  }

 private:
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

class ImsTest : public ::testing::Test {
 protected:
  static http::Request Form(std::string_view form) {
    http::Request request{"POST", "/ims/token/v3", {}, form};
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    return request;
  }

  std::string Claims(std::string_view issuer = "sandbox@AdobeOrg", std::string_view client = "sandbox-campaign",
                     int64_t seconds = 60, std::string_view scope = "true") const {
    return Cat(R"({"exp":)", clock_.now_ms / 1000 + seconds, R"(,"iss":")", issuer,
               R"(","sub":"sandbox@techacct.adobe.com","aud":"http://127.0.0.1/c/)", client,
               R"(","http://127.0.0.1/s/ent_campaign_sdk":)", scope, "}");
  }

  http::Response Exchange(std::string_view jwt) {
    const std::string form = Cat("client_id=sandbox-campaign&client_secret=sandbox-campaign-secret&jwt_token=", jwt);
    return ims_.AnswerJwt(Form(form));
  }

  ManualClock clock_;
  Ims ims_{{}, clock_, 1};
};

constexpr char kForm[] =
    "grant_type=client_credentials&client_id=sandbox-campaign&client_secret=sandbox-campaign-secret&scope=openid,"
    "campaign_sdk";

TEST_F(ImsTest, OAuthTokenHoldsForSeconds) {
  const http::Response response = ims_.AnswerOAuth(Form(kForm));
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body, HasSubstr(R"("token_type":"bearer","expires_in":86399})"));
  const size_t begin = response.body.find(":\"") + 2;
  const std::string token = response.body.substr(begin, response.body.find('"', begin) - begin);
  EXPECT_TRUE(ims_.tokens().IsAuthorized("Bearer " + token));
  clock_.now_ms += 86'399'000;
  EXPECT_FALSE(ims_.tokens().IsAuthorized("Bearer " + token));
}

TEST_F(ImsTest, RefusesWrongForms) {
  EXPECT_EQ(ims_.AnswerOAuth(Form("grant_type=client_credentials")).status, 400);
  for (const auto& [right, wrong, status] : {std::tuple("sandbox-campaign-secret", "guess", 401),
                                             std::tuple("client_id=sandbox-campaign", "client_id=other", 400),
                                             std::tuple("client_credentials", "password", 400),
                                             std::tuple("openid,campaign_sdk", "openid+campaign_sdk", 400)}) {
    std::string form = kForm;
    form.replace(form.find(right), std::string_view(right).size(), wrong);
    const http::Response response = ims_.AnswerOAuth(Form(form));
    EXPECT_EQ(response.status, status) << form;
    EXPECT_THAT(response.body, HasSubstr("\"error\":\""));
  }
  http::Request json = Form(kForm);
  json.headers = {{"Content-Type", "application/json"}};
  EXPECT_EQ(ims_.AnswerOAuth(json).status, 400);
}

TEST_F(ImsTest, C3_ScopesThatTheIntegrationHasNotAreRefused) {
  std::string form = kForm;
  form += ",campaign_everything";
  const http::Response refused = ims_.AnswerOAuth(Form(form));
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr(R"("error":"invalid_scope")"));
  EXPECT_THAT(refused.body, HasSubstr("campaign_everything"));
  std::string all = "grant_type=client_credentials&client_id=sandbox-campaign&client_secret=sandbox-campaign-secret&scope=";
  for (const std::string& scope : ims_.settings().scopes) all += scope + ",";
  all.pop_back();
  EXPECT_EQ(ims_.AnswerOAuth(Form(all)).status, 200);
}

TEST_F(ImsTest, C3_AProfileNamesTenantsOnlyWithItsScope) {
  const auto profile = [&](std::string_view scopes) {
    const std::string authorization = "Bearer " + ims_.tokens().Issue(60, scopes);
    http::Request request;
    request.method = "GET";
    request.target = "/ims/profile/v1";
    request.headers = {{"Authorization", authorization}};
    return ims_.Answer(request);
  };
  EXPECT_THAT(profile("openid,additional_info.projectedProductContext").body, HasSubstr(R"("organization_id":"contoso")"));
  EXPECT_THAT(profile("openid").body, HasSubstr(R"("projectedProductContext":[])"));
  clock_.now_ms += 1;
  http::Request nobody;
  nobody.method = "GET";
  nobody.target = "/ims/profile/v1";
  EXPECT_EQ(ims_.Answer(nobody).status, 401);
  nobody.target = "/ims/elsewhere";
  EXPECT_EQ(ims_.Answer(nobody).status, 404);
}

TEST_F(ImsTest, ServiceAccountTokenCountsInMilliseconds) {
  const Signer signer;
  ims_.settings().jwt_public_key = signer.PublicKey();
  const http::Response response = Exchange(signer.Sign(Claims()));
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_THAT(response.body, HasSubstr("\"expires_in\":86399000}"));
}

TEST_F(ImsTest, AssertionMustHold) {
  const Signer signer, stranger;
  EXPECT_EQ(Exchange(signer.Sign(Claims())).status, 400) << "no certificate is bound";
  ims_.settings().jwt_public_key = signer.PublicKey();
  const std::string good = signer.Sign(Claims());
  for (const std::string& jwt :
       {stranger.Sign(Claims()), signer.Sign(Claims("other@AdobeOrg")),
        signer.Sign(Claims("sandbox@AdobeOrg", "other")),
        signer.Sign(Claims("sandbox@AdobeOrg", "sandbox-campaign", 0)),
        signer.Sign(Claims("sandbox@AdobeOrg", "sandbox-campaign", 60, "false")), signer.Sign(Claims(), "none"),
        good.substr(0, good.rfind('.')), std::string("x"), signer.Sign("[]")}) {
    const http::Response response = Exchange(jwt);
    EXPECT_EQ(response.status, 400) << jwt;
    EXPECT_THAT(response.body, HasSubstr("\"invalid_token\""));
  }
}

}  // namespace
}  // namespace causeway::sandbox
