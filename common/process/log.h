// Structured log: one JSON line on stderr for each event that matters.
//
//   log::Info("workflow_started", {{"workflow", name}, {"revision", 3}});
//   {"time":"2024-05-01T12:00:00.123Z","level":"info","service":"ingress","event":"workflow_started","workflow":"…","revision":3}
//
// An event is a name in snake_case and typed fields, never a sentence with values in it, so that what is logged can be
// seen at the call: names of resources, counts, codes, durations (in seconds, with that in the key's name); no personal
// data, no secret, no excerpt of a foreign answer. Text is cut at kMaxText bytes and always valid UTF-8.
//
// Thread-safe. A line is written at once, as a whole.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <type_traits>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace causeway::log {

enum class Level { kDebug, kInfo, kWarning, kError };

inline constexpr size_t kMaxText = 2048;

class Field {
 public:
  using Value = std::variant<bool, int64_t, double, absl::string_view>;

  template <typename T>
  Field(absl::string_view key, const T& value) : key_(key), value_(Convert(value)) {}

  absl::string_view key() const { return key_; }
  const Value& value() const { return value_; }

 private:
  template <typename T>
  static Value Convert(const T& value) {
    if constexpr (std::is_same_v<T, bool>)
      return value;
    else if constexpr (std::is_integral_v<T>)
      return static_cast<int64_t>(value);
    else if constexpr (std::is_floating_point_v<T>)
      return static_cast<double>(value);
    else if constexpr (std::is_same_v<T, absl::Duration>)
      return absl::ToDoubleSeconds(value);
    else if constexpr (std::is_same_v<T, std::string_view>)
      return absl::string_view(value.data(), value.size());
    else
      return absl::string_view(value);
  }

  absl::string_view key_;
  Value value_;
};

// Refers to what it is given: made and used in one expression.
using Fields = std::initializer_list<Field>;

void Debug(absl::string_view event, Fields fields = {});
void Info(absl::string_view event, Fields fields = {});
void Warning(absl::string_view event, Fields fields = {});
void Error(absl::string_view event, Fields fields = {});

// The same, with what the status says of itself: code, message, remedy, subject.
void Warning(absl::string_view event, const absl::Status& status, Fields fields = {});
void Error(absl::string_view event, const absl::Status& status, Fields fields = {});

// The name that lines carry as "service"; set once, before other threads log.
void SetService(absl::string_view name);

// Lines below `level` aren't written; info unless said otherwise. Any time, any thread.
void SetLevel(Level level);
Level GetLevel();

// "debug", "info", "warning", "error"; false for anything else.
bool ParseLevel(absl::string_view text, Level* level);

}  // namespace causeway::log
