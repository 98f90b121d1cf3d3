#include "tests/simulation/process.h"

#include <string>
#include <vector>

#include "common/async/scope.h"
#include "common/async/sleep.h"
#include "gtest/gtest.h"
#include "tests/simulation/simulation.h"

namespace causeway::simulation {
namespace {

// A program that writes down when it turns.
class Ticker {
 public:
  Ticker(Process& process, std::vector<absl::Duration>& ticks, absl::Duration period)
      : loop_(process.loop()), ticks_(ticks), scope_(process.loop()) {
    scope_.Spawn(Tick(period));
  }

 private:
  async::Task<void> Tick(absl::Duration period) {
    for (;;) {
      co_await async::SleepFor(loop_, period);
      ticks_.push_back(loop_.Now());
    }
  }

  ProcessLoop& loop_;
  std::vector<absl::Duration>& ticks_;
  async::Scope scope_;
};

class ProcessTest : public testing::Test {
 protected:
  Process::Program Ticks(absl::Duration period) {
    return [this, period](Process& process) { return std::make_shared<Ticker>(process, ticks_, period); };
  }

  std::vector<absl::Duration> ticks_;
  Simulation simulation_{7};
};

TEST_F(ProcessTest, RunsItsTimersUnderTheSimulatedClock) {
  Process process(simulation_, 0, "ticker", Ticks(absl::Seconds(10)));
  process.Start();
  simulation_.RunUntil(absl::Seconds(35));
  ASSERT_EQ(ticks_.size(), 3u);
  EXPECT_GE(ticks_[0], absl::Seconds(10));
  EXPECT_LT(ticks_[0], absl::Seconds(10) + absl::Milliseconds(1));
}

TEST_F(ProcessTest, KilledDoesNothingMoreAndStartsAfresh) {
  Process process(simulation_, 0, "ticker", Ticks(absl::Seconds(10)));
  process.Start();
  simulation_.RunUntil(absl::Seconds(15));
  process.Kill();
  simulation_.RunUntil(absl::Seconds(60));
  EXPECT_EQ(ticks_.size(), 1u);
  process.Start();
  simulation_.RunUntil(absl::Seconds(75));
  ASSERT_EQ(ticks_.size(), 2u);
  EXPECT_GE(ticks_[1], absl::Seconds(70));
  EXPECT_EQ(process.life(), 2);
}

TEST_F(ProcessTest, AsleepItsClockGoesOnAndItsTimersStandStill) {
  Process process(simulation_, 0, "ticker", Ticks(absl::Seconds(10)));
  process.Start();
  simulation_.RunUntil(absl::Seconds(5));
  process.Suspend();
  simulation_.RunUntil(absl::Seconds(100));
  process.Resume();
  bool posted = false;
  process.loop().Post([&] { posted = true; });
  simulation_.RunUntil(absl::Seconds(100) + absl::Microseconds(100));
  EXPECT_TRUE(posted) << "what comes from outside is taken in at once";
  EXPECT_TRUE(ticks_.empty());
  simulation_.RunUntil(absl::Seconds(102));
  ASSERT_EQ(ticks_.size(), 1u);
  EXPECT_GE(ticks_[0], absl::Seconds(100));
  EXPECT_EQ(process.slept(), absl::Seconds(95));
}

TEST_F(ProcessTest, PausedRunsWhatCameDueWhenItGoesOn) {
  Process process(simulation_, 0, "ticker", Ticks(absl::Seconds(10)));
  process.Start();
  simulation_.RunUntil(absl::Seconds(5));
  process.Pause();
  simulation_.RunUntil(absl::Seconds(100));
  EXPECT_TRUE(ticks_.empty());
  process.Resume();
  simulation_.RunUntil(absl::Seconds(101));
  ASSERT_EQ(ticks_.size(), 1u);
  EXPECT_GE(ticks_[0], absl::Seconds(100));
}

TEST_F(ProcessTest, AnswersToTheDeadAreDropped) {
  ProcessLoop* dead = nullptr;
  Process process(simulation_, 0, "ticker", [&](Process& process) {
    dead = &process.loop();
    return std::make_shared<int>();
  });
  process.Start();
  process.Kill();
  bool ran = false;
  dead->Post([&] { ran = true; });
  dead->At(absl::Seconds(1), [&] { ran = true; });
  simulation_.RunUntil(absl::Seconds(2));
  EXPECT_FALSE(ran);
}

TEST_F(ProcessTest, WorkOfOneProcessKeepsItsOrder) {
  std::string order;
  Process process(simulation_, 0, "poster", [&](Process& process) {
    for (char c = 'a'; c <= 'h'; ++c) process.loop().Post([&order, c] { order += c; });
    return std::make_shared<int>();
  });
  process.Start();
  simulation_.RunUntil(absl::Seconds(1));
  EXPECT_EQ(order, "abcdefgh");
}

TEST_F(ProcessTest, ACancelledTimerThatIsDueAlreadyDoesNotFire) {
  bool fired = false;
  Process process(simulation_, 0, "timers", [&](Process& process) {
    ProcessLoop& loop = process.loop();
    const auto timer = loop.At(absl::Seconds(1), [&] { fired = true; });
    // Both are due before either has had its turn.
    loop.At(absl::Milliseconds(999), [&loop, &process, timer] {
      process.Pause();
      process.simulation().After(absl::Seconds(5), [&process] { process.Resume(); });
      loop.Post([&loop, timer] { loop.Cancel(timer); });
    });
    return std::make_shared<int>();
  });
  process.Start();
  simulation_.RunUntil(absl::Seconds(10));
  EXPECT_FALSE(fired);
}

// One history a seed.
uint64_t History(uint64_t seed) {
  Simulation simulation(seed);
  std::vector<absl::Duration> ticks;
  auto program = [&](Process& process) { return std::make_shared<Ticker>(process, ticks, absl::Milliseconds(10)); };
  Process first(simulation, 0, "first", program);
  Process second(simulation, 1, "second", program);
  first.Start();
  second.Start();
  simulation.RunUntil(absl::Seconds(1));
  return simulation.fingerprint();
}

TEST(SimulationTest, ASeedGivesTheSameHistoryAgain) {
  EXPECT_EQ(History(1), History(1));
  EXPECT_NE(History(1), History(2));
}

TEST(SimulationTest, EventsOfOneInstantComeInAnyOrder) {
  std::string orders;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    Simulation simulation(seed);
    simulation.At(absl::Seconds(1), [&] { orders += 'a'; });
    simulation.At(absl::Seconds(1), [&] { orders += 'b'; });
    while (simulation.Step()) {
    }
  }
  EXPECT_NE(orders.find("aa"), std::string::npos);
  EXPECT_NE(orders.find("bb"), std::string::npos);
}

TEST(SimulationTest, ACancelledEventDoesNotHappen) {
  Simulation simulation(1);
  bool happened = false;
  const auto event = simulation.After(absl::Seconds(1), [&] { happened = true; });
  simulation.Cancel(event);
  const auto reused = simulation.After(absl::Seconds(1), [] {});
  simulation.Cancel(event);  // Must not touch the event that took its place.
  (void)reused;
  EXPECT_TRUE(simulation.Step());
  EXPECT_FALSE(simulation.Step());
  EXPECT_FALSE(happened);
}

}  // namespace
}  // namespace causeway::simulation
