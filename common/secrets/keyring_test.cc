#include "common/secrets/keyring.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/escaping.h"
#include "common/errors/error.h"
#include "common/secrets/key_file.h"
#include "gtest/gtest.h"

namespace causeway::secrets {
namespace {

const std::string kKeyA(kKeyBytes, 'a');
const std::string kKeyB(kKeyBytes, 'b');
const Place kPlace{"organizations/o/instances/i/connections/campaign", "client_secret"};

Keyring KeyringOf(const std::vector<std::string>& keys) { return *Keyring::FromKeys(keys); }

TEST(Keyring, R5_OpensWhatItSealed) {
  const Keyring keys = KeyringOf({kKeyA});
  for (const std::string& secret :
       {std::string("s3cret"), std::string(), std::string("\0\xff", 2), std::string(100'000, 'x')}) {
    const auto sealed = keys.Seal(secret, kPlace);
    ASSERT_TRUE(sealed.ok()) << sealed.status();
    EXPECT_TRUE(secret.empty() || sealed->find(secret) == std::string::npos);
    const auto opened = keys.Open(*sealed, kPlace);
    ASSERT_TRUE(opened.ok()) << opened.status();
    EXPECT_EQ(*opened, secret);
  }
}

TEST(Keyring, SealsTheSameSecretDifferentlyEachTime) {
  const Keyring keys = KeyringOf({kKeyA});
  EXPECT_NE(*keys.Seal("secret", kPlace), *keys.Seal("secret", kPlace));
}

TEST(Keyring, R5_NoticesEveryChangedByte) {
  const Keyring keys = KeyringOf({kKeyA});
  const std::string sealed = *keys.Seal("secret", kPlace);
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] ^= 1;
    const auto opened = keys.Open(changed, kPlace);
    ASSERT_FALSE(opened.ok()) << "byte " << i;
    // The key's id is authenticated, but says first that there is no such key.
    const bool in_id = i >= 1 && i <= 8;
    EXPECT_TRUE(errors::Is(opened.status(), in_id ? errors::kSecretKey : errors::kSecretSealed)) << "byte " << i;
  }
  for (size_t size = 0; size < sealed.size(); ++size)
    EXPECT_FALSE(keys.Open(sealed.substr(0, size), kPlace).ok()) << size;
  EXPECT_FALSE(keys.Open(sealed + "x", kPlace).ok());
}

TEST(Keyring, R5_BindsASecretToItsPlace) {
  const Keyring keys = KeyringOf({kKeyA});
  const std::string sealed = *keys.Seal("secret", {"ab", "c"});
  for (const Place& elsewhere :
       {Place{"ab", "d"}, Place{"x", "c"}, Place{"a", "bc"}, Place{"abc", ""}, Place{"c", "ab"}}) {
    EXPECT_TRUE(errors::Is(keys.Open(sealed, elsewhere).status(), errors::kSecretSealed));
  }
}

TEST(Keyring, RotatesKeys) {
  const Keyring before = KeyringOf({kKeyA}), during = KeyringOf({kKeyB, kKeyA}), after = KeyringOf({kKeyB});
  const std::string old = *before.Seal("secret", kPlace);
  EXPECT_EQ(*during.Open(old, kPlace), "secret");
  EXPECT_FALSE(during.SealedByFirst(old));
  EXPECT_TRUE(errors::Is(after.Open(old, kPlace).status(), errors::kSecretKey));

  const std::string sealed = *during.Seal("secret", kPlace);
  EXPECT_TRUE(during.SealedByFirst(sealed));
  EXPECT_EQ(*after.Open(sealed, kPlace), "secret");
  EXPECT_FALSE(during.SealedByFirst(""));
}

TEST(Keyring, ErrorsTellNoSecret) {
  const Keyring keys = KeyringOf({kKeyA});
  const std::string sealed = *keys.Seal("s3cret", kPlace);
  EXPECT_EQ(keys.Open(sealed, {"x", "y"}).status().ToString().find("s3cret"), std::string::npos);
  for (const std::string& id : KeyringOf({kKeyA, kKeyB}).ids()) EXPECT_EQ(id.size(), 16u);
}

TEST(Keyring, RefusesKeysOfOtherSizes) {
  EXPECT_FALSE(Keyring::FromKeys({}).ok());
  EXPECT_FALSE(Keyring::FromKeys({kKeyA, "short"}).ok());
}

TEST(ParseKey, TakesRawHexAndBase64) {
  std::string key;
  for (size_t i = 0; i < kKeyBytes; ++i) key.push_back(static_cast<char>(i * 9 + 200));
  EXPECT_EQ(ParseKey(key), key);
  EXPECT_EQ(ParseKey(absl::BytesToHexString(key)), key);
  EXPECT_EQ(ParseKey(absl::BytesToHexString(key) + "\n"), key);
  EXPECT_EQ(ParseKey(absl::Base64Escape(key) + "\r\n"), key);
  const std::string refused[] = {"",
                                 "password",
                                 key.substr(1),
                                 key + "x",
                                 absl::BytesToHexString(key).substr(2),
                                 absl::BytesToHexString(key) + "00",
                                 absl::Base64Escape(key.substr(1)),
                                 absl::Base64Escape(key + "x"),
                                 "#" + absl::Base64Escape(key).substr(1)};
  for (const std::string& contents : refused) EXPECT_EQ(ParseKey(contents), std::nullopt) << absl::CEscape(contents);
}

class KeyFile : public testing::Test {
 protected:
  KeyFile() {
    std::string pattern = (std::filesystem::temp_directory_path() / "causeway-key-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
  }
  ~KeyFile() override { std::filesystem::remove_all(directory_); }

  std::string Write(const std::string& contents, mode_t mode) {
    const std::string path = directory_ + "/key" + std::to_string(++count_);
    std::ofstream(path) << contents;
    chmod(path.c_str(), mode);
    return path;
  }
  std::string directory_;
  int count_ = 0;
};

TEST_F(KeyFile, LoadsSeveralKeys) {
  const auto keys = Keyring::Load({Write(absl::BytesToHexString(kKeyA), 0600), Write(kKeyB, 0400)});
  ASSERT_TRUE(keys.ok()) << keys.status();
  EXPECT_EQ(*keys->Open(*KeyringOf({kKeyB}).Seal("secret", kPlace), kPlace), "secret");
  EXPECT_TRUE(keys->SealedByFirst(*KeyringOf({kKeyA}).Seal("secret", kPlace)));
}

TEST_F(KeyFile, R5_RefusesAFileThatIsOpenToOthers) {
  for (const mode_t mode : {0640, 0604, 0644, 0620, 0602, 0666, 0777}) {
    const auto keys = Keyring::Load({Write(kKeyA, mode)});
    EXPECT_TRUE(errors::Is(keys.status(), errors::kSecretKeyFile)) << std::oct << mode;
  }
}

TEST_F(KeyFile, R5_MakesAKeyOnce) {
  const std::string path = directory_ + "/made";
  ASSERT_TRUE(MakeKeyFile(path).ok());
  const auto keys = Keyring::Load({path});
  ASSERT_TRUE(keys.ok()) << keys.status();
  ASSERT_TRUE(MakeKeyFile(path).ok());
  EXPECT_EQ(Keyring::Load({path})->ids(), keys->ids());
  EXPECT_TRUE(errors::Is(MakeKeyFile(directory_ + "/absent/key"), errors::kSecretKeyFile));
}

TEST_F(KeyFile, NamesTheFileThatIsWrong) {
  const std::string wrong = Write("password", 0600);
  for (const std::string& path : {wrong, directory_, directory_ + "/absent"}) {
    const auto keys = Keyring::Load({Write(kKeyA, 0600), path});
    ASSERT_TRUE(errors::Is(keys.status(), errors::kSecretKeyFile)) << path;
    EXPECT_NE(keys.status().message().find(path), absl::string_view::npos);
    EXPECT_EQ(keys.status().message().find("password"), absl::string_view::npos);
  }
}

}  // namespace
}  // namespace causeway::secrets
