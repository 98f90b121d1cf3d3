#include "services/ctl/workflow_view.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "services/ctl/format.h"
#include "services/ctl/resource_kind.h"
#include "services/ctl/table.h"

namespace causeway::ctl {
namespace {

constexpr int kBarWidth = 30;

std::string Since(const google::protobuf::Timestamp& time, absl::Time now) {
  return FormatSpan(std::max(now - ToTime(time), absl::ZeroDuration()));
}

// Cut to the width, so that it takes one line of the terminal.
std::string Cut(const std::string& text, int width) {
  if (static_cast<int>(DisplayWidth(text)) <= width) return text;
  size_t end = 0;
  for (int shown = 0; shown < width - 1; ++shown) {
    do ++end;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80);
  }
  return text.substr(0, end) + "…";
}

std::string Headline(const v1::Workflow& workflow, absl::Time now) {
  std::string line = absl::StrCat(ShortName(workflow.name()), "   ", StatusText(workflow.status()));
  if (workflow.has_status_time()) absl::StrAppend(&line, " for ", Since(workflow.status_time(), now));
  if (workflow.pinned_revision() > 0) absl::StrAppend(&line, "   revision ", workflow.pinned_revision());
  return line;
}

std::string Bar(int64_t records, int64_t peak) {
  const double done = peak <= 0 ? 1 : 1 - static_cast<double>(records) / static_cast<double>(peak);
  const int filled = std::clamp(static_cast<int>(done * kBarWidth), 0, kBarWidth);
  // 100 % is said when nothing is left.
  const int percent = records == 0 ? 100 : std::min(static_cast<int>(done * 100), 99);
  return absl::StrCat("[", std::string(filled, '#'), std::string(kBarWidth - filled, '-'), "] ", percent, " %");
}

// What matters most comes first: the end may be cut off.
std::string BacklogLine(const v1::Workflow& workflow, int64_t peak) {
  const v1::Backlog& backlog = workflow.backlog();
  if (!backlog.has_observe_time()) return "backlog not known yet";
  const bool waiting = backlog.records() > 0;
  std::string line = waiting ? absl::StrCat(Bar(backlog.records(), peak), "   ") : "";
  absl::StrAppend(&line, "backlog ", FormatCount(backlog.records()));
  if (waiting && backlog.has_time_to_drain()) {
    absl::StrAppend(&line, "   time left ", FormatSpan(ToDuration(backlog.time_to_drain())));
  }
  absl::StrAppend(&line, "   written ", FormatRate(backlog.finished_per_second()), "   queued ",
                  FormatRate(backlog.queued_per_second()));
  if (backlog.has_oldest_age()) absl::StrAppend(&line, "   oldest ", FormatSpan(ToDuration(backlog.oldest_age())));
  return waiting ? absl::StrCat(line, "   ", FormatBytes(backlog.bytes())) : line;
}

// " (contact gone 4, no contact id 5)": the most first; empty where no reason is known.
std::string Reasons(const google::protobuf::Map<std::string, int64_t>& by_reason) {
  std::vector<std::pair<int64_t, std::string>> sorted;
  for (const auto& [reason, count] : by_reason) sorted.emplace_back(-count, absl::StrReplaceAll(reason, {{"-", " "}}));
  std::sort(sorted.begin(), sorted.end());
  const auto append = [](std::string* out, const std::pair<int64_t, std::string>& reason) {
    absl::StrAppend(out, reason.second, " ", FormatCount(-reason.first));
  };
  return sorted.empty() ? "" : absl::StrCat(" (", absl::StrJoin(sorted, ", ", append), ")");
}

std::string TableLine(const v1::TableProgress& table) {
  std::string line = absl::StrCat(table.table(), "   read ", FormatCount(table.read()), "   written ",
                                  FormatCount(table.written()), "   unchanged ", FormatCount(table.unchanged()));
  if (table.skipped() > 0) absl::StrAppend(&line, "   skipped ", FormatCount(table.skipped()), Reasons(table.skipped_by_reason()));
  if (table.dead_lettered() > 0) absl::StrAppend(&line, "   dead letters ", FormatCount(table.dead_lettered()));
  absl::StrAppend(&line, "   calls ", FormatCount(table.calls()));
  return table.position().empty() ? line : absl::StrCat(line, "   ", table.position());
}

}  // namespace

std::string StatusText(v1::Workflow::Status status) {
  return v1::Workflow::Status_Name(status).substr(sizeof("STATUS_") - 1);
}

