// Causeway's own client against the sandbox, over real HTTP.
#include "common/dataverse/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "common/async/io_loop.h"
#include "common/async/scope.h"
#include "common/errors/codes.h"
#include "common/errors/error.h"
#include "common/http/curl_client.h"
#include "services/sandbox/dataverse/default_schema.h"
#include "services/sandbox/dataverse/people.h"
#include "services/sandbox/dataverse/testing/served_world.h"

namespace causeway::sandbox::dataverse {
namespace {

namespace client = ::causeway::dataverse;
using async::Task;

constexpr int64_t kPeople = 12'000;

class ClientTest : public ::testing::Test {
 protected:
  // Runs `work` with a client until it is done.
  template <typename Work>
  void Run(Work work) {
    async::IoLoop loop;
    async::Random random(1);
    ::causeway::http::CurlClient http(loop);
    client::DataverseClient dataverse(loop, random, http, Options());
    async::Scope scope(loop);
    scope.Spawn(RunAndStop(loop, work, dataverse));
    loop.Run();
  }

  client::ClientOptions Options() const {
    client::ClientOptions options;
    options.org_url = options.authority = served_.url();
    options.tenant = "contoso";
    options.client_id = EntraSettings().client_id;
    options.client_secret = secret_;
    return options;
  }

  static client::RowQuery Contacts() {
    return {.table = "contact",
            .entity_set = "contacts",
            .primary_id = "contactid",
            .columns = {"firstname", "emailaddress1"}};
  }

  // Follows next links; `delta` gets the delta link.
  static Task<std::vector<client::Row>> ReadAll(client::DataverseClient& dataverse, std::string link,
                                                std::string& delta) {
    std::vector<client::Row> rows;
    for (;;) {
      const client::RowQuery query = Contacts();
      absl::StatusOr<client::RowPage> page = co_await dataverse.Read(query, link);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) co_return rows;
      EXPECT_TRUE(page->unusable.empty());
      rows.insert(rows.end(), page->rows.begin(), page->rows.end());
      delta = page->delta_link;
      link = page->next_link;
      if (link.empty()) co_return rows;
    }
  }

  ServedWorld served_;
  std::string secret_ = EntraSettings().client_secret;

 private:
  template <typename Work>
  static Task<void> RunAndStop(async::IoLoop& loop, Work& work, client::DataverseClient& dataverse) {
    co_await work(dataverse);
    loop.Stop();
  }
};

TEST_F(ClientTest, ReadsEverythingThenChangesAndDeletions) {
  served_.Do([](World& world) { AddPeople({.count = kPeople}, world.database); });
  Run([](client::DataverseClient& dataverse) -> Task<void> {
    std::string delta, next_delta;
    const std::vector<client::Row> people = co_await ReadAll(dataverse, "", delta);
    std::set<std::string> ids;
    for (const client::Row& row : people) ids.insert(row.id);
    EXPECT_EQ(ids.size(), static_cast<size_t>(kPeople));

    const std::string changed = PersonId(1, 1).ToString(), deleted = PersonId(1, 2).ToString(),
                      made = PersonId(2, 1).ToString();
    using Kind = client::RowWrite::Kind;
    std::vector<client::RowWrite> writes;
    writes.push_back({.kind = Kind::kUpsert,
                      .entity_set = "contacts",
                      .id = changed,
                      .body = R"({"firstname":"Zoë"})",
                      .precondition = {}});
    writes.push_back({.kind = Kind::kDelete, .entity_set = "contacts", .id = deleted, .body = "", .precondition = {}});
    writes.push_back({.kind = Kind::kUpsert,
                      .entity_set = "contacts",
                      .id = made,
                      .body = R"({"gendercode":9})",
                      .precondition = {}});
    writes.push_back({.kind = Kind::kCreate,
                      .entity_set = "contacts",
                      .id = "",
                      .body = Cat(R"({"contactid":")", made, "\"}"),
                      .precondition = {}});
    oauth::CallContext context;
    const auto written = co_await dataverse.WriteBatch(std::move(writes), context);
    EXPECT_TRUE(written.ok()) << written.status();
    if (!written.ok()) co_return;
    EXPECT_TRUE(written->at(0).ok() && written->at(1).ok() && written->at(3).ok());
    EXPECT_TRUE(errors::Is(written->at(2), errors::kDynamicsRefused)) << written->at(2);

    const std::vector<client::Row> changes = co_await ReadAll(dataverse, delta, next_delta);
    EXPECT_EQ(changes.size(), 3u);
    if (changes.size() != 3) co_return;
    EXPECT_EQ(changes[0].id, changed);
    EXPECT_THAT(changes[0].json, ::testing::HasSubstr("Zoë"));
    EXPECT_EQ(changes[1].id, made);
    EXPECT_TRUE(changes[2].deleted);
    EXPECT_EQ(changes[2].id, deleted);
    const std::vector<client::Row> none = co_await ReadAll(dataverse, next_delta, delta);
    EXPECT_TRUE(none.empty());
  });
}

