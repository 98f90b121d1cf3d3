#include "common/campaign/token.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <boost/json.hpp>
#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/errors/error.h"
#include "common/url/url.h"

namespace causeway::campaign {
namespace {

// Those of a credential that is made for Campaign and I/O Events (spec/campaign.md "Authentication").
constexpr char kDefaultScopes[] =
    "AdobeID,openid,read_organizations,additional_info.projectedProductContext,additional_info.roles,adobeio_api,read_client_secret,"
    "manage_client_secrets,campaign_sdk,campaign_config_server_general,deliverability_service_general,event_receiver_api";
constexpr absl::Duration kAssertionLife = absl::Minutes(5);

template <auto free>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using Bytes = std::unique_ptr<BIO, Free<BIO_free>>;

// A key with a passphrase is refused instead of asking for it on the terminal.
int NoPassphrase(char*, int, int, void*) { return -1; }

Key ReadKey(absl::string_view pem) {
  const Bytes bytes(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Key key(PEM_read_bio_PrivateKey(bytes.get(), nullptr, NoPassphrase, nullptr));
  return key && EVP_PKEY_base_id(key.get()) == EVP_PKEY_RSA ? std::move(key) : nullptr;
}

std::string Assertion(const ServiceAccountCredentials& account, const std::string& ims_url, absl::Time now) {
  return boost::json::serialize(boost::json::object{{"exp", absl::ToUnixSeconds(now + kAssertionLife)},
                                                    {"iss", account.organization_id},
                                                    {"sub", account.technical_account_id},
                                                    {"aud", absl::StrCat(ims_url, "/c/", account.client_id)},
                                                    {absl::StrCat(ims_url, "/s/ent_campaign_sdk"), true}});
}

oauth::TokenRequest WithForm(std::string url, std::vector<std::pair<std::string, std::string>> form) {
  oauth::TokenRequest request;
  request.url = std::move(url);
  request.form = url::EncodePairs(form);
  request.system = "Adobe IMS";
  request.codes = {errors::kCampaignCredentials, errors::kCampaignToken, errors::kCampaignUnreachable, errors::kCampaignThrottled,
                   errors::kCampaignUnavailable, errors::kCampaignAnswer};
  return request;
}

}  // namespace

absl::StatusOr<std::string> SignJwt(absl::string_view claims_json, absl::string_view private_key_pem) {
  const Key key = ReadKey(private_key_pem);
  if (!key) return absl::InvalidArgumentError("the private key is no RSA key in PEM without a passphrase");
  const std::string text = absl::StrCat(absl::WebSafeBase64Escape(R"({"alg":"RS256","typ":"JWT"})"), ".",
                                        absl::WebSafeBase64Escape(claims_json));
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  const Digest digest(EVP_MD_CTX_new());
  size_t size = 0;
  if (EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
      EVP_DigestSign(digest.get(), nullptr, &size, bytes, text.size()) != 1)
    return absl::InvalidArgumentError("the private key can't sign");
  std::string signature(size, '\0');
  if (EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes, text.size()) != 1)
    return absl::InvalidArgumentError("the private key can't sign");
  signature.resize(size);
  return absl::StrCat(text, ".", absl::WebSafeBase64Escape(signature));
}

absl::StatusOr<oauth::TokenRequest> ImsToken(const ClientOptions& options, absl::Time now) {
  const std::string ims_url = url::WithoutTrailingSlash(options.ims_url);
  if (const auto* oauth = std::get_if<OAuthCredentials>(&options.credentials)) {
    const std::string scope = oauth->scopes.empty() ? kDefaultScopes : absl::StrJoin(oauth->scopes, ",");
    oauth::TokenRequest request =
        WithForm(ims_url + "/ims/token/v3",
                 {{"grant_type", "client_credentials"},
                  {"client_id", oauth->client_id},
                  {"client_secret", oauth->client_secret},
                  {"scope", scope}});
    request.scope = scope;
    request.secret = oauth->client_secret;
    request.deadline = options.request_timeout;
    request.observer = options.token_observer;
    return request;
  }
  const auto& account = std::get<ServiceAccountCredentials>(options.credentials);
  const absl::StatusOr<std::string> jwt = SignJwt(Assertion(account, ims_url, now), account.private_key);
  if (!jwt.ok()) {
    return errors::Make(errors::kCampaignCredentials,
                        absl::StrCat("No token can be asked for: ", std::string(jwt.status().message()), "."),
                        "Adobe IMS");
  }
  oauth::TokenRequest request =
      WithForm(ims_url + "/ims/exchange/jwt/",
               {{"client_id", account.client_id}, {"client_secret", account.client_secret}, {"jwt_token", *jwt}});
  request.secret = account.client_secret;
  request.deadline = options.request_timeout;
  request.observer = options.token_observer;
  request.expires_in_unit = absl::Milliseconds(1);
  return request;
}

const std::string& ClientIdOf(const ClientOptions& options) {
  return std::visit([](const auto& credentials) -> const std::string& { return credentials.client_id; },
                    options.credentials);
}

}  // namespace causeway::campaign
