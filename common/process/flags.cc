#include "common/process/flags.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/process/exit_code.h"
#include "common/process/version.h"

namespace causeway::process {
namespace {

std::string VariableOf(const std::string& name) {
  return absl::StrCat("CAUSEWAY_", absl::AsciiStrToUpper(absl::StrReplaceAll(name, {{"-", "_"}})));
}

}  // namespace

struct Flags::Impl {
  explicit Impl(const std::string& program, const std::string& summary) : app(summary, program) {}

  template <typename T>
  CLI::Option* Add(const std::string& name, T* value, const std::string& help) {
    return app.add_option("--" + name, *value, help)->envname(VariableOf(name))->capture_default_str();
  }

  CLI::App app;
  std::string mistake;
};

Flags::Flags(const std::string& program, const std::string& summary) : impl_(std::make_unique<Impl>(program, summary)) {
  impl_->app.set_version_flag("--version", absl::StrCat(program, " ", Version(), " (", Commit(), ")"));
}

Flags::~Flags() = default;

void Flags::Add(const std::string& name, std::string* value, const std::string& help) { impl_->Add(name, value, help); }

void Flags::Add(const std::string& name, int* value, const std::string& help) { impl_->Add(name, value, help); }

void Flags::Add(const std::string& name, bool* value, const std::string& help) {
  impl_->app.add_flag("--" + name + ",!--no-" + name, *value, help)->envname(VariableOf(name))->capture_default_str();
}

void Flags::Add(const std::string& name, absl::Duration* value, const std::string& help) {
  const auto parse = [name, value](const std::string& text) {
    absl::Duration parsed;
    if (!absl::ParseDuration(text, &parsed) || parsed < absl::ZeroDuration()) {
      throw CLI::ValidationError("--" + name, "\"" + text + "\" is not a duration such as 200ms, 1.5s, 2m or 24h");
    }
    *value = parsed;
  };
  impl_->app.add_option_function<std::string>("--" + name, parse, help)
      ->envname(VariableOf(name))
      ->default_str(absl::FormatDuration(*value))
      ->type_name("DURATION");
}

void Flags::Add(const std::string& name, std::vector<std::string>* value, const std::string& help) {
  impl_->Add(name, value, help)->delimiter(',')->allow_extra_args(false);
}

std::optional<int> Flags::Parse(int argc, const char* const* argv) {
  try {
    impl_->app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    const bool asked = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
    impl_->app.exit(error, std::cout, std::cerr);
    if (asked) return kStopped;
    impl_->mistake = error.what();
    return kUsageError;
  }
}

const std::string& Flags::mistake() const { return impl_->mistake; }

}  // namespace causeway::process