TEST_F(ClientTest, KnowsTablesColumnsAndOptions) {
  served_.Do([](World& world) { AddPeople({.count = 10}, world.database); });
  Run([](client::DataverseClient& dataverse) -> Task<void> {
    const auto tables = co_await dataverse.ListTables();
    EXPECT_TRUE(tables.ok() && tables->size() == 13) << tables.status();
    const std::string name = "contact";
    const auto table = co_await dataverse.DescribeTable(name);
    EXPECT_TRUE(table.ok() && table->change_tracking && table->primary_id == "contactid") << table.status();
    const auto columns = co_await dataverse.ListColumns(name);
    EXPECT_TRUE(columns.ok()) << columns.status();
    if (!columns.ok()) co_return;
    for (const client::Column& column : *columns) {
      if (column.logical_name == "birthdate") {
        EXPECT_EQ(column.date_time_behavior, "DateOnly");
      }
      if (column.logical_name != "gendercode") continue;
      const auto options = co_await dataverse.ListOptions(name, column);
      EXPECT_TRUE(options.ok() && options->size() == 2) << options.status();
    }
    const auto count = co_await dataverse.CountRows(name);
    EXPECT_TRUE(count.ok() && *count == 10) << count.status();
    const std::string unknown = "lead";
    const auto lead = co_await dataverse.DescribeTable(unknown);
    EXPECT_TRUE(errors::Is(lead.status(), errors::kDynamicsTableGone)) << lead.status();
  });
}

TEST_F(ClientTest, I15_KnowsHowDeepItMayRead) {
  Run([this](client::DataverseClient& dataverse) -> Task<void> {
    const std::string name = "contact";
    for (const Depth depth : kDepths) {
      served_.Do([depth](World& world) { world.database.SetReadDepth(*world.database.FindTable("contact"), depth); });
      const auto read = co_await dataverse.ReadDepth(name);
      EXPECT_TRUE(read.ok() && *read == NameOf(depth)) << read.status();
    }
    served_.Do([](World& world) { world.database.Set(Privilege::kRead, *world.database.FindTable("contact"), false); });
    const auto none = co_await dataverse.ReadDepth(name);
    EXPECT_TRUE(none.ok() && none->empty()) << none.status();
  });
}

TEST_F(ClientTest, I4_KnowsTheUsersTimeZone) {
  Run([this](client::DataverseClient& dataverse) -> Task<void> {
    auto zone = co_await dataverse.UserTimeZone();
    EXPECT_TRUE(zone.ok() && *zone == "UTC") << zone.status();
    served_.Do([](World& world) {
      const auto changed = world.Patch(Cat("usersettingscollection(", kApplicationUser.ToString(), ")"), R"({"timezonecode":110})");
      EXPECT_EQ(changed.status, 204) << changed.body;
    });
    zone = co_await dataverse.UserTimeZone();
    EXPECT_TRUE(zone.ok() && *zone == "W. Europe Standard Time") << zone.status();
  });
}

TEST_F(ClientTest, ExpiredTokenIsRenewedAndExpiredLinkTold) {
  Run([this](client::DataverseClient& dataverse) -> Task<void> {
    std::string delta;
    co_await ReadAll(dataverse, "", delta);
    served_.Do([](World& world) { world.entra.tokens().ExpireAll(); });
    co_await ReadAll(dataverse, delta, delta);
    served_.Do([](World& world) { world.database.ExpireDeltaTokens(); });
    const client::RowQuery query = Contacts();
    const auto expired = co_await dataverse.Read(query, delta);
    EXPECT_TRUE(errors::Is(expired.status(), errors::kDynamicsDeltaExpired)) << expired.status();
  });
}

TEST_F(ClientTest, RefusalsHaveTheirCodes) {
  Run([this](client::DataverseClient& dataverse) -> Task<void> {
    client::RowQuery query = Contacts();
    query.columns = {"shoesize"};
    const std::string start;
    const auto column = co_await dataverse.Read(query, start);
    EXPECT_TRUE(errors::Is(column.status(), errors::kDynamicsColumnGone)) << column.status();
    query = Contacts();
    served_.Do([](World& world) { world.database.FindTable("contact")->schema().change_tracking = false; });
    const auto tracking = co_await dataverse.Read(query, start);
    EXPECT_TRUE(errors::Is(tracking.status(), errors::kDynamicsTrackingOff)) << tracking.status();
    served_.Do([](World& world) { world.database.Set(Privilege::kRead, *world.database.FindTable("contact"), false); });
    const auto privilege = co_await dataverse.Read(query, start);
    EXPECT_TRUE(errors::Is(privilege.status(), errors::kDynamicsPrivilege)) << privilege.status();
    served_.Do([](World& world) { world.api.protection().settings().requests = 0; });
    const auto throttled = co_await dataverse.Read(query, start);
    EXPECT_TRUE(errors::Is(throttled.status(), errors::kDynamicsThrottled)) << throttled.status();
  });
  secret_ = "wrong";
  Run([](client::DataverseClient& dataverse) -> Task<void> {
    const auto tables = co_await dataverse.ListTables();
    EXPECT_TRUE(errors::Is(tables.status(), errors::kDynamicsCredentials)) << tables.status();
  });
}

}  // namespace
}  // namespace causeway::sandbox::dataverse
