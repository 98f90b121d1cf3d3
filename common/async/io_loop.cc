#include "common/async/io_loop.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <map>

#include "absl/time/clock.h"

namespace causeway::async {
namespace {

using SteadyClock = std::chrono::steady_clock;

Instant SinceEpoch(SteadyClock::time_point when) { return absl::FromChrono(when.time_since_epoch()); }

SteadyClock::time_point FromInstant(Instant when) {
  return SteadyClock::time_point(absl::ToChronoNanoseconds(when));
}

}  // namespace

// All timers share one Asio timer that is set to the earliest: an Asio timer each would cost an allocation and a cancelled
// handler for every request's deadline.
struct IoLoop::Impl {
  boost::asio::io_context context{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{context.get_executor()};
  boost::asio::steady_timer timer{context};
  using Key = std::pair<Instant, TimerId>;
  std::map<Key, std::function<void()>> timers;
  std::map<TimerId, Instant> deadlines;
  TimerId last_id = 0;
  Instant armed = absl::InfiniteDuration();

  void Arm() {
    if (timers.empty()) return;
    const Instant earliest = timers.begin()->first.first;
    if (earliest >= armed) return;
    armed = earliest;
    timer.expires_at(FromInstant(earliest));
    timer.async_wait([this](const boost::system::error_code& error) {
      if (error) return;  // Set to an earlier time meanwhile.
      armed = absl::InfiniteDuration();
      Fire();
      Arm();
    });
  }

  void Fire() {
    const Instant now = SinceEpoch(SteadyClock::now());
    while (!timers.empty() && timers.begin()->first.first <= now) {
      auto node = timers.extract(timers.begin());
      deadlines.erase(node.key().second);
      node.mapped()();
    }
  }
};

IoLoop::IoLoop() : impl_(std::make_unique<Impl>()) {}
IoLoop::~IoLoop() = default;

void IoLoop::Run() { impl_->context.run(); }
void IoLoop::Stop() { impl_->context.stop(); }
boost::asio::io_context& IoLoop::context() { return impl_->context; }

void IoLoop::Post(std::function<void()> work) { boost::asio::post(impl_->context, std::move(work)); }

Instant IoLoop::Now() const { return SinceEpoch(SteadyClock::now()); }
absl::Time IoLoop::WallTime() const { return absl::Now(); }

Loop::TimerId IoLoop::At(Instant when, std::function<void()> work) {
  const TimerId id = ++impl_->last_id;
  impl_->timers.emplace(Impl::Key{when, id}, std::move(work));
  impl_->deadlines.emplace(id, when);
  impl_->Arm();
  return id;
}

void IoLoop::Cancel(TimerId timer) {
  auto found = impl_->deadlines.find(timer);
  if (found == impl_->deadlines.end()) return;
  impl_->timers.erase({found->second, timer});
  impl_->deadlines.erase(found);
}

}  // namespace causeway::async
