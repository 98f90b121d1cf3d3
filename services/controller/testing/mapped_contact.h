// MappedContact: the definitions of one instance with a mapping of contact to profile, and what edits make of them. For the tests of edits
// that concern a mapping.
#pragma once

#include <string>

#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "services/controller/edits.h"

namespace causeway::controller {

class MappedContact : public testing::Test {
 protected:
  static constexpr char kWorkflow[] = "organizations/contoso/instances/stage/workflows/ingress";
  static constexpr char kMapping[] = "organizations/contoso/instances/stage/workflows/ingress/tableMappings/contact";

  MappedContact() {
    v1::CreateOrganizationRequest organization;
    organization.set_organization_id("contoso");
    Apply(editor().Create(organization));
    v1::CreateInstanceRequest instance;
    instance.set_parent("organizations/contoso");
    instance.set_instance_id("stage");
    Apply(editor().Create(instance, 12));
    MakeMapping();
  }

  void MakeMapping() {
    v1::CreateTableMappingRequest request;
    request.set_parent(kWorkflow);
    v1::TableMapping& mapping = *request.mutable_table_mapping();
    mapping.set_source_table("contact");
    mapping.set_target_resource("profile");
    mapping.set_target_key("externalId");
    v1::FieldMapping& key = *mapping.add_fields();
    key.set_source_column("contactid");
    key.set_target_field("externalId");
    Apply(editor().Create(request));
  }
  // Each has the next number, as the controller's have.
  Editor editor() { return Editor(definitions_, keyring_, limits_, ++number_, absl::Now()); }
  void Apply(const absl::StatusOr<Edit>& edit) {
    ASSERT_TRUE(edit.ok()) << edit.status();
    for (const auto& [key, record] : edit->records) definitions_.Apply(key, record);
  }

  Definitions definitions_;
  secrets::Keyring keyring_ = *secrets::Keyring::FromKeys({std::string(secrets::kKeyBytes, 'k')});
  Limits limits_;
  int64_t number_ = 0;
};

}  // namespace causeway::controller
