// Properties of Map over seeded random rows, and rows damaged at random.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <random>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/mapping/default_mapping.h"
#include "common/mapping/test_schema.h"

namespace causeway::mapping {
namespace {

namespace json = boost::json;

class RowMaker {
 public:
  explicit RowMaker(uint32_t seed) : random_(seed) {}

  int Below(int n) { return static_cast<int>(random_() % n); }

  std::string Text(int max) {
    static const std::vector<std::string> kPieces = {"a",  "Z",  "9",    " ",    "\"", "\\", "/",
                                                     "\n", "\t", "\x1f", "\x7f", "é",  "€",  "😀"};
    std::string text;
    for (int i = Below(max + 1); i > 0; --i) text += kPieces[Below(kPieces.size())];
    return text;
  }

  // Values for the columns of Everything(); about a tenth null.
  json::object Row() {
    json::object row{{"contactid", absl::StrCat("0d4c1a52-7b3e-4f6a-9c1d-", absl::Hex(random_(), absl::kZeroPad12))}};
    row["firstname"] = Text(30);
    row["lastname"] = Text(50);
    row["address1_city"] = Text(80);
    row["numberofchildren"] = Below(20);
    row["versionnumber"] = static_cast<int64_t>(random_()) << 31;
    row["donotfax"] = Below(2) == 1;
    row["birthdate"] = absl::StrCat(1900 + Below(100), "-", absl::Dec(1 + Below(12), absl::kZeroPad2), "-",
                                    absl::Dec(1 + Below(28), absl::kZeroPad2));
    for (auto& member : row) {
      if (member.key() != "contactid" && Below(10) == 0) member.value() = nullptr;
    }
    return row;
  }

  // The same members in another order.
  std::string Shuffled(const json::object& row) {
    std::vector<std::string> members;
    for (const auto& member : row) {
      members.push_back(
          absl::StrCat(json::serialize(json::string(member.key())), ":", json::serialize(member.value())));
    }
    std::shuffle(members.begin(), members.end(), random_);
    std::string text = "{";
    for (size_t i = 0; i < members.size(); ++i) absl::StrAppend(&text, i == 0 ? "" : " ,", members[i]);
    return text + "}";
  }

