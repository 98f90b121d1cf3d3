#include "common/mapping/plan.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/mapping/json_text.h"
#include "common/mapping/replaced_text.h"
#include "common/mapping/zone.h"

namespace causeway::mapping {
namespace {

constexpr char kLabelSuffix[] = "@OData.Community.Display.V1.FormattedValue";

// The name that a column's value has in a row.
std::string RowName(const SourceColumn& column) {
  return IsLookup(column.type) ? absl::StrCat("_", column.name, "_value") : column.name;
}

bool IsNumber(v1::FieldType type) {
  return type == v1::FIELD_TYPE_INTEGER || type == v1::FIELD_TYPE_FLOAT || type == v1::FIELD_TYPE_DOUBLE;
}

// Campaign's metadata knows one type of number.
bool Agree(v1::FieldType declared, v1::FieldType actual) {
  return declared == v1::FIELD_TYPE_UNSPECIFIED || declared == actual || (IsNumber(declared) && IsNumber(actual));
}

template <typename T>
const T* FindByName(std::span<const T> items, std::string_view name) {
  auto found = std::find_if(items.begin(), items.end(), [&](const T& item) { return item.name == name; });
  return found == items.end() ? nullptr : &*found;
}

std::string_view WithoutBlanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t begin = std::min(text.find_first_not_of(kBlanks), text.size());
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

bool LongerThan(std::string_view utf8, int max) {
  if (utf8.size() <= static_cast<size_t>(max)) return false;
  const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  return std::count_if(utf8.begin(), utf8.end(), starts) > max;
}

// Compiles one mapping after the other, noting what is wrong on the way.
class Compiler {
 public:
  Compiler(const v1::TableMapping& mapping, std::span<const SourceColumn> columns,
           std::span<const DestinationField> fields, const absl::TimeZone& zone, std::vector<Problem>& problems)
      : mapping_(mapping), columns_(columns), fields_(fields), zone_(zone), problems_(problems) {}

  std::optional<Leaf> Compile(int index) {
    const v1::FieldMapping& field = mapping_.fields(index);
    path_ = absl::StrCat("fields[", index, "]");
    const SourceColumn* column = FindColumn(field);
    const DestinationField* target = FindField(field);
    if (column == nullptr || target == nullptr) return std::nullopt;

    Leaf leaf;
    leaf.column = *column;
    leaf.target = field.target_field();
    leaf.json_path = JsonName(leaf.target);
    leaf.group = field.insert_only() ? kInsertGroup : kUpdateGroup;
    const v1::FieldType type = field.target_type() == v1::FIELD_TYPE_UNSPECIFIED ? target->type : field.target_type();
    if (!SetConversion(*target, type, leaf)) return std::nullopt;
    if (leaf.target == mapping_.target_key()) MakeKey(leaf);
    SetReplacements(field, type, leaf);
    return leaf;
  }

  static std::string JsonName(std::string_view name) {
    std::string json;
    AppendJsonString(name, json);
    return json + ':';
  }

 private:
  void Add(absl::string_view member, const errors::Code& code, std::string reason, std::string name = "") {
    problems_.push_back({absl::StrCat(path_, ".", member), code, std::move(reason), std::move(name)});
  }

  // CheckDefinition looks at what is written instead too, where the mapping names the type.
  bool IsToldAlready(int replacement) const {
    const std::string field = absl::StrCat(path_, ".replacements[", replacement, "].to");
    return std::any_of(problems_.begin(), problems_.end(), [&](const Problem& problem) { return problem.field == field; });
  }

  const SourceColumn* FindColumn(const v1::FieldMapping& field) {
    const SourceColumn* column = FindByName(columns_, field.source_column());
    if (column == nullptr && !field.source_column().empty()) {
      Add("source_column", errors::kDynamicsColumnGone,
          absl::StrCat("Table ", mapping_.source_table(), " has no column ", field.source_column(),
                       " that can be read."),
          field.source_column());
    }
    return column;
  }

