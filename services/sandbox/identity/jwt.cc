#include "services/sandbox/identity/jwt.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <boost/json.hpp>
#include <memory>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace causeway::sandbox {
namespace {

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

Key ReadKey(const std::string& pem) {
  const Bytes bytes(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return Key(PEM_read_bio_PUBKEY(bytes.get(), nullptr, nullptr, nullptr));
}

bool IsSigned(std::string_view text, std::string_view signature, const std::string& pem) {
  const Key key = ReadKey(pem);
  const Digest digest(EVP_MD_CTX_new());
  if (!key || EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1) return false;
  return EVP_DigestVerify(digest.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                          reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
}

boost::json::object ParseObject(const std::string& text) {
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(text, error);
  return !error && value.is_object() ? value.as_object() : boost::json::object();
}

std::string_view TextOf(const boost::json::object& claims, std::string_view name) {
  const auto* value = claims.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return {value->as_string().data(), value->as_string().size()};
}

bool HasMetascope(const boost::json::object& claims, std::string_view path) {
  for (const auto& [name, value] : claims) {
    if (std::string_view(name).ends_with(path) && value.is_bool() && value.as_bool()) return true;
  }
  return false;
}

}  // namespace

std::string CheckJwt(std::string_view token, const JwtExpectation& expected) {
  const std::vector<std::string> parts = absl::StrSplit(absl::string_view(token.data(), token.size()), '.');
  std::string head, body, signature;
  if (parts.size() != 3 || !absl::WebSafeBase64Unescape(parts[0], &head) ||
      !absl::WebSafeBase64Unescape(parts[1], &body) || !absl::WebSafeBase64Unescape(parts[2], &signature))
    return "The JWT token is malformed";
  if (TextOf(ParseObject(head), "alg") != "RS256") return "The JWT must be signed with RS256";
  if (!IsSigned(token.substr(0, token.rfind('.')), signature, expected.public_key))
    return "Could not match JWT signature to any of the bindings";
  const boost::json::object claims = ParseObject(body);
  const auto* expiry = claims.if_contains("exp");
  if (expiry == nullptr || !expiry->is_int64() || expiry->as_int64() <= expected.now_seconds)
    return "The JWT has expired";
  if (TextOf(claims, "iss") != expected.issuer) return "The iss claim is not valid";
  if (TextOf(claims, "sub") != expected.subject) return "The sub claim is not valid";
  if (!TextOf(claims, "aud").ends_with(expected.audience_path)) return "The aud claim is not valid";
  if (!HasMetascope(claims, expected.metascope_path)) return "The JWT grants no metascope";
  return "";
}

}  // namespace causeway::sandbox
