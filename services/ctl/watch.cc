#include "services/ctl/watch.h"

#include <grpcpp/client_context.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "causeway/v1/workflow_service.grpc.pb.h"
#include "services/ctl/call_error.h"
#include "services/ctl/exit_code.h"
#include "services/ctl/format.h"
#include "services/ctl/interrupt.h"
#include "services/ctl/print.h"
#include "services/ctl/screen.h"
#include "services/ctl/workflow_view.h"

namespace causeway::ctl {
namespace {

constexpr absl::Duration kReconnect = absl::Seconds(1);

// What is known of every workflow, and how it is shown.
class View {
 public:
  explicit View(Session& session) : session_(session), screen_(session.out), redraws_(Screen::IsTerminal()) {}

  void Update(const v1::Workflow& workflow) {
    Seen& seen = seen_[workflow.name()];
    const int64_t records = workflow.backlog().records();
    seen.peak = records == 0 ? 0 : std::max(seen.peak, records);
    seen.workflow = workflow;
    if (session_.format != Format::kTable) {
      session_.out << ToJson(workflow, /*indented=*/false) << std::endl;
    } else if (redraws_) {
      Redraw("");
    } else if (const std::string line = RenderLine(workflow); line != seen.line) {
      session_.out << FormatClock(absl::Now()) << " " << line << std::endl;
      seen.line = line;
    }
  }

  void Lost(const std::string& why) {
    if (session_.format == Format::kTable && redraws_) Redraw(why);
  }

  // At least one workflow is drained, and the others are not at work.
  bool drained() const {
    bool any = false;
    for (const auto& [name, seen] : seen_) {
      const bool one = IsDrained(seen.workflow);
      if (!one && seen.workflow.status() != v1::Workflow::STATUS_STOPPED) return false;
      any |= one;
    }
    return any;
  }

  // A workflow that gave up never gets drained.
  const v1::Workflow* failed() const {
    for (const auto& [name, seen] : seen_) {
      if (seen.workflow.status() == v1::Workflow::STATUS_FAILED) return &seen.workflow;
    }
    return nullptr;
  }

 private:
  struct Seen {
    v1::Workflow workflow;
    int64_t peak = 0;
    std::string line;  // As it was printed last.
  };

  void Redraw(const std::string& lost) {
    std::vector<std::string> lines;
    for (const auto& [name, seen] : seen_) {
      for (std::string& line : RenderWorkflow(seen.workflow, seen.peak, Screen::Width() - 1, absl::Now())) {
        lines.push_back(std::move(line));
      }
    }
    if (!lost.empty()) lines.push_back(lost);
    // What scrolled off the top could not be replaced.
    if (static_cast<int>(lines.size()) >= Screen::Height()) lines.resize(Screen::Height() - 1);
    screen_.Show(lines);
  }

  Session& session_;
  Screen screen_;
  const bool redraws_;
  std::map<std::string, Seen> seen_;
};

// The stream at present, for the thread that cancels it.
class Cancellable {
 public:
  void Set(grpc::ClientContext* context) {
    std::lock_guard lock(mutex_);
    context_ = context;
    if (cancelled_ && context_ != nullptr) context_->TryCancel();
  }
  void Cancel() {
    std::lock_guard lock(mutex_);
    cancelled_ = true;
    if (context_ != nullptr) context_->TryCancel();
  }

 private:
  std::mutex mutex_;
  bool cancelled_ = false;
  grpc::ClientContext* context_ = nullptr;
};

class Watcher {
 public:
  Watcher(Session& session, const WatchOptions& options)
      : session_(session),
        options_(options),
        deadline_(absl::Now() + options.timeout),
        view_(session),
        interrupt_([this] { cancellable_.Cancel(); }) {}

  absl::Status Run() {
    while (true) {
      const grpc::Status ended = Stream();
      if (interrupt_.raised() || !session_.out.good()) return absl::OkStatus();
      if (options_.until_drained && view_.drained()) return absl::OkStatus();
      if (options_.until_drained && view_.failed() != nullptr) return Failed(*view_.failed());
      if (ended.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED || absl::Now() >= deadline_)
        return Fail(ExitCode::kTimedOut, "The time is up.");
      const bool passes = ended.ok() || ended.error_code() == grpc::StatusCode::UNAVAILABLE;
      if (!ever_ || !passes) return CallError(ended, session_.api().address());
      view_.Lost(absl::StrCat("The controller at ", session_.api().address(), " is away; trying again."));
      absl::SleepFor(kReconnect);
    }
  }

 private:
  // Reads until the stream ends or there is nothing more to wait for.
  grpc::Status Stream() {
    auto stub = v1::WorkflowService::NewStub(session_.api().channel());
    grpc::ClientContext context;
    if (deadline_ < absl::InfiniteFuture()) context.set_deadline(absl::ToChronoTime(deadline_));
    v1::WatchWorkflowsRequest request;
    request.set_parent(options_.parent);
    request.mutable_interval()->set_seconds(absl::ToInt64Seconds(options_.interval));
    request.mutable_interval()->set_nanos(absl::ToInt64Nanoseconds(options_.interval) % 1'000'000'000);
    cancellable_.Set(&context);
    auto reader = stub->WatchWorkflows(&context, request);
    v1::WatchWorkflowsResponse response;
    while (reader->Read(&response)) {
      ever_ = true;
      view_.Update(response.workflow());
      if (!session_.out.flush()) context.TryCancel();  // Nobody sees it; the program says so at its end.
      if (options_.until_drained && (view_.drained() || view_.failed() != nullptr)) context.TryCancel();
    }
    grpc::Status status = reader->Finish();
    cancellable_.Set(nullptr);
    return status;
  }

  static absl::Status Failed(const v1::Workflow& workflow) {
    return Fail(ExitCode::kPrecondition,
                absl::StrCat("The workflow FAILED: ", workflow.failure().message(),
                             "\n  code: ", workflow.failure().code(), "\n  to do: ", workflow.failure().remedy()));
  }

  Session& session_;
  const WatchOptions& options_;
  const absl::Time deadline_;
  View view_;
  Cancellable cancellable_;
  bool ever_ = false;
  Interrupt interrupt_;  // Last: its thread uses what is above.
};

}  // namespace

absl::Status Watch(Session& session, const WatchOptions& options) { return Watcher(session, options).Run(); }

}  // namespace causeway::ctl
