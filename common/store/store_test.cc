#include "common/store/store.h"

#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "common/store/memory_store.h"
#include "common/store/rocks_store.h"
#include "gtest/gtest.h"

namespace causeway::store {
namespace {

namespace fs = std::filesystem;
using Contents = std::map<std::string, std::string>;

class Directory {
 public:
  Directory() {
    std::string pattern = (fs::temp_directory_path() / "causeway-store-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Directory() { fs::remove_all(path_); }
  std::string path(const std::string& name = "store") const { return path_ / name; }

 private:
  fs::path path_;
};

std::unique_ptr<RocksStore> MustOpen(const std::string& directory) {
  auto store = RocksStore::Open(directory);
  EXPECT_TRUE(store.ok()) << store.status();
  return store.ok() ? *std::move(store) : nullptr;
}

Contents ContentsOf(const Store& store, const std::string& prefix = "") {
  Contents contents;
  EXPECT_TRUE(store
                  .Scan(prefix, "",
                        [&](absl::string_view key, absl::string_view value) {
                          contents.emplace(key, value);
                          return true;
                        })
                  .ok());
  return contents;
}

void MustPut(Store& store, const Contents& contents) {
  Batch batch;
  for (const auto& [key, value] : contents) batch.Put(key, value);
  ASSERT_TRUE(store.Write(batch).ok());
}

// Both stores keep one contract.
class AnyStore : public testing::TestWithParam<bool> {
 protected:
  AnyStore() {
    if (GetParam())
      store_ = MustOpen(directory_.path());
    else
      store_ = std::make_unique<MemoryStore>();
  }
  Directory directory_;
  std::unique_ptr<Store> store_;
};

INSTANTIATE_TEST_SUITE_P(Stores, AnyStore, testing::Bool(),
                         [](const auto& info) { return info.param ? "Rocks" : "Memory"; });

TEST_P(AnyStore, HoldsAnyBytes) {
  const std::string key("a\0\xff", 3), value("\0", 1);
  MustPut(*store_, {{key, value}, {"empty", ""}});
  EXPECT_EQ(**store_->Get(key), value);
  EXPECT_EQ(**store_->Get("empty"), "");
  EXPECT_EQ(*store_->Get("absent"), std::nullopt);
  EXPECT_EQ(*store_->Get("a"), std::nullopt);
}

TEST_P(AnyStore, AppliesABatchInItsOrder) {
  Batch batch;
  batch.Put("a", "1");
  batch.Put("a", "2");
  batch.Put("b", "1");
  batch.Delete("b");
  batch.Delete("c");
  batch.Put("c", "1");
  ASSERT_TRUE(store_->Write(batch).ok());
  EXPECT_EQ(ContentsOf(*store_), (Contents{{"a", "2"}, {"c", "1"}}));
}

TEST_P(AnyStore, ScansAPrefixInOrderUntilToldToStop) {
  MustPut(*store_, {{"a/1", "x"}, {"a/2", "x"}, {"a/\xff", "x"}, {"a0", "x"}, {"a", "x"}, {"b/1", "x"}});
  std::vector<std::string> keys;
  ASSERT_TRUE(store_
                  ->Scan("a/", "",
                         [&](absl::string_view key, absl::string_view) {
                           keys.emplace_back(key);
                           return true;
                         })
                  .ok());
  EXPECT_EQ(keys, (std::vector<std::string>{"a/1", "a/2", "a/\xff"}));
  int visited = 0;
  ASSERT_TRUE(store_->Scan("a/", "", [&](absl::string_view, absl::string_view) { return ++visited < 2; }).ok());
  EXPECT_EQ(visited, 2);
}

TEST_P(AnyStore, ScansOnFromWhereItWasTold) {
  MustPut(*store_, {{"a/1", "x"}, {"a/2", "x"}, {"a/3", "x"}, {"b", "x"}});
  const auto behind = [&](const std::string& after) {
    std::string keys;
    EXPECT_TRUE(store_->Scan("a/", after, [&](absl::string_view key, absl::string_view) { return absl::StrAppend(&keys, key), true; }).ok());
    return keys;
  };
  EXPECT_EQ(behind(""), "a/1a/2a/3");
  EXPECT_EQ(behind("a"), "a/1a/2a/3");
  EXPECT_EQ(behind("a/1"), "a/2a/3");
  EXPECT_EQ(behind("a/11"), "a/2a/3") << "it is gone meanwhile";
  EXPECT_EQ(behind("a/3"), "");
  EXPECT_EQ(behind("b"), "");
}

TEST_P(AnyStore, DeletesExactlyAPrefix) {
  MustPut(
      *store_,
      {{"a/1", "x"}, {"a/2", "x"}, {"a0", "x"}, {"a", "x"}, {"\xff\xff", "x"}, {"\xff\xff\xff", "x"}, {"\xfe", "x"}});
  ASSERT_TRUE(store_->DeletePrefix("a/").ok());
  ASSERT_TRUE(store_->DeletePrefix("nothing").ok());
  EXPECT_EQ(ContentsOf(*store_),
            (Contents{{"a", "x"}, {"a0", "x"}, {"\xfe", "x"}, {"\xff\xff", "x"}, {"\xff\xff\xff", "x"}}));
  ASSERT_TRUE(store_->DeletePrefix("\xff\xff").ok());
  EXPECT_EQ(ContentsOf(*store_), (Contents{{"a", "x"}, {"a0", "x"}, {"\xfe", "x"}}));
  MustPut(*store_, {{"a/1", "y"}});
  EXPECT_EQ(**store_->Get("a/1"), "y");
  ASSERT_TRUE(store_->DeletePrefix("").ok());
  EXPECT_EQ(ContentsOf(*store_), Contents());
}

TEST_P(AnyStore, DoesWhatAMapDoes) {
  std::mt19937 random(20240501);
  const auto below = [&](int n) { return static_cast<int>(random() % n); };
  const auto key = [&] {
    return std::string(1 + below(3), static_cast<char>("ab\xff"[below(3)])) + std::to_string(below(40));
  };
  Contents expected;
  for (int step = 0; step < 2000; ++step) {
    if (below(50) == 0) {
      const std::string prefix = key().substr(0, 1 + below(2));
      ASSERT_TRUE(store_->DeletePrefix(prefix).ok());
      std::erase_if(expected, [&](const auto& entry) { return entry.first.compare(0, prefix.size(), prefix) == 0; });
    }
    Batch batch;
    for (int i = below(5); i >= 0; --i) {
      const std::string changed = key();
      if (below(3) == 0) {
        batch.Delete(changed);
        expected.erase(changed);
      } else {
        batch.Put(changed, std::to_string(step));
        expected[changed] = std::to_string(step);
      }
    }
    ASSERT_TRUE(store_->Write(batch).ok());
    if (step % 100 == 0) {
      ASSERT_EQ(ContentsOf(*store_), expected) << step;
    }
  }
  EXPECT_EQ(ContentsOf(*store_), expected);
}

TEST(RocksStore, KeepsEverythingWhenItIsClosed) {
  const Directory directory;
  MustPut(*MustOpen(directory.path()), {{"a", "1"}, {"b", "2"}});
  const auto store = MustOpen(directory.path());
  EXPECT_EQ(ContentsOf(*store), (Contents{{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ(store->wiped_because(), "");
}

// The store that a crash at this moment would leave: of a copy of the files of one in use.
std::unique_ptr<RocksStore> Crashed(const std::string& directory, const std::string& copy) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    // Files come and go while they are copied, which a crash doesn't show.
    std::error_code ignored;
    fs::remove_all(copy);
    fs::create_directory(copy);
    for (const auto& file : fs::directory_iterator(directory))
      fs::copy(file, fs::path(copy) / file.path().filename(), ignored);
    auto store = MustOpen(copy);
    if (store == nullptr || store->wiped_because().empty()) return store;
  }
  ADD_FAILURE() << "no whole copy";
  return nullptr;
}

TEST(RocksStore, SaysHowLargeItIs) {
  const Directory directory;
  const auto store = MustOpen(directory.path());
  EXPECT_EQ(store->size().entries, 0);
  const int64_t empty = store->size().bytes;
  MustPut(*store, {{"a", std::string(100'000, 'v')}, {"b", "v"}});
  EXPECT_EQ(store->size().entries, 2);
  EXPECT_GE(store->size().bytes, empty + 100'000);
}

TEST(RocksStore, R1_ACrashLeavesWhatTheFirstWritesMade) {
  const Directory directory;
  const auto store = MustOpen(directory.path());
  constexpr int kWrites = 3000, kKeys = 10;
  int lasted = 0;
  for (int i = 1; i <= kWrites; ++i) {
    Batch batch;
    for (int k = 0; k < kKeys; ++k)
      batch.Put("k" + std::to_string(i) + "/" + std::to_string(k), std::string(1000, 'v'));
    batch.Put("applied", std::to_string(i));
    ASSERT_TRUE(store->Write(batch).ok());
    if (i % 1000 != 0) continue;
    const auto crashed = Crashed(directory.path(), directory.path("crashed"));
    ASSERT_NE(crashed, nullptr);
    const auto applied = *crashed->Get("applied");
    const int last = applied ? std::stoi(*applied) : 0;
    EXPECT_LE(last, i);
    lasted += last;
    for (int j = 1; j <= i; ++j) {
      for (int k = 0; k < kKeys; ++k) {
        const std::string key = "k" + std::to_string(j) + "/" + std::to_string(k);
        ASSERT_EQ(crashed->Get(key)->has_value(), j <= last) << key << " of " << last;
      }
    }
  }
  EXPECT_GT(lasted, 0) << "nothing had reached the disk";
}

TEST(RocksStore, WipesWhatCannotBeOpened) {
  const Directory directory;
  MustPut(*MustOpen(directory.path()), {{"a", "1"}});
  std::ofstream(directory.path() + "/CURRENT", std::ios::trunc) << "nonsense";
  const auto store = MustOpen(directory.path());
  EXPECT_NE(store->wiped_because(), "");
  EXPECT_EQ(ContentsOf(*store), Contents());
  MustPut(*store, {{"b", "2"}});
  EXPECT_EQ(**store->Get("b"), "2");
}

TEST(RocksStore, WipesAtTheNextStartWhatCannotBeRead) {
  const Directory directory;
  {
    Contents contents;
    for (int i = 0; i < 1000; ++i)
      contents["k" + std::to_string(i)] = std::string(100, static_cast<char>('a' + i % 26));
    MustPut(*MustOpen(directory.path()), contents);
  }
  for (const auto& entry : fs::directory_iterator(directory.path())) {
    if (entry.path().extension() != ".sst") continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(100);
    file << "damage";
  }
  {
    const auto store = MustOpen(directory.path());
    EXPECT_EQ(store->wiped_because(), "");
    EXPECT_TRUE(absl::IsDataLoss(store->Get("k0").status())) << store->Get("k0").status();
  }
  const auto store = MustOpen(directory.path());
  EXPECT_NE(store->wiped_because(), "");
  EXPECT_EQ(*store->Get("k0"), std::nullopt);
  MustPut(*store, {{"k0", "new"}});
}

TEST(RocksStore, IsOpenOnceAtATime) {
  const Directory directory;
  const auto store = MustOpen(directory.path());
  MustPut(*store, {{"a", "1"}});
  EXPECT_TRUE(absl::IsUnavailable(RocksStore::Open(directory.path()).status()));
  EXPECT_EQ(**store->Get("a"), "1") << "the second has wiped nothing";
}

TEST(RocksStore, SaysWhenTheDirectoryCannotBeUsed) {
  const Directory directory;
  std::ofstream(directory.path("file")) << "x";
  EXPECT_TRUE(absl::IsUnavailable(RocksStore::Open(directory.path("file") + "/store").status()));
}

// A file system of a few MiB, where this process may mount one.
class SmallDisk {
 public:
  SmallDisk() { mounted_ = mount("none", directory_.path("").c_str(), "tmpfs", 0, "size=24m") == 0; }
  ~SmallDisk() {
    if (mounted_) umount(directory_.path("").c_str());
  }
  bool mounted() const { return mounted_; }
  std::string path(const std::string& name) const { return directory_.path(name); }

 private:
  Directory directory_;
  bool mounted_ = false;
};

TEST(RocksStore, R1_AFullDiskIsSaidAndPasses) {
  SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << "this needs the right to mount";
  auto store = MustOpen(disk.path("store"));
  ASSERT_NE(store, nullptr);
  const std::string filler(16 << 20, 'f');
  std::ofstream(disk.path("filler")) << filler;
  std::mt19937_64 random(1);
  absl::Status written;
  int taken = 0;
  for (; taken < 20'000; ++taken) {
    std::string value;  // Of nothing that compresses.
    while (value.size() < 4000) value += std::to_string(random());
    Batch batch;
    batch.Put("k" + std::to_string(taken), value);
    batch.Put("applied", std::to_string(taken));
    written = store->Write(batch);
    if (!written.ok()) break;
  }
  ASSERT_TRUE(absl::IsResourceExhausted(written)) << written << " after " << taken;
  EXPECT_EQ(**store->Get("applied"), std::to_string(taken - 1)) << "a write that failed has changed nothing";
  EXPECT_EQ(*store->Get("k" + std::to_string(taken)), std::nullopt);
  fs::remove(disk.path("filler"));
  for (int attempt = 0; attempt < 200 && !written.ok(); ++attempt) {
    Batch batch;
    batch.Put("later", "x");
    written = store->Write(batch);
    if (!written.ok()) usleep(50'000);
  }
  EXPECT_TRUE(written.ok()) << written;
  EXPECT_TRUE(store->Get("k0")->has_value());
}

}  // namespace
}  // namespace causeway::store