  const DestinationField* FindField(const v1::FieldMapping& field) {
    const DestinationField* target = FindByName(fields_, field.target_field());
    if (target == nullptr && !field.target_field().empty()) {
      Add("target_field", errors::kCampaignFieldGone,
          absl::StrCat("Resource ", mapping_.target_resource(), " has no field ", field.target_field(), "."),
          field.target_field());
    } else if (target != nullptr && !Agree(field.target_type(), target->type)) {
      Add("target_type", errors::kCampaignFieldGone,
          absl::StrCat("Field ", target->name, " of resource ", mapping_.target_resource(), " is ", Name(target->type),
                       ", not ", Name(field.target_type()), "."));
    }
    return target;
  }

  bool SetConversion(const DestinationField& target, v1::FieldType type, Leaf& leaf) {
    const ColumnType from = leaf.column.type;
    leaf.convert = FindConverter(leaf.column, type);
    if (leaf.convert == nullptr) {
      Add("target_type", errors::kMappingInvalid,
          absl::StrCat("Column ", leaf.column.name, " (", Name(from), ") can't be converted to ", Name(type), "."));
      return false;
    }
    const bool text = type == v1::FIELD_TYPE_STRING;
    leaf.quoted = IsQuoted(type);
    leaf.parses_text = !text && (from == ColumnType::kString || from == ColumnType::kMemo);
    leaf.max_length = text ? target.max_length : 0;
    leaf.zone = zone_;
    if (text && !target.nothing.empty()) {
      leaf.null_json.clear();
      AppendJsonString(target.nothing, leaf.null_json);
    }
    const bool key = leaf.target == mapping_.target_key();
    if (text && !key && HasLabels(from) && mapping_.picklist_values() == v1::TableMapping::PICKLIST_VALUES_DISPLAY) {
      leaf.label_slot = 0;  // Numbered once all leaves are known.
      leaf.convert = FindTextConverter(type);
      for (const Option& option : leaf.column.options) leaf.labels.emplace(absl::StrCat(option.value), option.label);
    }
    return true;
  }

  void MakeKey(Leaf& leaf) {
    leaf.group = kKeyGroup;
    const bool known = std::any_of(columns_.begin(), columns_.end(), [](auto& column) { return column.primary_id; });
    if (known && !leaf.column.primary_id) {
      Add("source_column", errors::kMappingInvalid,
          absl::StrCat("The key field ", leaf.target, " must be mapped from the primary key of table ",
                       mapping_.source_table(), "."));
    }
  }

  void SetReplacements(const v1::FieldMapping& field, v1::FieldType type, Leaf& leaf) {
    Leaf constant = leaf;  // What is written instead is text, whatever the column is.
    constant.convert = FindTextConverter(type);
    std::string scratch;
    for (int i = 0; i < field.replacements_size(); ++i) {
      const v1::Replacement& replacement = field.replacements(i);
      std::string json;
      std::string refusal;
      if (const std::string why = WhyNeverMatches(leaf.column, replacement.from()); !why.empty()) {
        Add(absl::StrCat("replacements[", i, "].from"), errors::kMappingInvalid,
            absl::StrCat("\"", replacement.from(), "\" never occurs in column ", leaf.column.name, " (", Name(leaf.column.type), "): ", why));
      }
      if (replacement.to().empty()) {
        json = leaf.null_json;
      } else {
        refusal = RenderValue(constant, replacement.to(), scratch, json);
      }
      if (!refusal.empty() && !IsToldAlready(i)) {
        Add(absl::StrCat("replacements[", i, "].to"), errors::kMappingInvalid,
            absl::StrCat("\"", replacement.to(), "\" can't be written to ", leaf.target, ": it ", refusal, "."));
      }
      leaf.replacements.emplace(replacement.from(), std::move(json));
    }
  }

