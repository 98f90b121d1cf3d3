// causeway-sandbox: Dynamics 365 and Campaign as they are documented, for trials, tests and measurements (README.md).
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json.hpp>
#include <boost/system/system_error.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include "common/process/flags.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/control/client.h"
#include "services/sandbox/control/control.h"
#include "services/sandbox/control/state_file.h"
#include "services/sandbox/router.h"
#include "services/sandbox/world.h"

namespace causeway::sandbox {
namespace {

constexpr double kInactiveShare = 0.1;

struct SandboxFlags {
  std::string listen = "127.0.0.1";
  int port = 17002;
  int seed = 1;
  int contacts = 0;
  std::string activity_date;
  std::string addresses_file;
  std::string state_file;
};

// How clients on this machine reach it.
std::string UrlOf(const std::string& listen, uint16_t port) {
  if (listen == "0.0.0.0") return Cat("http://127.0.0.1:", port);
  if (listen == "::") return Cat("http://[::1]:", port);
  return listen.find(':') == std::string::npos ? Cat("http://", listen, ":", port)
                                               : Cat("http://[", listen, "]:", port);
}

int Fail(const std::string& what) {
  std::fprintf(stderr, "causeway-sandbox: %s\n", what.c_str());
  return 1;
}

// What a client needs to know, for example.yaml and for scripts. Its secrets are the owner's only.
std::string WriteAddresses(const std::string& path, const std::string& url, World& world) {
  const boost::json::object addresses = {{"dynamics365_url", url},
                                         {"authority", url},
                                         {"tenant_id", world.entra.settings().tenant},
                                         {"dynamics365_client_id", world.entra.settings().client_id},
                                         {"dynamics365_client_secret", world.entra.settings().client_secret},
                                         {"campaign_url", url},
                                         {"campaign_tenant", world.campaign_api.settings().tenant},
                                         {"ims_url", url},
                                         {"campaign_client_id", world.ims.settings().client_id},
                                         {"campaign_client_secret", world.ims.settings().client_secret},
                                         {"ims_organization_id", world.ims.settings().organization_id},
                                         {"journal_url", Cat(url, events::kJournalPath)}};
  const std::string temporary = path + ".new";
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  const mode_t before = umask(077);
  std::ofstream file(temporary);
  umask(before);
  file << boost::json::serialize(addresses) << "\n";
  file.close();
  if (!file || std::rename(temporary.c_str(), path.c_str()) != 0) return Cat("can't write ", path);
  return "";
}

int Serve(const SandboxFlags& flags) {
  // Before anything is read, so that being told to end never loses it.
  boost::asio::io_context io{1};
  boost::asio::signal_set signals(io, SIGTERM, SIGINT);
  const SystemClock clock;
  World world(clock, static_cast<uint64_t>(flags.seed), flags.activity_date);
  if (!flags.state_file.empty()) {
    const std::string problem = LoadState(flags.state_file, world);
    if (!problem.empty()) return Fail(Cat("can't read ", flags.state_file, ": ", problem));
  }
  if (world.contacts().size() == 0) world.Invent(flags.contacts, kInactiveShare);
  Control control(io, world);
  Router router(world, control);
  std::unique_ptr<http::Server> server;
  try {
    server = std::make_unique<http::Server>(io, flags.listen, static_cast<uint16_t>(flags.port), router);
  } catch (const boost::system::system_error& error) {
    return Fail(Cat("can't listen on ", flags.listen, ":", flags.port, ": ", error.code().message()));
  }
  const std::string url = UrlOf(flags.listen, server->port());
  if (!flags.addresses_file.empty()) {
    const std::string problem = WriteAddresses(flags.addresses_file, url, world);
    if (!problem.empty()) return Fail(problem);
  }
  // Requests are carried out from now on, so the file is out of date. What a sandbox that is killed held is lost.
  if (!flags.state_file.empty()) unlink(flags.state_file.c_str());
  std::fprintf(stderr, "causeway-sandbox: Dynamics 365 and Campaign at %s, control at %s/control/\n", url.c_str(),
               url.c_str());

  signals.async_wait([&](const boost::system::error_code&, int) {
    server->Stop();
    io.stop();
  });
  io.run();
  if (flags.state_file.empty()) return 0;
  const std::string problem = SaveState(world, flags.state_file);
  return problem.empty() ? 0 : Fail(Cat("can't write ", flags.state_file, ": ", problem));
}

// causeway-sandbox call VERB [JSON] [flags]
int CallOne(int argc, char** argv) {
  Call call;
  int port = call.port;
  absl::Duration until_equal;
  process::Flags flags("causeway-sandbox call", "VERB [JSON]: asks a sandbox's control API, and prints its answer.");
  flags.Add("host", &call.host, "where the sandbox is");
  flags.Add("port", &port, "its port");
  flags.Add("until-equal", &until_equal, "of compare and compare-events: how long to ask again until nothing is different");
  int words = 0;  // They stand before the flags.
  while (words < argc && argv[words][0] != '-') ++words;
  if (words > 1) call.verb = argv[1];
  if (words > 2) call.options = argv[2];
  const int before_flags = std::max(words - 1, 0);
  if (const auto exit_code = flags.Parse(argc - before_flags, argv + before_flags)) return *exit_code;
  if (words < 2 || words > 3) return Fail("call VERB [JSON] [flags]");
  call.port = static_cast<uint16_t>(port);
  call.until_equal = absl::ToChronoMilliseconds(until_equal);
  const Answer answer = CallSandbox(call);
  if (!answer.ok) return Fail(answer.text);
  std::printf("%s\n", answer.text.c_str());
  return 0;
}

}  // namespace
}  // namespace causeway::sandbox

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "call") return causeway::sandbox::CallOne(argc - 1, argv + 1);
  causeway::sandbox::SandboxFlags sandbox;
  causeway::process::Flags flags("causeway-sandbox",
                                 "Plays Dynamics 365 and Campaign, strictly as they are documented.");
  flags.Add("listen", &sandbox.listen, "address to listen on; there is no access control");
  flags.Add("port", &sandbox.port, "port of everything; 0 chooses a free one");
  flags.Add("seed", &sandbox.seed, "of the people, ids and faults");
  flags.Add("contacts", &sandbox.contacts, "people to invent at the start, unless the state file holds some");
  flags.Add("activity-date", &sandbox.activity_date,
            "date column of all activity tables, as adobe_date; unless told, each has its own");
  flags.Add("addresses-file", &sandbox.addresses_file, "where to write URLs and credentials, as JSON");
  flags.Add("state-file", &sandbox.state_file, "read and removed at the start, written at the end");
  if (const auto exit_code = flags.Parse(argc, argv)) return *exit_code;
  return causeway::sandbox::Serve(sandbox);
}
