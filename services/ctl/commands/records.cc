#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/ctl/commands/commands.h"
#include "services/ctl/format.h"
#include "services/ctl/print.h"

namespace causeway::ctl {
namespace {

struct Options {
  std::string name;
  int limit = 50;
};

absl::Status ListDeadLetters(Session& session, const Options& options) {
  auto parent = FindWorkflow(session, options.name);
  if (!parent.ok()) return parent.status();
  auto letters = ListAs<v1::DeadLetter>(session.api(), kDeadLetters, *parent, options.limit);
  if (!letters.ok()) return WithNearestName(session, kWorkflows, *parent, letters.status());
  const auto row = [](const v1::DeadLetter& letter) -> std::vector<std::string> {
    return {IdOf(letter.name()), FormatClock(ToTime(letter.time())), letter.table(),  letter.source_id(),
            letter.code(),       FormatCount(letter.attempts()),     letter.message()};
  };
  PrintList<v1::DeadLetter>(session, *letters, Table({"ID", "TIME", "TABLE", "RECORD", "CODE", ">ATTEMPTS", "REASON"}),
                            "There are no dead letters.", row);
  return absl::OkStatus();
}

absl::Status GetDeadLetter(Session& session, const std::string& text) {
  auto name = ExpandName(kDeadLetters, text);
  if (!name.ok()) return name.status();
  auto letter = GetAs<v1::DeadLetter>(session.api(), kDeadLetters, *name);
  if (!letter.ok()) return letter.status();
  Print(session, *letter);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<v1::AuditEntry>> FetchAudit(Session& session, const Options& options) {
  std::vector<v1::AuditEntry> entries;
  v1::ListAuditEntriesRequest request;
  request.set_parent(options.name);
  do {
    request.set_page_size(std::min(options.limit - static_cast<int>(entries.size()), 1000));
    v1::ListAuditEntriesResponse response;
    if (auto status = session.api().Call("AuditService.ListAuditEntries", request, response); !status.ok())
      return status;
    entries.insert(entries.end(), response.audit_entries().begin(), response.audit_entries().end());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty() && static_cast<int>(entries.size()) < options.limit);
  return entries;
}

std::string ChangesText(const v1::AuditEntry& entry) {
  std::vector<std::string> parts;
  for (const v1::AuditEntry::Change& change : entry.changes()) {
    parts.push_back(absl::StrCat(change.path(), ": ", change.before().empty() ? "unset" : change.before(), " → ",
                                 change.after().empty() ? "unset" : change.after()));
  }
  if (!entry.note().empty()) parts.push_back(entry.note());
  constexpr size_t kShown = 3;
  const size_t all = parts.size();
  if (all > kShown) {
    parts.resize(kShown);
    parts.push_back(absl::StrCat("and ", all - kShown, " more (-o yaml shows all)"));
  }
  return absl::StrJoin(parts, "; ");
}

absl::Status ListAudit(Session& session, const Options& options) {
  auto entries = FetchAudit(session, options);
  if (!entries.ok()) return entries.status();
  const auto row = [](const v1::AuditEntry& entry) -> std::vector<std::string> {
    return {FormatClock(ToTime(entry.time())), entry.actor(), entry.action(), ShortName(entry.resource()),
            ChangesText(entry)};
  };
  PrintList<v1::AuditEntry>(session, *entries, Table({"TIME", "WHO", "ACTION", "RESOURCE", "WHAT"}),
                            "Nothing was done yet.", row);
  return absl::OkStatus();
}

}  // namespace

void AddRecordCommands(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App& letters =
      *app.add_subcommand("dead-letters", "Records that the destination refused for good")->require_subcommand(1);
  CLI::App* list = AddCommand(letters, session, "list", "The dead letters of a workflow, newest first",
                              [&session, options] { return ListDeadLetters(session, *options); });
  options->name = "ingress";
  list->add_option("workflow", options->name, "The workflow; the only ingress there is when left out");
  list->add_option("--limit", options->limit, "The most to show")->capture_default_str()->check(AboveZero());
  session.completes[list] = &kWorkflows;

  auto letter = std::make_shared<std::string>();
  CLI::App* get = AddCommand(letters, session, "get", "One dead letter with its row (personal data)",
                             [&session, letter] { return GetDeadLetter(session, *letter); });
  AddName(*get, session, kDeadLetters, *letter);

  auto audit_options = std::make_shared<Options>();
  CLI::App& audit = *app.add_subcommand("audit", "Who did what, when")->require_subcommand(1);
  CLI::App* entries = AddCommand(audit, session, "list", "The audit trail, newest first",
                                 [&session, audit_options] { return ListAudit(session, *audit_options); });
  entries->add_option("resource", audit_options->name, "Only resources whose full name begins with this");
  entries->add_option("--limit", audit_options->limit, "The most to show")
      ->capture_default_str()
      ->check(AboveZero());
}

}  // namespace causeway::ctl
