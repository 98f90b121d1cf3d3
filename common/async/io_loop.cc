#include "common/async/io_loop.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <algorithm>
#include <map>

#include <time.h>

#include "absl/time/clock.h"

namespace causeway::async {
namespace {

// Asio's timers stand still while the machine is suspended, so a wait is never longer than this.
constexpr absl::Duration kLongestWait = absl::Seconds(1);

Instant BootTime() {
  timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  return absl::DurationFromTimespec(now);
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
    const absl::Duration wait = std::clamp(earliest - BootTime(), absl::ZeroDuration(), kLongestWait);
    timer.expires_after(absl::ToChronoNanoseconds(wait));
    timer.async_wait([this](const boost::system::error_code& error) {
      if (error) return;  // Set to an earlier time meanwhile.
      armed = absl::InfiniteDuration();
      Fire();
      Arm();
    });
  }

  void Fire() {
    const Instant now = BootTime();
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

Instant IoLoop::Now() const { return BootTime(); }
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