  const v1::TableMapping& mapping_;
  std::span<const SourceColumn> columns_;
  std::span<const DestinationField> fields_;
  const absl::TimeZone& zone_;
  std::vector<Problem>& problems_;
  std::string path_;
};

// Every name once, each leaf told which it is.
void NumberSlots(Plan& plan) {
  std::set<std::string> columns;
  for (const Leaf& leaf : plan.leaves) columns.insert(RowName(leaf.column));
  plan.required_columns.assign(columns.begin(), columns.end());
  plan.slot_names = plan.required_columns;

  absl::flat_hash_map<std::string, int> slot_of;
  const auto slot = [&](const std::string& name) {
    auto [found, added] = slot_of.emplace(name, static_cast<int>(plan.slot_names.size()));
    if (added) plan.slot_names.push_back(name);
    return found->second;
  };
  for (size_t i = 0; i < plan.slot_names.size(); ++i) slot_of.emplace(plan.slot_names[i], static_cast<int>(i));
  for (Leaf& leaf : plan.leaves) {
    leaf.slot = slot(RowName(leaf.column));
    if (leaf.label_slot >= 0) leaf.label_slot = slot(RowName(leaf.column).append(kLabelSuffix));
  }
}

void Insert(Node& root, const std::string& path, int leaf) {
  Node* node = &root;
  for (const std::string& name : std::vector<std::string>(absl::StrSplit(path, '/'))) {
    const std::string json_name = Compiler::JsonName(name);
    auto at = std::lower_bound(node->members.begin(), node->members.end(), json_name,
                               [](const Node& member, const std::string& wanted) { return member.json_name < wanted; });
    if (at == node->members.end() || at->json_name != json_name) {
      at = node->members.insert(at, Node{.json_name = json_name, .leaf = -1, .members = {}});
    }
    node = &*at;
  }
  node->leaf = leaf;
}

}  // namespace

std::shared_ptr<const Plan> Plan::Make(const v1::TableMapping& mapping, std::span<const SourceColumn> columns,
                                       std::span<const DestinationField> fields, const absl::TimeZone& zone,
                                       std::vector<Problem>& problems) {
  problems = CheckDefinition(mapping);
  absl::TimeZone mapping_zone = zone;
  if (!mapping.time_zone().empty()) LoadZone(mapping.time_zone(), mapping_zone);  // Checked above.
  auto plan = std::make_shared<Plan>();
  Compiler compiler(mapping, columns, fields, mapping_zone, problems);
  for (int i = 0; i < mapping.fields_size(); ++i) {
    if (auto leaf = compiler.Compile(i)) plan->leaves.push_back(*std::move(leaf));
  }
  if (!problems.empty()) return nullptr;

  std::sort(plan->leaves.begin(), plan->leaves.end(),
            [](const Leaf& a, const Leaf& b) { return std::tie(a.group, a.target) < std::tie(b.group, b.target); });
  NumberSlots(*plan);
  for (size_t i = 0; i < plan->leaves.size(); ++i) Insert(plan->root, plan->leaves[i].target, static_cast<int>(i));
  return plan;
}

std::string RenderValue(const Leaf& leaf, std::string_view text, std::string& scratch, std::string& out) {
  if (leaf.parses_text) text = WithoutBlanks(text);
  if (text.empty() && (leaf.parses_text || leaf.null_json != "null")) {
    out += leaf.null_json;
    return {};
  }
  const Converted value = leaf.convert(text, scratch, leaf.zone);
  if (!value.refusal.empty()) return std::string(value.refusal);
  if (leaf.max_length > 0 && LongerThan(value.text, leaf.max_length)) {
    return absl::StrCat("is longer than the field's ", leaf.max_length, " characters");
  }
  if (leaf.quoted) {
    AppendJsonString(value.text, out);
  } else {
    out += value.text;
  }
  return {};
}

}  // namespace causeway::mapping