std::vector<std::string> Notes(const v1::Workflow& workflow, absl::Time now) {
  std::vector<std::string> notes;
  if (workflow.status() == v1::Workflow::STATUS_FAILED) {
    const v1::Failure& failure = workflow.failure();
    notes.push_back(absl::StrCat(failure.message(), " (", failure.code(), ")"));
    if (!failure.remedy().empty()) notes.push_back(absl::StrCat("to do: ", failure.remedy()));
  }
  if (!workflow.waiting_for().empty()) notes.push_back(absl::StrCat("waits for: ", workflow.waiting_for()));
  for (const v1::Condition& condition : workflow.conditions()) {
    notes.push_back(absl::StrCat(condition.type(), " for ", Since(condition.since(), now), ": ", condition.message(),
                                 condition.code().empty() ? "" : absl::StrCat(" (", condition.code(), ")")));
  }
  if (workflow.pending_changes()) notes.push_back("changes pending: they apply at the next stop + start");
  return notes;
}

// What reads like a sum is one. Left out where nothing was read: before its first row a table has no books.
std::vector<std::string> RenderBooks(const v1::Workflow& workflow) {
  std::vector<std::string> lines;
  for (const v1::TableTotals& totals : workflow.totals()) {
    std::string line = absl::StrCat(totals.table(), ": read ", FormatCount(totals.read()), " = queued ", FormatCount(totals.queued()),
                                    " + left out ", FormatCount(totals.left_out()), Reasons(totals.left_out_by_reason()), " + rejected ", FormatCount(totals.rejected()));
    const int64_t waiting =
        totals.queued() - totals.written() - totals.unchanged() - totals.skipped() - totals.dead_lettered();
    absl::StrAppend(&line, "; queued ", FormatCount(totals.queued()), " = written ", FormatCount(totals.written()), " + unchanged ",
                    FormatCount(totals.unchanged()), " + skipped ", FormatCount(totals.skipped()), Reasons(totals.skipped_by_reason()), " + dead letters ",
                    FormatCount(totals.dead_lettered()), " + waiting ", FormatCount(waiting));
    if (totals.swept() > 0) absl::StrAppend(&line, "; not found by a pass and deleted ", FormatCount(totals.swept()));
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> RenderWorkflow(const v1::Workflow& workflow, int64_t peak, int width, absl::Time now) {
  std::vector<std::string> lines = {Headline(workflow, now)};
  const bool configured = workflow.backlog().has_observe_time() || workflow.status() != v1::Workflow::STATUS_STOPPED;
  if (configured) lines.push_back("  " + BacklogLine(workflow, peak));
  for (const v1::TableProgress& table : workflow.tables()) lines.push_back("  " + TableLine(table));
  for (const std::string& note : Notes(workflow, now)) lines.push_back("  ! " + note);
  for (std::string& line : lines) line = Cut(line, width);
  return lines;
}

std::string RenderLine(const v1::Workflow& workflow) {
  std::string line = absl::StrCat(ShortName(workflow.name()), " ", StatusText(workflow.status()));
  const v1::Backlog& backlog = workflow.backlog();
  if (backlog.has_observe_time()) {
    absl::StrAppend(&line, " backlog ", FormatCount(backlog.records()), " queued ",
                    FormatRate(backlog.queued_per_second()), " written ", FormatRate(backlog.finished_per_second()));
  }
  if (backlog.has_time_to_drain() && backlog.records() > 0) {
    absl::StrAppend(&line, " time left ", FormatSpan(ToDuration(backlog.time_to_drain())));
  }
  for (const v1::Condition& condition : workflow.conditions()) absl::StrAppend(&line, " ", condition.type());
  if (workflow.pending_changes()) absl::StrAppend(&line, " changes pending");
  if (workflow.status() == v1::Workflow::STATUS_FAILED) absl::StrAppend(&line, ": ", workflow.failure().message());
  return line;
}

bool IsDrained(const v1::Workflow& workflow) {
  int following = 0, elsewhere = 0;
  for (const v1::TableProgress& table : workflow.tables()) {
    // What isn't read by itself has no position: an event type is part of the journal.
    if (table.position().empty()) continue;
    ++(table.position() == "following changes" ? following : elsewhere);
  }
  return workflow.status() == v1::Workflow::STATUS_RUNNING && workflow.backlog().has_observe_time() &&
         workflow.backlog().records() == 0 && following > 0 && elsewhere == 0;
}

}  // namespace causeway::ctl
