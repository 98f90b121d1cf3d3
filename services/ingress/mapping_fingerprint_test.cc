#include "services/ingress/mapping_fingerprint.h"

#include <functional>

#include "gtest/gtest.h"

namespace causeway::ingress {
namespace {

v1::TableMapping Mapping() {
  v1::TableMapping mapping;
  mapping.set_name("organizations/o/instances/i/workflows/ingress/tableMappings/contact");
  mapping.set_source_table("contact");
  mapping.set_target_resource("profile");
  mapping.set_target_key("externalId");
  mapping.set_uid("u1");
  for (const auto& [column, field] : {std::pair("contactid", "externalId"), std::pair("lastname", "lastName"), std::pair("gendercode", "gender")}) {
    v1::FieldMapping& added = *mapping.add_fields();
    added.set_source_column(column);
    added.set_target_field(field);
  }
  for (const auto& [from, to] : {std::pair("1", "male"), std::pair("2", "female")}) {
    v1::Replacement& replacement = *mapping.mutable_fields(2)->add_replacements();
    replacement.set_from(from);
    replacement.set_to(to);
  }
  return mapping;
}

std::string Of(const v1::TableMapping& mapping) { return FingerprintOf(mapping, {"contactid", "lastname", "gendercode"}, false); }

TEST(MappingFingerprint, I15_WhateverChangesWhatIsWrittenReadsAgain) {
  const std::pair<const char*, std::function<void(v1::TableMapping&)>> edits[] = {
      {"another replacement", [](auto& mapping) { mapping.mutable_fields(2)->mutable_replacements(0)->set_to("m"); }},
      {"another value replaced", [](auto& mapping) { mapping.mutable_fields(2)->mutable_replacements(0)->set_from("3"); }},
      {"one replacement less", [](auto& mapping) { mapping.mutable_fields(2)->mutable_replacements()->RemoveLast(); }},
      {"a column moved to another field", [](auto& mapping) { mapping.mutable_fields(1)->set_target_field("middleName"); }},
      {"two columns changed places", [](auto& mapping) {
         mapping.mutable_fields(1)->set_source_column("gendercode");
         mapping.mutable_fields(2)->set_source_column("lastname");
       }},
      {"another type", [](auto& mapping) { mapping.mutable_fields(2)->set_target_type(v1::FIELD_TYPE_INTEGER); }},
      {"on insert only", [](auto& mapping) { mapping.mutable_fields(1)->set_insert_only(true); }},
      {"one field less", [](auto& mapping) { mapping.mutable_fields()->RemoveLast(); }},
      {"deletions ignored", [](auto& mapping) { mapping.set_deletes(v1::TableMapping::DELETES_IGNORE); }},
      {"labels of picklists", [](auto& mapping) { mapping.set_picklist_values(v1::TableMapping::PICKLIST_VALUES_DISPLAY); }},
      {"another time zone", [](auto& mapping) { mapping.set_time_zone("Europe/Amsterdam"); }},
      {"another key", [](auto& mapping) { mapping.set_target_key("crmId"); }},
      {"another resource", [](auto& mapping) { mapping.set_target_resource("cusPeople"); }},
      {"made anew", [](auto& mapping) { mapping.set_uid("u2"); }},
  };
  const std::string before = Of(Mapping());
  for (const auto& [what, edit] : edits) {
    v1::TableMapping mapping = Mapping();
    edit(mapping);
    EXPECT_NE(Of(mapping), before) << what;
  }
  EXPECT_NE(FingerprintOf(Mapping(), {"contactid", "lastname"}, false), before) << "other columns";
  EXPECT_NE(FingerprintOf(Mapping(), {"contactid", "lastname", "gendercode"}, true), before) << "display values travel too";
}

TEST(MappingFingerprint, I15_WhatChangesNothingThatIsWrittenDoesNot) {
  const std::pair<const char*, std::function<void(v1::TableMapping&)>> edits[] = {
      {"fields in another order", [](auto& mapping) { mapping.mutable_fields()->SwapElements(0, 2); }},
      {"replacements in another order", [](auto& mapping) { mapping.mutable_fields(2)->mutable_replacements()->SwapElements(0, 1); }},
      {"the default said", [](auto& mapping) {
         mapping.set_deletes(v1::TableMapping::DELETES_APPLY);
         mapping.set_picklist_values(v1::TableMapping::PICKLIST_VALUES_TECHNICAL);
       }},
      {"what is only shown", [](auto& mapping) {
         mapping.set_etag("7");
         mapping.mutable_update_time()->set_seconds(7);
         mapping.set_last_replay(7);
         mapping.set_replay_scheduled(true);
         mapping.mutable_deletions_awaiting_confirmation()->set_records(7);
       }},
  };
  for (const auto& [what, edit] : edits) {
    v1::TableMapping mapping = Mapping();
    edit(mapping);
    EXPECT_EQ(Of(mapping), Of(Mapping())) << what;
  }
  EXPECT_EQ(FingerprintOf(Mapping(), {"lastname", "gendercode", "contactid"}, false), Of(Mapping()));
}

// The first one counts.
TEST(MappingFingerprint, I15_TheOrderOfReplacementsOfOneValueCounts) {
  v1::TableMapping mapping = Mapping();
  mapping.mutable_fields(2)->mutable_replacements(1)->set_from("1");
  const std::string before = Of(mapping);
  mapping.mutable_fields(2)->mutable_replacements()->SwapElements(0, 1);
  EXPECT_NE(Of(mapping), before);
}

}  // namespace
}  // namespace causeway::ingress
