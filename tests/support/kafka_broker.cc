#include "tests/support/kafka_broker.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "tests/support/eventually.h"
#include "tests/support/paths.h"
#include "tests/support/port.h"

namespace causeway::test_support {
namespace {

// Generous: the machine may be busy, and the first start on a machine fetches Kafka.
constexpr absl::Duration kStartTimeout = absl::Seconds(90);
constexpr char kStarted[] = "Kafka Server started";

}  // namespace

KafkaBroker::KafkaBroker()
    : port_(FreePort()), controller_port_(FreePort()), bootstrap_(absl::StrCat("127.0.0.1:", port_)) {}

absl::StatusOr<std::unique_ptr<KafkaBroker>> KafkaBroker::Start() {
  std::unique_ptr<KafkaBroker> broker(new KafkaBroker);
  if (absl::Status launched = broker->Launch(); !launched.ok()) return launched;
  return broker;
}

absl::Status KafkaBroker::Launch() {
  process_ = std::make_unique<Process>(Process::Options{
      .program = SourcePath("deploy/local/kafka/broker"),
      .args = {"run", "--dir", dir_.path(), "--port", absl::StrCat(port_), "--controller-port",
               absl::StrCat(controller_port_)},
      .log_file = dir_.File("broker.log"),
  });
  const auto settled = [this] { return absl::StrContains(Log(), kStarted) || !process_->Running(); };
  if (Eventually(kStartTimeout, settled) && process_->Running()) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("Kafka did not start:\n", Log()));
}

void KafkaBroker::Kill9() { process_->Kill9(); }

void KafkaBroker::Stop() { process_->Terminate(); }

void KafkaBroker::Pause() { process_->Pause(); }

void KafkaBroker::Resume() { process_->Resume(); }

absl::Status KafkaBroker::Restart() {
  Stop();
  return Launch();
}

std::string KafkaBroker::Log() const { return process_->Log(); }

}  // namespace causeway::test_support
