// Flags: what a service is told at its start, on the command line or in the environment.
//
//   std::string kafka = "127.0.0.1:9092";
//   Flags flags("causeway-ingress", "Carries rows of Dynamics 365 to Campaign.");
//   flags.Add("kafka", &kafka, "host:port of Kafka brokers, comma-separated");
//   if (auto exit_code = flags.Parse(argc, argv)) return *exit_code;
//
// --max-rows is also read from CAUSEWAY_MAX_ROWS; the command line wins. A variable holds its default until Parse, and
// outlives the Flags. A name that isn't known and a value that can't be read end the program with a message and
// kUsageError.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace causeway::process {

class Flags {
 public:
  Flags(const std::string& program, const std::string& summary);
  ~Flags();
  Flags(const Flags&) = delete;
  Flags& operator=(const Flags&) = delete;

  void Add(const std::string& name, std::string* value, const std::string& help);
  void Add(const std::string& name, int* value, const std::string& help);
  void Add(const std::string& name, bool* value, const std::string& help);
  // As "1.5s", "200ms", "2m", "24h"; not negative.
  void Add(const std::string& name, absl::Duration* value, const std::string& help);
  // May be given several times; comma-separated in the environment.
  void Add(const std::string& name, std::vector<std::string>* value, const std::string& help);

  // An exit code: of --help and --version (0), or of a mistake, which has been printed. nullopt: go on.
  std::optional<int> Parse(int argc, const char* const* argv);

  // What was wrong, in a line; empty unless Parse found a mistake.
  const std::string& mistake() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace causeway::process
