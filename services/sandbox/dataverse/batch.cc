#include "services/sandbox/dataverse/batch.h"

#include <optional>
#include <utility>
#include <vector>

#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/multipart.h"
#include "services/sandbox/dataverse/odata_error.h"
#include "services/sandbox/dataverse/preferences.h"
#include "services/sandbox/dataverse/resource_path.h"

namespace causeway::sandbox::dataverse {
namespace {

constexpr size_t kMaxOperations = 1000;
constexpr std::string_view kAnswerBoundary = "batchresponse_5a4db0c0";
constexpr std::string_view kChangeSetBoundary = "changesetresponse_5a4db0c0";

bool Failed(const http::Response& response) { return response.status >= 400; }

// The path and query of an operation's target: a whole URL, a path, or a resource of the Web API's base.
std::string TargetOf(std::string_view target) {
  const size_t scheme = target.find("://");
  if (scheme != std::string_view::npos && scheme < target.find('?')) {
    const size_t path = target.find('/', scheme + 3);
    return std::string(path == std::string_view::npos ? "/" : target.substr(path));
  }
  return target.starts_with('/') ? std::string(target) : Cat(kVersionPath, target);
}

// Parts of an operation or of a change set of operations.
struct Item {
  std::vector<Part> operations;
  bool change_set = false;
};

std::variant<std::vector<Item>, ODataError> ReadItems(const http::Request& request) {
  const std::string boundary = BoundaryOf(request.Header("Content-Type"));
  if (boundary.empty()) return WrongContentType("multipart/mixed; boundary=…");
  const auto parts = ReadParts(request.body, boundary);
  if (!parts || parts->empty()) return MalformedBody("it isn't made of parts with this boundary.");
  std::vector<Item> items;
  size_t operations = 0;
  for (const Part& part : *parts) {
    Item item{{part}, false};
    const std::string inner = BoundaryOf(part.head.Header("Content-Type"));
    if (!inner.empty()) {
      auto change_set = ReadParts(part.content, inner);
      if (!change_set || change_set->empty())
        return MalformedBody("a change set isn't made of parts with its boundary.");
      item = {*std::move(change_set), true};
    }
    operations += item.operations.size();
    items.push_back(std::move(item));
  }
  if (operations > kMaxOperations)
    return BadRequest(Cat("The batch holds ", operations, " operations; at most ", kMaxOperations, " are allowed."));
  return items;
}

// What the operations of a change set made, by their Content-ID: $1 stands for the row's address.
class References {
 public:
  void Add(std::string_view content_id, const http::Response& response) {
    if (content_id.empty()) return;
    for (const auto& [name, value] : response.headers) {
      if (name == "OData-EntityId") urls_.emplace_back(Cat("$", content_id), value);
    }
  }

  // $1, or $1/property.
  std::string InTarget(const std::string& target) const {
    for (const auto& [reference, url] : urls_) {
      if (target == reference || target.starts_with(reference + "/")) return url + target.substr(reference.size());
    }
    return target;
  }

  // A whole string of the body, as "parentcustomerid_account@odata.bind": "$1".
  std::string InBody(std::string body) const {
    for (const auto& [reference, url] : urls_) {
      const std::string quoted = Cat("\"", reference, "\"");
      for (size_t at = body.find(quoted); at != std::string::npos; at = body.find(quoted, at))
        body.replace(at + 1, reference.size(), url);
    }
    return body;
  }

 private:
  std::vector<std::pair<std::string, std::string>> urls_;
};

// Carries out the items of one batch.
class Runner {
 public:
  Runner(Database& database, const http::Request& batch, const CarryOut& carry_out)
      : database_(database), batch_(batch), carry_out_(carry_out) {}

  // Whether the item was successful; its answer is appended.
  bool Run(const Item& item) { return item.change_set ? RunChangeSet(item) : RunSingle(item.operations.front()); }
  // Of the last item that failed.
  int failure() const { return failure_; }
  std::string Take() { return std::move(body_); }

 private:
  bool RunSingle(const Part& part) {
    const http::Response response = Execute(part, false, nullptr);
    AppendAnswerPart(kAnswerBoundary, part.head.Header("Content-ID"), response, body_);
    return Note(response);
  }

  // All operations are carried out, or none; then only the answer of the one that failed is sent.
  bool RunChangeSet(const Item& item) {
    Database::Transaction transaction(database_);
    std::string answers;
    References made;
    for (const Part& part : item.operations) {
      const http::Response response = Execute(part, true, &made);
      if (!Note(response)) {
        AppendAnswerPart(kAnswerBoundary, part.head.Header("Content-ID"), response, body_);
        return false;
      }
      AppendAnswerPart(kChangeSetBoundary, part.head.Header("Content-ID"), response, answers);
    }
    transaction.Commit();
    Append(body_, "--", kAnswerBoundary, "\r\nContent-Type: multipart/mixed; boundary=", kChangeSetBoundary, "\r\n\r\n",
           answers, "--", kChangeSetBoundary, "--\r\n");
    return true;
  }

  // `made`: of the change set that it is part of; null: of none.
  http::Response Execute(const Part& part, bool in_change_set, References* made) {
    if (part.head.ContentType() != "application/http") return WrongContentType("application/http").ToResponse();
    std::optional<http::Request> operation = ReadRequest(part.content);
    if (!operation) return MalformedBody("an operation of the batch is no HTTP request.").ToResponse();
    if (in_change_set && operation->method == "GET")
      return BadRequest("A change set holds a GET request; only changes are allowed there.").ToResponse();
    std::string target(operation->target), body(operation->body);
    if (made != nullptr) {
      target = made->InTarget(target);
      body = made->InBody(std::move(body));
    }
    if (target.starts_with('$') && target != "$batch")
      return BadRequest(Cat("The Content-ID reference '", target, "' is not known in this change set.")).ToResponse();
    target = TargetOf(target);
    if (target.find("$batch") != std::string::npos) return BadRequest("A batch can't hold a batch.").ToResponse();
    operation->target = target;
    operation->body = body;
    operation->headers.emplace_back("Host", batch_.host());
    http::Response response = carry_out_(*operation);
    if (made != nullptr) made->Add(part.head.Header("Content-ID"), response);
    return response;
  }

  bool Note(const http::Response& response) {
    if (Failed(response)) failure_ = response.status;
    return !Failed(response);
  }

  Database& database_;
  const http::Request& batch_;
  const CarryOut& carry_out_;
  std::string body_;
  int failure_ = 0;
};

}  // namespace

http::Response AnswerBatch(Database& database, const http::Request& request, const CarryOut& carry_out) {
  const auto preferences = ReadPreferences(request);
  if (const auto* error = std::get_if<ODataError>(&preferences)) return error->ToResponse();
  const bool goes_on = std::get<Preferences>(preferences).continue_on_error;
  const auto items = ReadItems(request);
  if (const auto* error = std::get_if<ODataError>(&items)) return error->ToResponse();
  Runner runner(database, request, carry_out);
  bool stopped = false;
  for (const Item& item : std::get<std::vector<Item>>(items)) {
    stopped = !runner.Run(item) && !goes_on;
    if (stopped) break;
  }
  http::Response response{stopped ? runner.failure() : 200, {{"OData-Version", "4.0"}}, "", runner.Take()};
  if (goes_on) response.headers.emplace_back("Preference-Applied", "odata.continue-on-error");
  response.content_type = Cat("multipart/mixed; boundary=", kAnswerBoundary);
  Append(response.body, "--", kAnswerBoundary, "--\r\n");
  return response;
}

}  // namespace causeway::sandbox::dataverse
