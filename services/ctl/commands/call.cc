#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>

#include <iostream>
#include <memory>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "causeway/v1/definition_services.pb.h"
#include "services/ctl/commands/commands.h"
#include "services/ctl/exit_code.h"
#include "services/ctl/print.h"

namespace causeway::ctl {
namespace {

using google::protobuf::FileDescriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::MethodDescriptor;

// Every unary method of the public API, as Service.Method.
std::map<std::string, const MethodDescriptor*> Methods() {
  std::map<std::string, const MethodDescriptor*> methods;
  for (const FileDescriptor* file :
       {v1::Organization::descriptor()->file(), v1::Workflow::descriptor()->file(),
        v1::DeadLetter::descriptor()->file(), v1::GetInstanceRequest::descriptor()->file()}) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        const MethodDescriptor* method = file->service(s)->method(m);
        if (!method->server_streaming())
          methods.emplace(absl::StrCat(file->service(s)->name(), ".", method->name()), method);
      }
    }
  }
  return methods;
}

std::unique_ptr<Message> New(const google::protobuf::Descriptor* type) {
  return std::unique_ptr<Message>(MessageFactory::generated_factory()->GetPrototype(type)->New());
}

absl::Status Call(Session& session, const std::string& name, std::string json) {
  const auto methods = Methods();
  if (name.empty()) {
    for (const auto& [known, method] : methods) session.out << known << "\n";
    return absl::OkStatus();
  }
  const auto found = methods.find(name);
  if (found == methods.end()) {
    std::vector<std::string> names;
    for (const auto& [known, method] : methods) names.push_back(known);
    const std::string nearest = Nearest(name, names);
    return Fail(ExitCode::kUsage,
                absl::StrCat("There is no method ", name, nearest.empty() ? "" : "; did you mean " + nearest + "?",
                             "\n  `causewayctl call` without a name lists them."));
  }
  if (json == "-") json = (std::ostringstream() << std::cin.rdbuf()).str();
  auto request = New(found->second->input_type());
  const auto parsed = google::protobuf::util::JsonStringToMessage(json, request.get());
  if (!parsed.ok()) {
    return Fail(ExitCode::kUsage, absl::StrCat("The request is no ", found->second->input_type()->name(), ": ",
                                               std::string(parsed.message())));
  }
  auto response = New(found->second->output_type());
  if (auto status = session.api().Call(name, *request, *response); !status.ok()) return status;
  session.out << (session.format == Format::kYaml ? ToYaml(*response) : ToJson(*response) + "\n");
  return absl::OkStatus();
}

}  // namespace

void AddCallCommand(CLI::App& app, Session& session) {
  struct Options {
    std::string method;
    std::string json = "{}";
  };
  auto options = std::make_shared<Options>();
  CLI::App* call = AddCommand(app, session, "call", "Call any method of the API with a request in JSON",
                              [&session, options] { return Call(session, options->method, options->json); });
  call->add_option("method", options->method,
                   "Service.Method, such as WorkflowService.GetWorkflow; left out: list them");
  call->add_option("request", options->json, "The request; - is standard input")->capture_default_str();
}

}  // namespace causeway::ctl
