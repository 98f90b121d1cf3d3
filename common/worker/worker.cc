#include "common/worker/worker.h"

#include <unistd.h>

#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/async/scope.h"
#include "common/async/sleep.h"
#include "common/backlog/broker_watch.h"
#include "common/backlog/kafka_broker.h"
#include "common/broker_flags/broker_flags.h"
#include "common/errors/error.h"
#include "common/http/curl_client.h"
#include "common/metrics/exposer.h"
#include "common/metrics/names.h"
#include "common/process/log.h"
#include "common/process/program.h"
#include "common/process/version.h"
#include "common/rpc/server.h"
#include "common/store/rocks_store.h"
#include "common/worker/measured_broker.h"
#include "common/worker/observed_link.h"
#include "common/worker/readiness.h"

namespace causeway::worker {
namespace {

constexpr absl::Duration kServerGrace = absl::Seconds(1);
constexpr absl::Duration kShowIndexEvery = absl::Seconds(1);

struct Flags {
  std::string listen = "127.0.0.1:0";
  std::string metrics = "127.0.0.1:0";
  std::string controller = "127.0.0.1:17003";
  BrokerFlags broker;
  std::string replica;
  std::string state_dir;
  std::string ca_file;
  std::string proxy;

  void AddTo(process::Flags& flags) {
    flags.Add("listen", &listen, "host:port of gRPC health and reflection; port 0 chooses a free one");
    flags.Add("metrics", &metrics, "host:port of /metrics; port 0 chooses a free one");
    flags.Add("controller", &controller, "host:port of causeway-controller");
    broker.AddTo(flags);
    flags.Add("replica", &replica,
              "this replica's name, the same after a restart, unique in the service (default: the host's name)");
    flags.Add("state-dir", &state_dir, "directory for a copy of what Kafka holds; losing it costs time only");
    flags.Add("ca-file", &ca_file, "PEM file of authorities to trust instead of the system's");
    flags.Add("proxy", &proxy, "proxy for HTTP requests, http://host:port");
  }
};

std::string HostName() {
  char name[256] = {};
  return gethostname(name, sizeof(name) - 1) == 0 ? name : "replica";
}

// How large the copy of the index is.
async::Task<void> ShowIndex(async::Loop& loop, const store::RocksStore& store, metrics::Registry& registry) {
  const metrics::Gauge bytes = registry.Get(metrics::kIndexBytes), entries = registry.Get(metrics::kIndexEntries);
  for (;; co_await async::SleepFor(loop, kShowIndexEvery)) {
    const store::RocksStore::Size size = store.size();
    bytes.Set(static_cast<double>(size.bytes));
    entries.Set(static_cast<double>(size.entries));
  }
}

std::string NewIncarnation(async::Random& random) { return absl::StrFormat("%016x", random()); }

// Declared in the order of who needs whom; ended in the reverse.
async::Task<absl::Status> Serve(async::IoLoop& loop, process::Stop& stop, const Flags& flags, const Service& service) {
  if (!flags.ca_file.empty() && access(flags.ca_file.c_str(), R_OK) != 0) {
    co_return errors::Make(errors::kConfiguration, absl::StrCat("--ca-file ", flags.ca_file, " can't be read."));
  }
  auto registry = std::make_shared<metrics::Registry>();
  const metrics::BuildInfo build{service.name, std::string(process::Version()), std::string(process::Commit())};
  metrics::CertificateFiles certificates = flags.broker.certificates();
  certificates.authorities.push_back(flags.ca_file);
  auto exposer = metrics::Exposer::Start(flags.metrics, registry, build, std::move(certificates));
  if (!exposer.ok()) co_return process::Misconfigured(exposer.status());
  auto server = rpc::Server::Start({.address = flags.listen}, {});
  if (!server.ok()) co_return process::Misconfigured(server.status());

  auto kafka_options = flags.broker.Options(flags.replica);
  if (!kafka_options.ok()) co_return process::Misconfigured(kafka_options.status());
  auto kafka = backlog::KafkaBroker::Make(loop, *std::move(kafka_options));
  if (!kafka.ok()) co_return process::Misconfigured(kafka.status());
  auto store = store::RocksStore::Open(flags.state_dir);
  if (!store.ok()) co_return process::Misconfigured(store.status());
  if (!(*store)->wiped_because().empty()) log::Warning("index_copy_wiped", {{"because", (*store)->wiped_because()}});

  async::Random random{std::random_device{}()};
  http::CurlOptions http_options;
  http_options.ca_file = flags.ca_file;
  http_options.proxy = flags.proxy;
  http::CurlClient http(loop, http_options);
  MeasuredBroker broker(loop, **kafka, *registry);
  engine::World world{loop, random, broker, http, **store, flags.replica};

  const std::unique_ptr<engine::Connectors> connectors = service.connect(*registry);
  control::GrpcControlLink stream(loop, flags.controller);
  Readiness readiness([&server](bool ready) { (*server)->SetServing(ready); });
  ObservedLink link(stream, *registry, [&readiness] { readiness.ControllerSeen(); });
  const metrics::Gauge broker_reachable = registry->Get(metrics::kBrokerReachable);
  const backlog::BrokerWatch broker_watch(loop, **kafka, [&](bool reachable) {
    broker_reachable.Set(reachable);
    readiness.BrokerReachable(reachable);
  });
  engine::Supervisor supervisor(world, *connectors, link, service.type, NewIncarnation(random), build.version);
  async::Scope tasks(loop);
  tasks.Spawn(ShowIndex(loop, **store, *registry));
  log::Info("serving", {{"replica", flags.replica},
                        {"listen", (*server)->address()},
                        {"metrics_port", (*exposer)->port()},
                        {"controller", flags.controller}});

  co_await stop.Requested();
  readiness.Stopping();
  co_await supervisor.Shutdown();
  co_await (*server)->Stop(loop, kServerGrace);
  co_return absl::OkStatus();
}

}  // namespace

int Run(int argc, const char* const* argv, const Service& service) {
  Flags flags;
  process::Program program(service.name, service.summary);
  flags.AddTo(program.flags());
  return program.Run(argc, argv, [&](async::IoLoop& loop, process::Stop& stop) {
    if (flags.replica.empty()) flags.replica = HostName();
    if (flags.state_dir.empty()) flags.state_dir = absl::StrCat("/var/lib/causeway/", service.name);
    return Serve(loop, stop, flags, service);
  });
}

}  // namespace causeway::worker
