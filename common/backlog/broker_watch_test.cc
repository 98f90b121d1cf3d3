#include "common/backlog/broker_watch.h"

#include <memory>
#include <vector>

#include "common/async/testing/manual_loop.h"
#include "common/backlog/testing/no_broker.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace causeway::backlog {
namespace {

using ::testing::ElementsAre;

// Answers the one question that is asked of it.
class OneTopic final : public NoBroker {
 public:
  async::Task<absl::StatusOr<int32_t>> Partitions(std::string) override { co_return partitions; }

  absl::StatusOr<int32_t> partitions = 1;
};

class BrokerWatchTest : public ::testing::Test {
 protected:
  // What it says until the next question has been answered.
  void Ask() { loop_.Advance(absl::Seconds(5)); }

  async::ManualLoop loop_;
  OneTopic broker_;
  std::vector<bool> told_;
  BrokerWatch watch_{loop_, broker_, [this](bool reachable) { told_.push_back(reachable); }};
};

TEST_F(BrokerWatchTest, K3_TellsOfEveryChangeOnce) {
  Ask();
  EXPECT_THAT(told_, ElementsAre(true));
  broker_.partitions = absl::UnavailableError("away");
  Ask();
  Ask();
  EXPECT_THAT(told_, ElementsAre(true, false));
  broker_.partitions = 1;
  Ask();
  EXPECT_THAT(told_, ElementsAre(true, false, true));
}

TEST_F(BrokerWatchTest, K3_ATopicThatIsNotThereIsAnAnswer) {
  broker_.partitions = absl::NotFoundError("no such topic");
  Ask();
  EXPECT_THAT(told_, ElementsAre(true));
}

}  // namespace
}  // namespace causeway::backlog
