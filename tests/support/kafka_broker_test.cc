#include "tests/support/kafka_broker.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace causeway::test_support {
namespace {

// Runs kcat against the broker and gives its output.
std::string Kcat(const KafkaBroker& broker, const std::string& arguments) {
  TempDir dir;
  Process kcat({.program = "sh",
                .args = {"-c", "kcat -m 30 -b " + broker.bootstrap() + " " + arguments},
                .log_file = dir.File("log")});
  kcat.Wait(absl::Seconds(60));
  return kcat.Log();
}

class KafkaBrokerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto started = KafkaBroker::Start();
    ASSERT_TRUE(started.ok()) << started.status();
    broker_ = *std::move(started);
  }

  std::unique_ptr<KafkaBroker> broker_;
};

TEST_F(KafkaBrokerTest, ServesItsAddressAtOnce) {
  EXPECT_TRUE(absl::StrContains(Kcat(*broker_, "-L"), " broker 1 at " + broker_->bootstrap()));
}

TEST_F(KafkaBrokerTest, MakesNoTopicsByItself) {
  EXPECT_TRUE(absl::StrContains(Kcat(*broker_, "-X topic.metadata.propagation.max.ms=100 -P -t slip < /etc/hostname"),
                                "Unknown topic"));
  EXPECT_FALSE(absl::StrContains(Kcat(*broker_, "-L"), "\"slip\" with 1 partitions"));
}

TEST_F(KafkaBrokerTest, ComesBackAfterKill9OnTheSameAddress) {
  const std::string bootstrap = broker_->bootstrap();
  broker_->Kill9();
  const absl::Status restarted = broker_->Restart();
  ASSERT_TRUE(restarted.ok()) << restarted;
  EXPECT_EQ(broker_->bootstrap(), bootstrap);
  EXPECT_TRUE(absl::StrContains(Kcat(*broker_, "-L"), " broker 1 at " + bootstrap));
}

}  // namespace
}  // namespace causeway::test_support
