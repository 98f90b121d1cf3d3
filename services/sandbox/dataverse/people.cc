#include "services/sandbox/dataverse/people.h"

#include <array>
#include <utility>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/base/timestamp.h"
#include "services/sandbox/dataverse/default_schema.h"
#include "services/sandbox/dataverse/names.h"

namespace causeway::sandbox::dataverse {
namespace {

constexpr int64_t kDay = int64_t{24} * 3600 * 1000;
constexpr int64_t kFirstBirth = -12'000;  // Days from 1970: in 1937.
constexpr int64_t kBirthDays = 25'500;    // The youngest is born in 2006.
constexpr int64_t kFirstCreation = 18'000 * kDay;
constexpr int64_t kCreationSpan = 2'400 * kDay;

// What is invented for each person.
enum Field {
  kFirstName,
  kMiddleName,
  kLastName,
  kSalutation,
  kJobTitle,
  kGender,
  kBirthDate,
  kEmail,
  kMobile,
  kPhone,
  kLine1,
  kLine2,
  kPostalCode,
  kCity,
  kState,
  kCountry,
  kNoBulkEmail,
  kNoEmail,
  kNoFax,
  kNoPhone,
  kNoPost,
  kCcpaOptOut,
  kScore,
  kPoints,
  kStateCode,
  kStatusCode,
  kOwner,
  kCreatedOn,
  kModifiedOn,
  kFields
};
constexpr std::string_view kColumns[kFields] = {"firstname",
                                                "middlename",
                                                "lastname",
                                                "salutation",
                                                "jobtitle",
                                                "gendercode",
                                                "birthdate",
                                                "emailaddress1",
                                                "mobilephone",
                                                "telephone1",
                                                "address1_line1",
                                                "address1_line2",
                                                "address1_postalcode",
                                                "address1_city",
                                                "address1_stateorprovince",
                                                "address1_country",
                                                "donotbulkemail",
                                                "donotemail",
                                                "donotfax",
                                                "donotphone",
                                                "donotpostalmail",
                                                "contoso_ccpaoptout",
                                                "contoso_score",
                                                "contoso_points",
                                                "statecode",
                                                "statuscode",
                                                "ownerid",
                                                "createdon",
                                                "modifiedon"};
constexpr Field kChangeable[] = {kLastName,   kEmail,       kMobile,  kPhone,   kLine1,
                                 kPostalCode, kNoBulkEmail, kNoPhone, kJobTitle};

using Tokens = std::array<std::string, kFields>;

std::string Digits(Dice& dice, int count) {
  std::string digits;
  for (int i = 0; i < count; ++i) digits += static_cast<char>('0' + dice.Below(10));
  return digits;
}

std::string PhoneNumber(const Place& place, Dice& dice) {
  return JsonString(Cat(place.prefix, " ", 100 + dice.Below(900), " ", Digits(dice, 7)));
}

std::string Street(Dice& dice) { return JsonString(Cat(dice.Pick(kStreets), " ", 1 + dice.Below(240))); }

std::string Address(const Name& first, const Name& last, uint64_t number, Dice& dice) {
  return Cat("\"", first.plain, ".", last.plain, ".", number, "@", dice.Pick(kMailHosts), "\"");
}

std::string Flag(double probability, Dice& dice) { return dice.Chance(probability) ? "true" : "false"; }

std::string TimeToken(int64_t millis) {
  std::string token = "\"";
  AppendODataTime(millis, token);
  return token + '"';
}

std::string BirthDate(Dice& dice) {
  std::string token = "\"";
  AppendDate((kFirstBirth + static_cast<int64_t>(dice.Below(kBirthDays))) * kDay, token);
  return token + '"';
}

// Empty about one time in ten.
std::string Maybe(std::string token, Dice& dice) { return dice.Chance(0.1) ? std::string() : token; }

void InventName(int64_t number, Dice& dice, Tokens& tokens) {
  const bool woman = dice.Chance(0.5);
  const Name& first = woman ? dice.Pick(kWomen) : dice.Pick(kMen);
  const Name& last = dice.Pick(kFamilies);
  tokens[kFirstName] = JsonString(first.name);
  tokens[kLastName] = JsonString(last.name);
  if (dice.Chance(0.2)) tokens[kMiddleName] = JsonString(woman ? dice.Pick(kWomen).name : dice.Pick(kMen).name);
  if (dice.Chance(0.3)) tokens[kSalutation] = JsonString(dice.Pick(kSalutations));
  if (dice.Chance(0.6)) tokens[kJobTitle] = JsonString(dice.Pick(kJobs));
  tokens[kGender] = Maybe(woman ? "2" : "1", dice);
  tokens[kBirthDate] = Maybe(BirthDate(dice), dice);
  tokens[kEmail] = Address(first, last, number, dice);
}

void InventPlace(Dice& dice, Tokens& tokens) {
  const Place& place = dice.Pick(kPlaces);
  tokens[kMobile] = Maybe(PhoneNumber(place, dice), dice);
  tokens[kPhone] = Maybe(PhoneNumber(place, dice), dice);
  tokens[kLine1] = Maybe(Street(dice), dice);
  if (dice.Chance(0.15)) tokens[kLine2] = JsonString(Cat("c/o ", dice.Pick(kFamilies).name));
  tokens[kPostalCode] = Maybe(JsonString(Digits(dice, 5)), dice);
  tokens[kCity] = JsonString(place.city);
  tokens[kState] = JsonString(place.state);
  tokens[kCountry] = JsonString(place.country);
}

void InventRest(double inactive_share, Dice& dice, Tokens& tokens) {
  for (Field field : {kNoBulkEmail, kNoPhone, kNoPost}) tokens[field] = Flag(0.15, dice);
  for (Field field : {kNoEmail, kNoFax, kCcpaOptOut}) tokens[field] = Flag(0.05, dice);
  if (dice.Chance(0.5)) tokens[kScore] = Cat(dice.Below(1000), ".", Digits(dice, 3));
  if (dice.Chance(0.5)) tokens[kPoints] = Cat(dice.Below(1'000'000));
  const bool inactive = dice.Chance(inactive_share);
  tokens[kStateCode] = inactive ? "1" : "0";
  tokens[kStatusCode] = inactive ? "2" : "1";
  tokens[kCreatedOn] = TimeToken(kFirstCreation + static_cast<int64_t>(dice.Below(kCreationSpan)));
  tokens[kModifiedOn] = tokens[kCreatedOn];
}

// Numbers of the fields' columns; -1: there is none.
std::array<int, kFields> FindColumns(const TableSchema& schema) {
  std::array<int, kFields> numbers;
  for (int field = 0; field < kFields; ++field) numbers[field] = schema.Find(kColumns[field]);
  return numbers;
}

// Another value for one field, as a person may get it.
std::string InventAgain(Field field, std::string_view old, Dice& dice) {
  switch (field) {
    case kLastName:
      return JsonString(dice.Pick(kFamilies).name);
    case kEmail:
      return Address(dice.Pick(kWomen), dice.Pick(kFamilies), dice.Bits() >> 16, dice);
    case kMobile:
    case kPhone:
      return PhoneNumber(dice.Pick(kPlaces), dice);
    case kLine1:
      return Street(dice);
    case kPostalCode:
      return JsonString(Digits(dice, 5));
    case kJobTitle:
      return JsonString(dice.Pick(kJobs));
    default:
      return old == "true" ? "false" : "true";
  }
}

}  // namespace

Guid PersonId(uint64_t seed, int64_t number) {
  Dice dice(Mix(seed) ^ static_cast<uint64_t>(number));
  const uint64_t high = dice.Bits(), low = dice.Bits();
  return Guid::FromBits(high, low);
}

int64_t AddPeople(const PeopleSettings& settings, Database& database) {
  Table* table = database.FindTable("contact");
  if (table == nullptr) return 0;
  const TableSchema& schema = table->schema();
  const std::array<int, kFields> numbers = FindColumns(schema);
  const std::string owners[] = {JsonString(kApplicationUser.ToString()), JsonString(kColleague.ToString()), JsonString(kSeller.ToString())};
  std::vector<std::string_view> row(schema.columns.size());
  for (size_t i = 0; i < row.size(); ++i) {
    if (schema.columns[i].type == ColumnType::kBoolean) row[i] = "false";
  }
  const std::string notes = JsonString(std::string(settings.notes_bytes, 'n'));
  if (const int column = schema.Find("contoso_notes"); column >= 0 && settings.notes_bytes > 0) row[column] = notes;
  table->Reserve(table->slots() + settings.count);
  int64_t added = 0;
  for (int64_t number = settings.first; number < settings.first + settings.count; ++number) {
    const Guid id = PersonId(settings.seed, number);
    if (table->Find(id) != nullptr) continue;
    Dice dice(id.words[0] ^ id.words[1]);
    Tokens tokens;
    InventName(number, dice, tokens);
    InventPlace(dice, tokens);
    InventRest(settings.inactive_share, dice, tokens);
    tokens[kOwner] = owners[static_cast<size_t>(number) % std::size(owners)];
    for (int field = 0; field < kFields; ++field) {
      if (numbers[field] >= 0) row[numbers[field]] = tokens[field];
    }
    table->Insert(id, PackedRow(row));
    ++added;
  }
  return added;
}

bool ChangePerson(const Guid& id, Dice& dice, Database& database) {
  constexpr uint64_t kMostChanges = 3;
  Table* table = database.FindTable("contact");
  const Row* person = table == nullptr ? nullptr : table->Find(id);
  if (person == nullptr) return false;
  const std::array<int, kFields> numbers = FindColumns(table->schema());
  std::vector<std::string_view> row(table->schema().columns.size());
  person->values.Unpack(row);
  Tokens tokens;
  for (uint64_t left = 1 + dice.Below(kMostChanges); left > 0; --left) {
    const Field field = dice.Pick(kChangeable);
    if (numbers[field] < 0 || !tokens[field].empty()) continue;
    std::string_view& value = row[numbers[field]];
    do tokens[field] = InventAgain(field, value, dice);
    while (tokens[field] == value);
    value = tokens[field];
  }
  tokens[kModifiedOn] = TimeToken(database.clock().NowMillis());
  if (numbers[kModifiedOn] >= 0) row[numbers[kModifiedOn]] = tokens[kModifiedOn];
  table->Update(id, PackedRow(row));
  return true;
}

}  // namespace causeway::sandbox::dataverse
