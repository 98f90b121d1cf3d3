#include "services/sandbox/control/compare.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/control/expected_profile.h"

namespace causeway::sandbox {
namespace {

constexpr size_t kExamples = 10;

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
    comparison.Note(&Comparison::changed,
         Cat(contact.id.ToString(), ": ", field.name, " is ", present, " instead of ", value.token));
    return;
  }
}

}  // namespace

void Comparison::Note(int64_t Comparison::*kind, std::string example) {
  ++(this->*kind);
  ++different;
  if (examples.size() < kExamples) examples.push_back(std::move(example));
}

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
      comparison.Note(&Comparison::missing, Cat(contact->id.ToString(), ": it has no profile"));
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
    if (++seen[key] > 1) comparison.Note(&Comparison::doubled, Cat(key, ": it has several profiles"));
    const auto id = Guid::Parse(key);
    if (!id || contacts.Find(*id) == nullptr)
      comparison.Note(&Comparison::extra, Cat(key, ": a profile without a contact"));
  }
  return comparison;
}

}  // namespace causeway::sandbox
