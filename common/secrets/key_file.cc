#include "common/secrets/key_file.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/secrets/keyring.h"

namespace causeway::secrets {
namespace {

absl::Status Refused(const std::string& path, absl::string_view why) {
  return errors::Make(errors::kSecretKeyFile, absl::StrCat("The master key file ", path, " ", why, "."), "master key");
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  const int fd_;
};

bool OpenToOthers(const struct stat& file) {
  const bool handed_by_root = file.st_uid == 0 && geteuid() != 0;
  const mode_t allowed = handed_by_root ? S_IRWXU | S_IRGRP : S_IRWXU;
  return (file.st_mode & 0777 & ~allowed) != 0;
}

}  // namespace

std::optional<std::string> ParseKey(absl::string_view contents) {
  if (contents.size() == kKeyBytes) return std::string(contents);
  const absl::string_view text = absl::StripAsciiWhitespace(contents);
  const auto is_hex = [](absl::string_view digits) {
    return digits.find_first_not_of("0123456789abcdefABCDEF") == absl::string_view::npos;
  };
  if (text.size() == 2 * kKeyBytes && is_hex(text)) return absl::HexStringToBytes(text);
  // As long as base64 of a key is with its padding; Abseil would take other lengths and alphabets too.
  std::string key;
  if (text.size() == 44 && absl::Base64Unescape(text, &key) && key.size() == kKeyBytes) return key;
  return std::nullopt;
}

absl::StatusOr<std::string> ReadKeyFile(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return Refused(path, absl::StrCat("can't be opened: ", std::strerror(errno)));
  struct stat about;
  if (fstat(file.get(), &about) != 0 || !S_ISREG(about.st_mode)) return Refused(path, "is not a file");
  if (OpenToOthers(about)) return Refused(path, "is open to others than its owner (chmod 600)");
  std::array<char, 256> contents;
  const ssize_t size = read(file.get(), contents.data(), contents.size());
  if (size < 0) return Refused(path, absl::StrCat("can't be read: ", std::strerror(errno)));
  auto key = ParseKey(absl::string_view(contents.data(), size));
  if (!key) return Refused(path, "does not hold a key of 32 bytes");
  return *std::move(key);
}

absl::Status MakeKeyFile(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (file.get() < 0) {
    if (errno == EEXIST) return absl::OkStatus();
    return Refused(path, absl::StrCat("can't be made: ", std::strerror(errno)));
  }
  std::array<unsigned char, kKeyBytes> key;
  // Raw, so that what is there after a crash is a key or refused.
  const bool written = RAND_bytes(key.data(), kKeyBytes) == 1 && write(file.get(), key.data(), kKeyBytes) == kKeyBytes &&
                       fsync(file.get()) == 0;
  OPENSSL_cleanse(key.data(), key.size());
  return written ? absl::OkStatus() : Refused(path, "can't be written");
}

}  // namespace causeway::secrets
