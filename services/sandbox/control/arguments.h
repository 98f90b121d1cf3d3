// The JSON object that a control request carries, read with defaults. A member that is wrong, or that nobody asked for,
// is an error.
#pragma once

#include <boost/json.hpp>
#include <set>
#include <stdexcept>
#include <string>

namespace causeway::sandbox {

// Answered as 400 {"error","field"}.
struct ArgumentError : std::runtime_error {
  ArgumentError(std::string field, const std::string& what) : std::runtime_error(what), field(std::move(field)) {}
  std::string field;
};

class Arguments {
 public:
  explicit Arguments(boost::json::object object) : object_(std::move(object)) {}

  bool Has(const char* name) const { return object_.contains(name); }
  double Number(const char* name, double otherwise, double min, double max);
  double Required(const char* name, double min, double max);
  // true or false; 1 and 0, and the words, mean the same.
  bool Flag(const char* name, bool otherwise);
  int64_t Integer(const char* name, int64_t otherwise, int64_t max) {
    return static_cast<int64_t>(Number(name, otherwise, 0, max));
  }
  std::string Text(const char* name, const std::string& otherwise);
  boost::json::value Value(const char* name);
  // One of dynamics365, campaign, …
  std::string SystemName(const std::string& otherwise);
  // After all have been asked for.
  void CheckNothingElse() const;

 private:
  boost::json::object object_;
  std::set<std::string> asked_;
};

}  // namespace causeway::sandbox
