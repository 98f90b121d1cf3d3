#include "services/sandbox/control/arguments.h"

#include "services/sandbox/base/text.h"
#include "services/sandbox/system.h"

namespace causeway::sandbox {

double Arguments::Number(const char* name, double otherwise, double min, double max) {
  asked_.insert(name);
  const boost::json::value* value = object_.if_contains(name);
  if (value == nullptr) return otherwise;
  if (!value->is_number()) throw ArgumentError(name, Cat(name, " must be a number"));
  const double number = value->to_number<double>();
  if (!(number >= min && number <= max)) throw ArgumentError(name, Cat(name, " must be ", min, " to ", max));
  return number;
}

bool Arguments::Flag(const char* name, bool otherwise) {
  asked_.insert(name);
  const boost::json::value* value = object_.if_contains(name);
  if (value == nullptr) return otherwise;
  if (value->is_bool()) return value->as_bool();
  if (*value == 1 || *value == "true") return true;
  if (*value == 0 || *value == "false") return false;
  throw ArgumentError(name, Cat(name, " must be true or false"));
}

double Arguments::Required(const char* name, double min, double max) {
  if (!Has(name)) throw ArgumentError(name, Cat(name, " is missing"));
  return Number(name, 0, min, max);
}

std::string Arguments::Text(const char* name, const std::string& otherwise) {
  asked_.insert(name);
  const boost::json::value* value = object_.if_contains(name);
  if (value == nullptr) return otherwise;
  if (!value->is_string()) throw ArgumentError(name, Cat(name, " must be a string"));
  return std::string(value->as_string());
}

boost::json::value Arguments::Value(const char* name) {
  asked_.insert(name);
  const boost::json::value* value = object_.if_contains(name);
  if (value == nullptr) throw ArgumentError(name, Cat(name, " is missing"));
  return *value;
}

std::string Arguments::SystemName(const std::string& otherwise) {
  std::string name = Text("system", otherwise);
  if (!IsSystemName(name)) {
    throw ArgumentError("system", Cat("there is no system ", name,
                                      "; say dynamics365, entra, campaign, ims, journal, identity, both or all"));
  }
  return name;
}

void Arguments::CheckNothingElse() const {
  for (const auto& member : object_) {
    const std::string name(member.key());
    if (!asked_.contains(name)) throw ArgumentError(name, Cat("there is no option ", name));
  }
}

}  // namespace causeway::sandbox