 private:
  std::mt19937 random_;
};

v1::TableMapping Everything() {
  v1::TableMapping mapping = test::KeyOnly();
  test::Add(mapping, "firstname", "firstName");
  test::Add(mapping, "lastname", "lastName").set_insert_only(true);
  test::Add(mapping, "address1_city", "location/city");
  test::Add(mapping, "numberofchildren", "cusInteger");
  test::Add(mapping, "versionnumber", "cusString").set_insert_only(true);
  test::Add(mapping, "donotfax", "blackListFax");
  test::Add(mapping, "birthdate", "birthDate");
  return mapping;
}

Mapper Build(const v1::TableMapping& mapping) {
  return *Mapper::Build(mapping, test::ContactColumns(), test::ProfileFields());
}

TEST(MapperProperty, I4_ValuesArriveAsTheyWere) {
  Mapper mapper = Build(Everything());
  for (uint32_t seed = 0; seed < 3000; ++seed) {
    RowMaker maker(seed);
    const json::object row = maker.Row();
    auto record = mapper.Map(maker.Shuffled(row));
    ASSERT_TRUE(record.ok()) << "seed " << seed << ": " << record.status();
    const json::object body = json::parse(record->CreateBody()).as_object();
    EXPECT_EQ(record->key(), row.at("contactid").as_string());
    EXPECT_EQ(body.at("firstName"), row.at("firstname")) << "seed " << seed;
    EXPECT_EQ(body.at("lastName"), row.at("lastname")) << "seed " << seed;
    EXPECT_EQ(body.at("location").at("city"), row.at("address1_city")) << "seed " << seed;
    EXPECT_EQ(body.at("cusInteger"), row.at("numberofchildren")) << "seed " << seed;
    EXPECT_EQ(body.at("blackListFax"), row.at("donotfax")) << "seed " << seed;
    EXPECT_EQ(body.at("birthDate"), row.at("birthdate")) << "seed " << seed;
    const json::value& version = row.at("versionnumber");
    EXPECT_EQ(body.at("cusString"), version.is_null() ? version : json::value(json::serialize(version)))
        << "seed " << seed;
  }
}

TEST(MapperProperty, I16_TheHashChangesIffWhatIsWrittenChanges) {
  Mapper mapper = Build(Everything());
  std::map<std::string, std::string> body_of_hash;
  std::map<std::string, std::string> hash_of_body;
  for (uint32_t seed = 0; seed < 3000; ++seed) {
    RowMaker maker(seed);
    json::object row = maker.Row();
    for (int change = 0; change < 4; ++change) {
      auto record = mapper.Map(maker.Shuffled(row));
      ASSERT_TRUE(record.ok()) << record.status();
      const std::string hash(record->update_hash().bytes());
      const std::string body = record->UpdateBody();
      EXPECT_EQ(body_of_hash.emplace(hash, body).first->second, body) << "seed " << seed;
      EXPECT_EQ(hash_of_body.emplace(body, hash).first->second, hash) << "seed " << seed;
      const json::object other = maker.Row();
      const auto member = std::next(other.begin(), maker.Below(static_cast<int>(other.size())));
      row[member->key()] = member->value();
    }
  }
  EXPECT_GT(body_of_hash.size(), 3000u);
}

// Kept in every index: a release that changes these writes every record once again.
TEST(MapperProperty, I16_HashesAreTheSameInEveryRelease) {
  Mapper mapper = Build(DefaultContactMapping());
  auto record = mapper.Map(test::SampleRow());
  ASSERT_TRUE(record.ok()) << record.status();
  const auto hex = [](const Hash& hash) { return absl::BytesToHexString(std::string(hash.bytes())); };
  EXPECT_EQ(hex(record->update_hash()), "aa025a471cba0ac275520b87a07bec48");
  EXPECT_EQ(hex(record->insert_hash()), "99aa06d3014798d86001c324468d497f");
}

TEST(MapperProperty, I16_TheOrderOfTheMappingsFieldsDoesNotMatter) {
  v1::TableMapping mapping = Everything();
  Mapper forward = Build(mapping);
  std::reverse(mapping.mutable_fields()->begin(), mapping.mutable_fields()->end());
  Mapper backward = Build(mapping);
  const std::string row = json::serialize(RowMaker(7).Row());
  EXPECT_EQ(forward.Map(row)->update_hash(), backward.Map(row)->update_hash());
  EXPECT_EQ(forward.Map(row)->insert_hash(), backward.Map(row)->insert_hash());
}

TEST(MapperProperty, R2_DamagedRowsNeverCrash) {
  Mapper mapper = Build(DefaultContactMapping());
  const std::string row = test::SampleRow();
  static constexpr char kHostile[] = "{}[]\",:\\\0\xff\xc3 tfn-+e.0u\x01";
  std::mt19937 random(2026);
  int mapped = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string damaged = row;
    for (int n = 1 + static_cast<int>(random() % 4); n > 0; --n) {
      const size_t at = random() % (damaged.size() + 1);
      const size_t size = std::min<size_t>(random() % 12, damaged.size() - at);
      switch (random() % 4) {
        case 0:
          damaged.erase(at, size);
          break;
        case 1:
          damaged.insert(at, 1, kHostile[random() % (sizeof(kHostile) - 1)]);
          break;
        case 2:
          damaged.insert(random() % (damaged.size() + 1), damaged.substr(at, size));
          break;
        default:
          if (at < damaged.size()) damaged[at] = static_cast<char>(random());
      }
    }
    auto record = mapper.Map(damaged);
    if (!record.ok()) continue;
    ++mapped;
    boost::system::error_code error;
    json::parse(record->CreateBody(), error);
    ASSERT_FALSE(error) << "input " << i << " gave a body that is no JSON";
  }
  EXPECT_GT(mapped, 100);
  EXPECT_TRUE(mapper.Map(row).ok());
}

}  // namespace
}  // namespace causeway::mapping
