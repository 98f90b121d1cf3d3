// An ingress run of contact → profile against scripted answers: what its unit tests share.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/async/testing/manual_loop.h"
#include "common/backlog/testing/no_broker.h"
#include "common/http/testing/scripted_client.h"
#include "common/store/memory_store.h"
#include "services/ingress/ingress_connectors.h"

namespace causeway::ingress::testing {

inline constexpr char kRows[] = "https://contoso.example/api/data/v9.2/contacts";
inline constexpr char kProfiles[] = "https://campaign.example/contoso/campaign/profileAndServicesExt/profile";
inline constexpr char kContact[] = "0a1b2c3d-0000-4000-8000-00000000000a";

class Right final : public engine::DispatchRight {
 public:
  async::Task<absl::Status> Obtain() override { co_return status; }
  absl::Status Check() const override { return status; }
  absl::Status status;
};

class IngressRun : public ::testing::Test {
 protected:
  IngressRun() {
    v1::Connection& crm = *definition_.add_connections();
    crm.mutable_dynamics365()->set_url("https://contoso.example");
    crm.mutable_dynamics365()->set_authority("https://login.example");
    v1::CampaignConnection& mail = *definition_.add_connections()->mutable_campaign();
    mail.set_url("https://campaign.example");
    mail.set_tenant("contoso");
    mail.set_ims_url("https://ims.example");
    v1::TableMapping& mapping = *definition_.add_table_mappings();
    mapping.set_source_table("contact");
    mapping.set_target_resource("profile");
    mapping.set_target_key("externalId");
    AddField("contactid", "externalId");
    AddField("lastname", "lastName");
    http_.Always("/oauth2/", 200, R"({"expires_in":3599,"access_token":"t1"})");
    http_.Always("?$select=LogicalName,Privileges", 200,
                 R"({"Privileges":[{"PrivilegeType":"Read","Name":"prvReadContact","PrivilegeId":"p1"}]})");
    http_.Always("WhoAmI", 200, R"({"UserId":"u1"})");
    http_.Always("/ims/", 200, R"({"expires_in":86399,"access_token":"t2"})");
  }

  void AddField(const std::string& column, const std::string& field) {
    v1::FieldMapping& added = *definition_.mutable_table_mappings(0)->add_fields();
    added.set_source_column(column);
    added.set_target_field(field);
  }

  // What both systems say of themselves, and a first page that shows that rows can be read.
  void AnswerMetadata(const std::string& more_columns = "", const std::string& more_fields = "") {
    http_.Answer("EntityDefinitions(LogicalName='contact')?", 200,
                 R"({"LogicalName":"contact","EntitySetName":"contacts","PrimaryIdAttribute":"contactid",
                     "ChangeTrackingEnabled":true})");
    http_.Answer("/Attributes?", 200,
                 absl::StrCat(R"({"value":[
                   {"LogicalName":"contactid","AttributeType":"Uniqueidentifier","IsPrimaryId":true,"IsValidForRead":true},
                   {"LogicalName":"lastname","AttributeType":"String","IsValidForRead":true})",
                              more_columns, "]}"));
    http_.Answer("resourceType/profile", 200,
                 absl::StrCat(R"({"content":{"externalId":{"apiName":"externalId","type":"string"},
                                             "lastName":{"apiName":"lastName","type":"string"})",
                              more_fields, "}}"));
    http_.Answer(absl::StrCat("GET ", kRows), 200, PageOf("", "@odata.deltaLink", "/probe"));
  }
  // How deep the privilege to read contacts reaches, of each role.
  void AnswerDepth(const std::string& depths) {
    http_.Answer("systemusers(u1)/Microsoft.Dynamics.CRM.RetrieveUserPrivilegeByPrivilegeName(PrivilegeName='prvReadContact')", 200,
                 absl::StrCat(R"({"RolePrivileges":[)", depths, "]}"));
  }
  absl::Status Prepare() {
    // Where no test says otherwise.
    http_.Always("RetrieveUserPrivilegeByPrivilegeName", 200, R"({"RolePrivileges":[{"Depth":"Global"}]})");
    ends_ = connectors_.Make(world_, definition_);
    absl::Status prepared = loop_.Await(ends_.destination->Prepare());
    if (prepared.ok()) prepared = loop_.Await(ends_.source->Prepare());
    return prepared;
  }
  void Begin() {
    AnswerMetadata();
    const absl::Status prepared = Prepare();
    ASSERT_TRUE(prepared.ok()) << prepared;
  }

  static std::string Row(const std::string& last_name, int64_t version = 1) {
    return absl::StrCat(R"({"@odata.etag":"W/\")", version, R"(\"","contactid":")", kContact, R"(","lastname":")",
                        last_name, R"("})");
  }
  static std::string PageOf(const std::string& rows, const std::string& link, const std::string& path) {
    return absl::StrCat(R"({"value":[)", rows, R"(],")", link, R"(":")", kRows, path, R"("})");
  }

  // Writes one version of the contact.
  engine::Write Write(const std::string& row, std::optional<v1::IndexEntry> known = std::nullopt,
                      bool uncertain = false, v1::QueuedRecord::Kind kind = v1::QueuedRecord::KIND_UPSERT) {
    record_.set_kind(kind);
    record_.set_table("contact");
    record_.set_source_id(kContact);
    record_.set_version(record_.version() + 1);
    record_.set_row(row);
    std::vector<engine::Write> writes(1);
    writes[0].record = &record_;
    writes[0].known = std::move(known);
    writes[0].uncertain = uncertain;
    writes[0].queued_elsewhere = queued_elsewhere_;
    loop_.Await(WriteAll(writes));
    return writes[0];
  }
  engine::Write DeleteIt(std::optional<v1::IndexEntry> known, bool uncertain = false) {
    return Write("", std::move(known), uncertain, v1::QueuedRecord::KIND_DELETE);
  }
  async::Task<bool> WriteAll(std::vector<engine::Write>& writes) {
    co_await ends_.destination->WriteAll(std::span<engine::Write>(writes), right_);
    co_return true;
  }

  async::ManualLoop loop_;
  async::Random random_{1};
  http::ScriptedClient http_{loop_};
  backlog::NoBroker broker_;  // The ends of a run ask none.
  store::MemoryStore store_;
  engine::World world_{loop_, random_, broker_, http_, store_, "r1"};
  v1::Definition definition_;
  IngressConnectors connectors_{connections::Observers{}};
  engine::Ends ends_;
  v1::QueuedRecord record_;
  bool queued_elsewhere_ = false;  // The record, when the table went to another target.
  Right right_;
};

}  // namespace causeway::ingress::testing
