// Causeway's own client against the sandbox, over real HTTP.
#include "common/campaign/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <set>
#include <thread>

#include "common/async/io_loop.h"
#include "common/async/scope.h"
#include "common/errors/codes.h"
#include "common/errors/error.h"
#include "common/http/curl_client.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/campaign/testing/world.h"
#include "services/sandbox/http/server.h"

namespace causeway::sandbox::campaign {
namespace {

namespace client = ::causeway::campaign;
using async::Task;

// A World behind a real port, on a thread of its own; it is looked at when the thread has ended.
class ServedWorld : private http::Handler {
 public:
  ServedWorld() : server_(io_, "127.0.0.1", 0, *this), thread_([this] { io_.run(); }) {}
  ~ServedWorld() { Stop(); }

  std::string url() const { return url_; }
  World& Stop() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
    return world_;
  }

 private:
  http::Fate Receive(const http::Request&) override { return {}; }
  http::Response Answer(const http::Request& request) override {
    return WebApi::Serves(request.path()) ? world_.api.Answer(request) : world_.ims.AnswerOAuth(request);
  }
  void Answered(const http::Request&, const http::Fate&, http::Response&) override {}

  World world_;
  boost::asio::io_context io_{1};
  http::Server server_;
  const std::string url_ = Cat("http://127.0.0.1:", server_.port());
  std::thread thread_;
};

class ClientTest : public ::testing::Test {
 protected:
  // Runs `work` with a client until it is done.
  template <typename Work>
  void Run(Work work) {
    async::IoLoop loop;
    async::Random random(1);
    ::causeway::http::CurlClient http(loop);
    client::CampaignClient campaign(loop, random, http, Options());
    async::Scope scope(loop);
    scope.Spawn(RunAndStop(loop, work, campaign));
    loop.Run();
  }

  ServedWorld served_;
  std::string secret_ = ImsSettings().client_secret;

 private:
  client::ClientOptions Options() const {
    client::ClientOptions options;
    options.base_url = options.ims_url = served_.url();
    options.tenant = "contoso";
    client::OAuthCredentials credentials;
    credentials.client_id = ImsSettings().client_id;
    credentials.client_secret = secret_;
    options.credentials = credentials;
    return options;
  }

  template <typename Work>
  static Task<void> RunAndStop(async::IoLoop& loop, Work& work, client::CampaignClient& campaign) {
    co_await work(campaign);
    loop.Stop();
  }
};

client::Resource Profile() {
  client::Resource resource;
  resource.name = "profile";
  return resource;
}

TEST_F(ClientTest, WritesFindsAndDeletesForOneEngineCallEach) {
  Run([](client::CampaignClient& campaign) -> Task<void> {
    const client::Resource profile = Profile();
    const client::KeyFilter by_key;
    const std::string key_field = "externalId", key = "c-1";
    oauth::CallContext context;
    const std::string body = R"({"externalId":"c-1","firstName":"Ana"})", change = R"({"firstName":"Eva"})";
    const auto pkey = co_await campaign.Create(profile, body, context);
    EXPECT_TRUE(pkey.ok()) << pkey.status();
    if (!pkey.ok()) co_return;
    const absl::Status updated = co_await campaign.Update(profile, *pkey, change, context);
    EXPECT_TRUE(updated.ok()) << updated;
    const auto found = co_await campaign.FindByKey(profile, by_key, key_field, key, context);
    EXPECT_TRUE(found.ok() && found->size() == 1) << found.status();
    if (!found.ok() || found->size() != 1) co_return;
    EXPECT_EQ(found->front().pkey, *pkey);
    EXPECT_EQ(found->front().key, key);
    EXPECT_THAT(found->front().json, ::testing::HasSubstr(R"("firstName":"Eva")"));
    const absl::Status deleted = co_await campaign.Delete(profile, *pkey, context);
    EXPECT_TRUE(deleted.ok()) << deleted;
    const auto gone = co_await campaign.FindByKey(profile, by_key, key_field, key, context);
    EXPECT_TRUE(gone.ok() && gone->empty()) << gone.status();
    EXPECT_EQ(context.calls, 5);
  });
  const EngineCalls& calls = served_.Stop().api.calls();
  EXPECT_EQ(calls.inserts, 1);
  EXPECT_EQ(calls.updates, 1);
  EXPECT_EQ(calls.deletes, 1);
  EXPECT_EQ(calls.lookups, 2);
  EXPECT_EQ(calls.refused, 0);
}

TEST_F(ClientTest, ListsEveryPage) {
  Run([](client::CampaignClient& campaign) -> Task<void> {
    const client::Resource profile = Profile();
    const std::string key_field = "externalId";
    oauth::CallContext context;
    for (int i = 0; i < 12; ++i) {
      const std::string body = Cat(R"({"externalId":"c-)", i, "\"}");
      const auto pkey = co_await campaign.Create(profile, body, context);
      EXPECT_TRUE(pkey.ok()) << pkey.status();
    }
    std::set<std::string> keys;
    std::string link;
    do {
      const auto page = co_await campaign.List(profile, key_field, 5, link);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) co_return;
      for (const client::Entity& entity : page->entities) keys.insert(entity.key);
      link = page->next_link;
    } while (!link.empty());
    EXPECT_EQ(keys.size(), 12u);
  });
}

