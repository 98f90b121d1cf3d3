#include "services/sandbox/control/compare.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/control/expected_profile.h"

namespace causeway::sandbox {
namespace {

constexpr size_t kExamples = 10;

void Note(Comparison& comparison, int64_t& kind, std::string example) {
  ++kind;
  ++comparison.different;
  if (comparison.examples.size() < kExamples) comparison.examples.push_back(std::move(example));
}

// A field without a value shows its default; both mean the same.
bool Same(const campaign::Field& field, std::string_view expected, std::string_view present) {
  if (expected == present) return true;
  const std::string_view nothing = field.type == campaign::FieldType::kBoolean       ? "false"
                                   : field.type == campaign::FieldType::kEnumeration ? R"("unknown")"
                                                                                     : "";
  return (expected.empty() ? nothing : expected) == (present.empty() ? nothing : present);
}

void CompareOne(const ExpectedProfile& expected, const dataverse::Row& contact, const campaign::Resource& resource,
                const campaign::Entity& profile, Comparison& comparison) {
  for (const ExpectedProfile::Value& value : expected.Of(contact)) {
    const campaign::Field& field = resource.fields[value.field];
    const std::string_view present = profile.values.Get(value.field);
    if (Same(field, value.token, present)) continue;
    Note(comparison, comparison.changed,
         Cat(contact.id.ToString(), ": ", field.name, " is ", present, " instead of ", value.token));
    return;
  }
}

struct ActivityTable {
  events::EmailEventType type;
  const char* name;
};
constexpr ActivityTable kActivityTables[] = {{events::EmailEventType::kSend, "adobe_emailsend"},
                                             {events::EmailEventType::kOpen, "adobe_emailopen"},
                                             {events::EmailEventType::kClick, "adobe_emailclick"},
                                             {events::EmailEventType::kHardBounce, "adobe_emailbounce"}};

// How many activities show each mirror page.
absl::flat_hash_map<std::string, int64_t> MirrorPages(const dataverse::Table& table) {
  absl::flat_hash_map<std::string, int64_t> pages;
  const int column = table.schema().Find("adobe_mirrorpageurl");
  std::string scratch;
  for (size_t slot = 0; slot < table.slots(); ++slot) {
    const dataverse::Row* row = table.At(slot);
    if (row != nullptr) ++pages[std::string(TextOfToken(row->values.Get(column), scratch))];
  }
  return pages;
}

}  // namespace

Comparison CompareProfiles(World& world) {
  Comparison comparison;
  const dataverse::Table& contacts = world.contacts();
  const campaign::Entities& profiles = world.profiles();
  const ExpectedProfile expected(contacts.schema(), profiles.resource());
  for (size_t slot = 0; slot < contacts.slots(); ++slot) {
    const dataverse::Row* contact = contacts.At(slot);
    if (contact == nullptr) continue;
    ++comparison.compared;
    const auto profile = profiles.FindKey(contact->id.ToString());
    if (!profile) {
      Note(comparison, comparison.missing, Cat(contact->id.ToString(), ": it has no profile"));
    } else {
      CompareOne(expected, *contact, profiles.resource(), *profiles.At(*profile), comparison);
    }
  }
  std::string scratch;
  absl::flat_hash_map<std::string, int64_t> seen;
  for (size_t slot = 0; slot < profiles.slots(); ++slot) {
    const campaign::Entity* profile = profiles.At(slot);
    if (profile == nullptr) continue;
    const std::string key(profiles.KeyOf(*profile, scratch));
    if (key.empty()) continue;  // I14: not the integration's.
    if (++seen[key] > 1) Note(comparison, comparison.doubled, Cat(key, ": it has several profiles"));
    const auto id = Guid::Parse(key);
    if (!id || contacts.Find(*id) == nullptr)
      Note(comparison, comparison.extra, Cat(key, ": a profile without a contact"));
  }
  return comparison;
}

Comparison CompareActivities(World& world, const std::vector<events::EmailEventType>& types) {
  Comparison comparison;
  for (const ActivityTable& activity : kActivityTables) {
    absl::flat_hash_map<std::string, int64_t> pages = MirrorPages(*world.database.FindTable(activity.name));
    const bool enabled = std::find(types.begin(), types.end(), activity.type) != types.end();
    absl::flat_hash_map<std::string, bool> wanted;
    for (const events::EmailEvent& event : world.emitted) {
      if (event.type != activity.type || !enabled) continue;
      const auto contact = Guid::Parse(event.contact_id);
      if (!contact || world.contacts().Find(*contact) == nullptr) continue;
      wanted[Cat("https://mirror.example/", event.id)] = true;
    }
    for (const auto& [page, unused] : wanted) {
      ++comparison.compared;
      const int64_t count = pages[page];
      if (count == 0) Note(comparison, comparison.missing, Cat(activity.name, ": none for ", page));
      if (count > 1) Note(comparison, comparison.doubled, Cat(activity.name, ": ", count, " for ", page));
    }
    for (const auto& [page, count] : pages) {
      if (count > 0 && !wanted.contains(page))
        Note(comparison, comparison.extra, Cat(activity.name, ": one for ", page));
    }
  }
  return comparison;
}

}  // namespace causeway::sandbox
