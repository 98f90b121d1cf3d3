#include "common/mapping/problem.h"

#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/errors/sentences.h"
#include "common/mapping/absl_view.h"
#include "common/mapping/conversion.h"
#include "common/mapping/profile_fields.h"
#include "common/mapping/zone.h"

namespace causeway::mapping {
namespace {

class Checker {
 public:
  explicit Checker(const v1::TableMapping& mapping) : mapping_(mapping) {}

  std::vector<Problem> Run() {
    if (mapping_.source_table().empty()) Add("source_table", "Name the Dynamics 365 table.");
    if (mapping_.target_resource().empty()) Add("target_resource", "Name the Campaign resource.");
    if (mapping_.target_key().empty()) Add("target_key", "Name the Campaign field that identifies a record.");
    bool key_mapped = mapping_.target_key().empty();
    for (int i = 0; i < mapping_.fields_size(); ++i) {
      CheckField(mapping_.fields(i), absl::StrCat("fields[", i, "]"));
      key_mapped |= mapping_.fields(i).target_field() == mapping_.target_key();
    }
    absl::TimeZone zone;
    if (!mapping_.time_zone().empty() && !LoadZone(mapping_.time_zone(), zone)) {
      Add("time_zone", absl::StrCat("There is no time zone ", mapping_.time_zone(), "; an IANA name is one like Europe/Amsterdam."));
    }
    if (!key_mapped)
      Add("target_key", absl::StrCat("No column is mapped to the key field ", mapping_.target_key(), "."));
    return std::move(problems_);
  }

 private:
  void Add(std::string field, std::string reason) {
    problems_.push_back({std::move(field), errors::kMappingInvalid, std::move(reason)});
  }

  void CheckField(const v1::FieldMapping& field, const std::string& path) {
    if (field.source_column().empty()) Add(path + ".source_column", "Name the column.");
    if (field.target_field().empty()) {
      Add(path + ".target_field", "Name the Campaign field.");
    } else {
      CheckTarget(field.target_field(), path);
    }
    CheckReplacements(field, path);
  }

  void CheckTarget(const std::string& target, const std::string& path) {
    if (target.front() == '/' || target.back() == '/' || absl::StrContains(target, "//")) {
      Add(path + ".target_field", absl::StrCat(target, " is not a path of field names."));
    } else if (!targets_.insert(target).second) {
      Add(path + ".target_field", absl::StrCat("Field ", target, " is mapped twice."));
    }
    if (mapping_.target_resource() == "profile" && IsComputedProfileField(target)) {
      Add(path + ".target_field", absl::StrCat("Campaign sets ", target, " itself",
                                               target == "title" ? "; the courtesy title is salutation." : ", and takes no value for it."));
    }
    for (const std::string& other : targets_) {
      if (absl::StartsWith(other, target + "/") || absl::StartsWith(target, other + "/")) {
        Add(path + ".target_field",
            absl::StrCat("Fields ", other, " and ", target, " can't both be mapped: one is inside the other."));
      }
    }
  }

  void CheckReplacements(const v1::FieldMapping& field, const std::string& path) {
    if (field.replacements_size() > 0 && field.target_field() == mapping_.target_key()) {
      Add(path + ".replacements", "The key is written as it is: two records could become one.");
    }
    std::set<std::string> seen;
    for (int i = 0; i < field.replacements_size(); ++i) {
      const std::string& from = field.replacements(i).from();
      if (!seen.insert(from).second) {
        Add(absl::StrCat(path, ".replacements[", i, "].from"),
            absl::StrCat("\"", from, "\" is replaced twice; only the first counts."));
      }
      CheckReplacing(field, i, path);
    }
  }

  // What is written instead is text, whatever the column is; without a type it is known only with Campaign's metadata.
  void CheckReplacing(const v1::FieldMapping& field, int i, const std::string& path) {
    const std::string& to = field.replacements(i).to();
    const Converter convert = FindTextConverter(field.target_type());
    if (convert == nullptr || to.empty()) return;
    std::string scratch;
    const Converted converted = convert(AbsentBlanks(field.target_type(), to), scratch, absl::UTCTimeZone());
    if (converted.refusal.empty()) return;
    Add(absl::StrCat(path, ".replacements[", i, "].to"),
        absl::StrCat("\"", to, "\" can't be written to ", field.target_field(), ": it ", std::string(converted.refusal), "."));
  }

  static std::string_view AbsentBlanks(v1::FieldType type, std::string_view text) {
    if (type == v1::FIELD_TYPE_STRING) return text;
    const absl::string_view stripped = absl::StripAsciiWhitespace(AbslView(text));
    return {stripped.data(), stripped.size()};
  }

  const v1::TableMapping& mapping_;
  std::set<std::string> targets_;
  std::vector<Problem> problems_;
};

}  // namespace

std::vector<Problem> CheckDefinition(const v1::TableMapping& mapping) { return Checker(mapping).Run(); }

absl::Status ToStatus(std::span<const Problem> problems, absl::string_view source_table) {
  if (problems.empty()) return absl::OkStatus();
  std::vector<errors::Sentence> sentences;
  for (const Problem& problem : problems) sentences.push_back({problem.reason, problem.name});
  return errors::Make(problems.front().code, errors::Together(sentences), source_table);
}

}  // namespace causeway::mapping