TEST_F(ClientTest, KnowsResourcesAndFields) {
  Run([](client::CampaignClient& campaign) -> Task<void> {
    const auto names = co_await campaign.ListResources();
    EXPECT_TRUE(names.ok()) << names.status();
    if (names.ok()) {
      EXPECT_THAT(*names, ::testing::ElementsAre("profile", "cusContract", "service", "history", "orgUnit"));
    }
    const std::string product = "cusProduct";
    const auto found = co_await campaign.Describe(product);
    EXPECT_TRUE(found.ok() && found->resource.endpoint == "customResources") << found.status();
    const std::string contract = "cusContract";
    const auto described = co_await campaign.Describe(contract);
    EXPECT_TRUE(described.ok()) << described.status();
    if (!described.ok()) co_return;
    bool links = false;
    for (const client::Field& field : described->fields)
      links |= field.name == "cusProfile" && field.type == "link" && field.link_target == "profile";
    EXPECT_TRUE(links);
    const std::string unknown = "cusOrder";
    const auto order = co_await campaign.Describe(unknown);
    EXPECT_TRUE(errors::Is(order.status(), errors::kCampaignResourceGone)) << order.status();
  });
}

TEST_F(ClientTest, RefusalsHaveTheirCodes) {
  Run([](client::CampaignClient& campaign) -> Task<void> {
    const client::Resource profile = Profile();
    client::Resource contract, order;
    contract.name = "cusContract";
    order.name = "cusOrder";
    oauth::CallContext context;
    const std::string good = R"({"externalId":"c-1"})", unknown = R"({"cusShoe":1})", wrong = R"({"email":"nobody"})",
                      orphan = R"({"cusReferrer":"@x"})", hidden = R"({"cusContractId":"k"})", empty = "{}",
                      no_pkey = "@x";
    const auto first = co_await campaign.Create(profile, good, context);
    EXPECT_TRUE(first.ok()) << first.status();
    const auto second = co_await campaign.Create(profile, good, context);
    EXPECT_TRUE(errors::Is(second.status(), errors::kCampaignExists)) << second.status();
    const auto field = co_await campaign.Create(profile, unknown, context);
    EXPECT_TRUE(errors::Is(field.status(), errors::kCampaignFieldGone)) << field.status();
    const auto value = co_await campaign.Create(profile, wrong, context);
    EXPECT_TRUE(errors::Is(value.status(), errors::kCampaignRefused)) << value.status();
    const auto link = co_await campaign.Create(contract, orphan, context);
    EXPECT_TRUE(errors::Is(link.status(), errors::kCampaignLinkMissing)) << link.status();
    const auto child = co_await campaign.Create(contract, hidden, context);
    EXPECT_TRUE(child.ok()) << child.status();
    if (!child.ok()) co_return;
    const absl::Status update = co_await campaign.Update(contract, *child, empty, context);
    EXPECT_TRUE(errors::Is(update, errors::kCampaignLinkMissing)) << update;
    // Of another instance, of another resource, and of a record that is gone.
    for (const std::string& pkey : {no_pkey, *child, *first}) {
      if (pkey == *first) EXPECT_TRUE((co_await campaign.Delete(profile, *first, context)).ok());
      const absl::Status missing = co_await campaign.Update(profile, pkey, empty, context);
      EXPECT_TRUE(errors::Is(missing, errors::kCampaignNotFound)) << missing;
      const absl::Status deleted = co_await campaign.Delete(profile, pkey, context);
      EXPECT_TRUE(errors::Is(deleted, errors::kCampaignNotFound)) << deleted;
    }
    const auto resource = co_await campaign.Create(order, empty, context);
    EXPECT_TRUE(errors::Is(resource.status(), errors::kCampaignResourceGone)) << resource.status();
  });
  secret_ = "wrong";
  Run([](client::CampaignClient& campaign) -> Task<void> {
    const auto names = co_await campaign.ListResources();
    EXPECT_TRUE(errors::Is(names.status(), errors::kCampaignCredentials)) << names.status();
  });
}

}  // namespace
}  // namespace causeway::sandbox::campaign
