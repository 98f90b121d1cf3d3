// Activity: what goes on in the systems by itself for a time: people whose data change, e-mail events that happen.
//
// Life: construct on the io_context that serves requests; destroy before it. One thread.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <vector>

#include "services/sandbox/world.h"

namespace causeway::sandbox {

// Which e-mail events happen.
struct EmailMix {
  double duplicates = 0;  // Share that is delivered a second time, under another position.
  double late = 0;        // Share behind which any of the events still kept comes again.
  double unknown = 0;     // Share whose contact id no contact has.
  double anonymous = 0;   // Share of profiles without a contact id.
  double other = 0;       // Share of types that aren't enabled anywhere: soft bounces, unsubscriptions.
  double seeds = 0;       // Share that went to seed and proof members.
  double cut_emojis = 0;  // Share whose campaign's name ends with half of a surrogate pair.
  double odd_numbers = 0; // Share whose numbers are 1.0 or "1".
  std::optional<events::EventForm> form = {};  // None: each of them.
  int64_t bytes = 0;      // How large each is at least.
};

class Activity {
 public:
  Activity(boost::asio::io_context& io, World& world) : io_(io), world_(world), dice_(world.seed + 5) {}

  // So many times a second, for so many seconds; returns at once.
  void Run(double rate, double seconds, std::function<void()> once);
  size_t running() const { return rates_.size(); }

  // At once; return how many there were, or who.
  int64_t ChangePeople(int64_t count);
  std::vector<Guid> DeletePeople(int64_t count);
  int64_t EmitEvents(int64_t count, const EmailMix& mix);

 private:
  struct Rate {
    explicit Rate(boost::asio::io_context& io) : timer(io) {}
    boost::asio::steady_timer timer;
    double rate = 0, seconds = 0;
    int64_t done = 0;
    std::chrono::steady_clock::time_point began;
    std::function<void()> once;
  };

  void Tick(std::list<Rate>::iterator rate);
  void EmitEvent(const EmailMix& mix);
  void EmitAgain();
  const dataverse::Row* AnyContact();

  boost::asio::io_context& io_;
  World& world_;
  Dice dice_;
  std::list<Rate> rates_;
};

}  // namespace causeway::sandbox
