// KafkaBroker: a real Apache Kafka broker for a test, on free loopback ports and a data folder of its own.
//
// Life: Start returns one that serves requests (about 2 s on an idle machine); the destructor ends it and removes its
// data. The first start on a machine fetches Kafka's jars (deploy/local/kafka/broker fetch; tests/run does it
// beforehand). One thread at a time, and the thread that starts it must outlive it (Process).
//
// Topics aren't made by themselves. Data outlives Kill9 and Restart; ports and bootstrap() stay the same.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace causeway::test_support {

class KafkaBroker {
 public:
  static absl::StatusOr<std::unique_ptr<KafkaBroker>> Start();

  // host:port for clients' bootstrap.servers.
  const std::string& bootstrap() const { return bootstrap_; }

  // Ends it at once, as a crash does.
  void Kill9();

  // Ends it with SIGTERM.
  void Stop();

  // SIGSTOP and SIGCONT: the broker hangs with its connections open, and goes on.
  void Pause();
  void Resume();

  // Starts it again on the same ports and data, ending it first (SIGTERM) if it runs. Returns when it serves requests:
  // after Kill9 that is 2 s later than otherwise, as the former incarnation's registration has to run out.
  absl::Status Restart();

  // What the broker has logged since its last start.
  std::string Log() const;

 private:
  KafkaBroker();
  absl::Status Launch();

  TempDir dir_;
  int port_;
  int controller_port_;
  std::string bootstrap_;
  std::unique_ptr<Process> process_;
};

}  // namespace causeway::test_support
