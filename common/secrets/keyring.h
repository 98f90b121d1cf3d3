// Keyring: seals the secrets that Causeway keeps (AES-256-GCM under a master key from a file; design.md "Security").
//
//   auto keys = secrets::Keyring::Load({"/etc/causeway/master.key"});
//   auto sealed = keys->Seal(client_secret, {connection.name(), "client_secret"});
//   auto secret = keys->Open(*sealed, {connection.name(), "client_secret"});
//
// A sealed secret is bound to its place: moved to another resource or field it doesn't open. For rotation several keys
// are loaded: the first one seals, each opens what it sealed; what SealedByFirst denies is to be opened and sealed
// again before the old key is taken away.
//
// Life: Load once; copy freely (copies share the keys, which are wiped from memory with the last of them). Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace causeway::secrets {

// Where a secret belongs; authenticated, not stored with it.
struct Place {
  std::string resource;  // The resource's full name.
  std::string field;     // The field's name in its proto message.
};

inline constexpr size_t kKeyBytes = 32;

class Keyring {
 public:
  // One key a file: 32 bytes, raw, or as hex or base64 (surrounding white space is ignored). CW-SEC-KEY-FILE for a file
  // that can't be read, holds anything else, or that others than its owner could read (see key_file.h).
  static absl::StatusOr<Keyring> Load(const std::vector<std::string>& files);

  // The same from keys at hand, of kKeyBytes each.
  static absl::StatusOr<Keyring> FromKeys(const std::vector<std::string>& keys);

  // Bytes that may be kept anywhere: format version, key id, nonce, ciphertext, tag. Two of the same secret differ.
  absl::StatusOr<std::string> Seal(absl::string_view secret, const Place& place) const;

  // CW-SEC-KEY when the key that sealed it isn't loaded; CW-SEC-SEALED when it was altered, cut, or belongs elsewhere.
  absl::StatusOr<std::string> Open(absl::string_view sealed, const Place& place) const;

  // Whether it was sealed by the key that seals now.
  bool SealedByFirst(absl::string_view sealed) const;

  // The ids of the loaded keys in their order, as hex: to be logged at the start. An id tells nothing of its key.
  std::vector<std::string> ids() const;

 private:
  struct Key;
  explicit Keyring(std::vector<std::shared_ptr<const Key>> keys);
  const Key* Find(absl::string_view sealed) const;

  std::vector<std::shared_ptr<const Key>> keys_;
};

}  // namespace causeway::secrets
