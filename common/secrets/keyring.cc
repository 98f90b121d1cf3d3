#include "common/secrets/keyring.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/secrets/key_file.h"

namespace causeway::secrets {
namespace {

// A sealed secret: version, key id, nonce, ciphertext, tag.
constexpr char kVersion = 1;
constexpr size_t kIdBytes = 8;
constexpr size_t kNonceBytes = 12;  // NIST SP 800-38D, 5.2.1.1; random, so good for 2^32 secrets a key (8.3).
constexpr size_t kTagBytes = 16;
constexpr size_t kHeadBytes = 1 + kIdBytes;
constexpr size_t kOverhead = kHeadBytes + kNonceBytes + kTagBytes;

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

const unsigned char* Bytes(absl::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* Bytes(std::string& text, size_t at) { return reinterpret_cast<unsigned char*>(text.data()) + at; }

// What is authenticated besides the secret. Lengths keep ("a", "bc") from being ("ab", "c").
std::string AssociatedData(absl::string_view head, const Place& place) {
  return absl::StrCat(head, place.resource.size(), ":", place.resource, place.field.size(), ":", place.field);
}

absl::Status Unsealable(const Place& place, absl::string_view why) {
  return errors::Make(errors::kSecretSealed,
                      absl::StrCat("The secret ", place.field, " of ", place.resource, " ", why, "."), place.resource);
}

}  // namespace

struct Keyring::Key {
  explicit Key(absl::string_view key) {
    std::copy(key.begin(), key.end(), bytes.begin());
    std::string text = absl::StrCat("causeway key id", key);
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
    SHA256(Bytes(text), text.size(), digest.data());
    OPENSSL_cleanse(text.data(), text.size());
    id.assign(digest.begin(), digest.begin() + kIdBytes);
  }
  ~Key() { OPENSSL_cleanse(bytes.data(), bytes.size()); }

  std::string id;
  std::array<unsigned char, kKeyBytes> bytes;
};

Keyring::Keyring(std::vector<std::shared_ptr<const Key>> keys) : keys_(std::move(keys)) {}

absl::StatusOr<Keyring> Keyring::Load(const std::vector<std::string>& files) {
  std::vector<std::string> keys;
  for (const std::string& file : files) {
    auto key = ReadKeyFile(file);
    if (!key.ok()) return key.status();
    keys.push_back(*std::move(key));
  }
  auto keyring = FromKeys(keys);
  for (std::string& key : keys) OPENSSL_cleanse(key.data(), key.size());
  return keyring;
}

absl::StatusOr<Keyring> Keyring::FromKeys(const std::vector<std::string>& keys) {
  if (keys.empty()) return errors::Make(errors::kSecretKeyFile, "No master key file is given.", "master key");
  std::vector<std::shared_ptr<const Key>> loaded;
  for (const std::string& key : keys) {
    if (key.size() != kKeyBytes)
      return errors::Make(errors::kSecretKeyFile, "A master key is not of 32 bytes.", "master key");
    loaded.push_back(std::make_shared<const Key>(key));
  }
  return Keyring(std::move(loaded));
}

absl::StatusOr<std::string> Keyring::Seal(absl::string_view secret, const Place& place) const {
  const Key& key = *keys_.front();
  std::string sealed = absl::StrCat(absl::string_view(&kVersion, 1), key.id);
  const std::string associated = AssociatedData(sealed, place);
  sealed.resize(kOverhead + secret.size());
  unsigned char* const nonce = Bytes(sealed, kHeadBytes);
  unsigned char* const body = nonce + kNonceBytes;
  unsigned char* const tag = body + secret.size();

  const Cipher cipher(EVP_CIPHER_CTX_new());
  int length = 0;
  const bool done =
      RAND_bytes(nonce, kNonceBytes) == 1 &&
      EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.bytes.data(), nonce) == 1 &&
      EVP_EncryptUpdate(cipher.get(), nullptr, &length, Bytes(associated), static_cast<int>(associated.size())) == 1 &&
      EVP_EncryptUpdate(cipher.get(), body, &length, Bytes(secret), static_cast<int>(secret.size())) == 1 &&
      EVP_EncryptFinal_ex(cipher.get(), tag, &length) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag) == 1;
  if (!done) return errors::Make(errors::kBug, "OpenSSL did not seal a secret.", place.resource);
  return sealed;
}

absl::StatusOr<std::string> Keyring::Open(absl::string_view sealed, const Place& place) const {
  if (sealed.size() < kOverhead || sealed[0] != kVersion)
    return Unsealable(place, "is not in a form that this version knows");
  const Key* const key = Find(sealed);
  if (key == nullptr) {
    return errors::Make(errors::kSecretKey,
                        absl::StrCat("The secret ", place.field, " of ", place.resource, " was sealed with master key ",
                                     absl::BytesToHexString(sealed.substr(1, kIdBytes)), ", which is not loaded."),
                        place.resource);
  }
  const std::string associated = AssociatedData(sealed.substr(0, kHeadBytes), place);
  const unsigned char* const nonce = Bytes(sealed.substr(kHeadBytes));
  const absl::string_view body = sealed.substr(kHeadBytes + kNonceBytes, sealed.size() - kOverhead);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  std::string secret(body.size(), '\0');

  const Cipher cipher(EVP_CIPHER_CTX_new());
  int length = 0;
  const bool authentic =
      EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key->bytes.data(), nonce) == 1 &&
      EVP_DecryptUpdate(cipher.get(), nullptr, &length, Bytes(associated), static_cast<int>(associated.size())) == 1 &&
      EVP_DecryptUpdate(cipher.get(), Bytes(secret, 0), &length, Bytes(body), static_cast<int>(body.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(cipher.get(), Bytes(secret, secret.size()), &length) == 1;
  if (!authentic) {
    OPENSSL_cleanse(secret.data(), secret.size());
    return Unsealable(place, "was altered, or belongs elsewhere");
  }
  return secret;
}

bool Keyring::SealedByFirst(absl::string_view sealed) const {
  return sealed.size() >= kOverhead && sealed[0] == kVersion && Find(sealed) == keys_.front().get();
}

std::vector<std::string> Keyring::ids() const {
  std::vector<std::string> ids;
  for (const auto& key : keys_) ids.push_back(absl::BytesToHexString(key->id));
  return ids;
}

const Keyring::Key* Keyring::Find(absl::string_view sealed) const {
  const absl::string_view id = sealed.substr(1, kIdBytes);
  const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const auto& key) { return key->id == id; });
  return found == keys_.end() ? nullptr : found->get();
}

}  // namespace causeway::secrets
