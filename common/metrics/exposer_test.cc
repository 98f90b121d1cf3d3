#include "common/metrics/exposer.h"

#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/http/testing/client_thread.h"
#include "common/metrics/names.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::metrics {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const BuildInfo kBuild{"ingress", "0.1.0", "abc1234"};

std::string Scrape(const Exposer& exposer) {
  http::ClientThread client;
  const auto answer = client.Get(absl::StrCat("http://127.0.0.1:", exposer.port(), "/metrics"));
  EXPECT_TRUE(answer.ok()) << answer.status();
  if (!answer.ok()) return "";
  EXPECT_EQ(answer->status, 200);
  return answer->body;
}

// The value of a series without labels.
double ValueOf(const std::string& text, const std::string& name) {
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    double value = 0;
    if (absl::StartsWith(line, name + " ") && absl::SimpleAtod(line.substr(name.size() + 1), &value)) return value;
  }
  ADD_FAILURE() << "no " << name;
  return 0;
}

TEST(Exposer, K5_ShowsMetricsToPrometheus) {
  auto registry = std::make_shared<Registry>();
  const auto exposer = Exposer::Start("127.0.0.1:0", registry, kBuild);
  ASSERT_TRUE(exposer.ok()) << exposer.status();
  registry->Get(kHttpRequests, "campaign", "POST", "201").Add(3);
  registry->Get(kTransactionDuration, "read").Observe(0.02);
  const Gauge held = registry->Get(kWritesInFlight, "contoso/\"prod\"", "ingress");
  held.Set(7);
  registry->Publish("report", {Sampled(kRecordsRead, 10, "contoso/prod", "ingress", "contact")});

  const std::string text = Scrape(**exposer);
  EXPECT_THAT(text, HasSubstr("# TYPE causeway_http_requests_total counter\n"
                              "causeway_http_requests_total{system=\"campaign\",method=\"POST\",status=\"201\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("causeway_writes_in_flight{instance=\"contoso/\\\"prod\\\"\",workflow=\"ingress\"} 7\n"));
  EXPECT_THAT(
      text,
      HasSubstr("causeway_records_read_total{instance=\"contoso/prod\",workflow=\"ingress\",table=\"contact\"} 10\n"));
  EXPECT_THAT(text, HasSubstr("causeway_transaction_duration_seconds_count{loop=\"read\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("causeway_transaction_duration_seconds_bucket{loop=\"read\",le=\"0.025\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("causeway_transaction_duration_seconds_bucket{loop=\"read\",le=\"+Inf\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("causeway_build_info{service=\"ingress\",version=\"0.1.0\",commit=\"abc1234\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("causeway_backlog_records")));
  EXPECT_THAT(text, Not(HasSubstr("exposer_"))) << "what serves it shows nothing of itself";
}

TEST(Exposer, ShowsTheProcessItself) {
  const auto exposer = Exposer::Start("127.0.0.1:0", std::make_shared<Registry>(), kBuild);
  ASSERT_TRUE(exposer.ok()) << exposer.status();
  const std::string text = Scrape(**exposer);
  EXPECT_GT(ValueOf(text, "process_resident_memory_bytes"), 1 << 20);
  EXPECT_GT(ValueOf(text, "process_virtual_memory_bytes"), ValueOf(text, "process_resident_memory_bytes"));
  EXPECT_GE(ValueOf(text, "process_cpu_seconds_total"), 0);
  EXPECT_GT(ValueOf(text, "process_open_fds"), 3);
  EXPECT_GE(ValueOf(text, "process_max_fds"), ValueOf(text, "process_open_fds"));
  EXPECT_GE(ValueOf(text, "process_threads"), 2);
  const double age =
      absl::ToDoubleSeconds(absl::Now() - absl::UnixEpoch()) - ValueOf(text, "process_start_time_seconds");
  EXPECT_LT(std::abs(age), 600);
}

TEST(Exposer, K5_AnswersHeadWithoutABodyAndNothingBesideItsPath) {
  const auto exposer = Exposer::Start("127.0.0.1:0", std::make_shared<Registry>(), kBuild);
  ASSERT_TRUE(exposer.ok()) << exposer.status();
  const std::string root = absl::StrCat("http://127.0.0.1:", (*exposer)->port());
  http::ClientThread client;
  http::Request head;
  head.method = "HEAD";
  head.url = root + "/metrics";
  const auto answer = client.Send(std::move(head));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "");
  for (const char* path : {"/metricsfoo", "/metrics/foo", "/"}) {
    const auto beside = client.Get(root + path);
    ASSERT_TRUE(beside.ok()) << beside.status();
    EXPECT_EQ(beside->status, 404) << path;
  }
}

TEST(Exposer, SaysWhenItCannotListen) {
  const auto first = Exposer::Start("127.0.0.1:0", std::make_shared<Registry>(), kBuild);
  ASSERT_TRUE(first.ok());
  for (const std::string& address : {absl::StrCat("127.0.0.1:", (*first)->port()), std::string("nonsense")}) {
    EXPECT_TRUE(absl::IsUnavailable(Exposer::Start(address, std::make_shared<Registry>(), kBuild).status())) << address;
  }
}

}  // namespace
}  // namespace causeway::metrics
