#include "common/mapping/mapper.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/errors/error.h"
#include "common/mapping/absl_view.h"
#include "common/mapping/decimal.h"
#include "common/mapping/plan.h"
#include "common/mapping/row_reader.h"

namespace causeway::mapping {
namespace {

// What JSON type a column's values have.
bool Expects(ColumnType column, Scalar::Kind kind) {
  switch (column) {
    case ColumnType::kBoolean:
      return kind == Scalar::Kind::kBoolean;
    case ColumnType::kInteger:
    case ColumnType::kBigInt:
    case ColumnType::kDecimal:
    case ColumnType::kDouble:
    case ColumnType::kMoney:
    case ColumnType::kPicklist:
    case ColumnType::kState:
    case ColumnType::kStatus:
      return kind == Scalar::Kind::kNumber;
    case ColumnType::kOther:
      return kind != Scalar::Kind::kNested;
    default:
      return kind == Scalar::Kind::kString;
  }
}

absl::Status RefuseValue(const Leaf& leaf, absl::string_view why) {
  return errors::Make(
      errors::kMappingValue,
      absl::StrCat("Column ", leaf.column.name, " can't be written to ", leaf.target, ": the value ", why, "."),
      leaf.column.name);
}

absl::Status RefuseType(const Leaf& leaf) {
  return errors::Make(errors::kMappingRow,
                      absl::StrCat("Column ", leaf.column.name, " (", Name(leaf.column.type),
                                   ") holds a JSON value of another type in this row."),
                      leaf.column.name);
}

// Renders the values of one row, leaf by leaf.
class ValueWriter {
 public:
  ValueWriter(const RowReader& row, std::string& scratch, std::string& out) : row_(row), scratch_(scratch), out_(out) {}

  // Appends the leaf's JSON value. The row has one.
  absl::Status Append(const Leaf& leaf) {
    const Scalar& value = row_.slot(leaf.slot);
    if (value.kind != Scalar::Kind::kNull && !Expects(leaf.column.type, value.kind)) return RefuseType(leaf);
    if (!leaf.replacements.empty()) {
      auto found = leaf.replacements.find(AbslView(ReplacedText(value)));
      if (found != leaf.replacements.end()) return Constant(found->second);
    }
    if (value.kind == Scalar::Kind::kNull) return Constant(leaf.null_json);
    return leaf.label_slot < 0 ? Convert(leaf, value.text) : AppendLabel(leaf, value);
  }

 private:
  absl::Status Constant(std::string_view json) {
    out_ += json;
    return absl::OkStatus();
  }

  absl::Status Convert(const Leaf& leaf, std::string_view text) {
    const std::string refusal = RenderValue(leaf, text, scratch_, out_);
    return refusal.empty() ? absl::OkStatus() : RefuseValue(leaf, refusal);
  }

  absl::Status AppendLabel(const Leaf& leaf, const Scalar& value) {
    const Scalar& label = row_.slot(leaf.label_slot);
    if (label.kind == Scalar::Kind::kString) return Convert(leaf, label.text);
    // Rows that were queued while the table mapping asked for technical values carry no labels.
    const bool several = leaf.column.type == ColumnType::kOther;
    if (several && leaf.labels.empty()) return Convert(leaf, value.text);
    std::string labels;
    for (absl::string_view one : absl::StrSplit(AbslView(value.text), several ? "," : "\n")) {
      auto found = leaf.labels.find(absl::StripAsciiWhitespace(one));
      if (found == leaf.labels.end()) return RefuseValue(leaf, "has no display value in Dynamics 365");
      absl::StrAppend(&labels, labels.empty() ? "" : "; ", found->second);  // As Dataverse formats several.
    }
    return Convert(leaf, labels);
  }

  // Numbers as replacements name them: digits without needless zeros.
  std::string_view ReplacedText(const Scalar& value) {
    if (value.kind != Scalar::Kind::kNumber) return value.text;
    auto number = Decimal::Parse(value.text);
    if (!number) return value.text;
    scratch_.clear();
    number->AppendTo(scratch_);
    return scratch_;
  }

  const RowReader& row_;
  std::string& scratch_;
  std::string& out_;
};

}  // namespace

std::vector<Problem> Mapper::Check(const v1::TableMapping& mapping, std::span<const SourceColumn> columns,
                                   std::span<const DestinationField> fields) {
  std::vector<Problem> problems;
  Plan::Make(mapping, columns, fields, absl::UTCTimeZone(), problems);
  return problems;
}

absl::StatusOr<Mapper> Mapper::Build(const v1::TableMapping& mapping, std::span<const SourceColumn> columns,
                                     std::span<const DestinationField> fields, absl::TimeZone zone) {
  std::vector<Problem> problems;
  auto plan = Plan::Make(mapping, columns, fields, zone, problems);
  if (plan == nullptr) return ToStatus(problems, mapping.source_table());
  return Mapper(std::move(plan));
}

Mapper::Mapper(std::shared_ptr<const Plan> plan)
    : plan_(std::move(plan)), reader_(std::make_unique<RowReader>(plan_->slot_names)) {}
Mapper::Mapper(Mapper&&) noexcept = default;
Mapper& Mapper::operator=(Mapper&&) noexcept = default;
Mapper::~Mapper() = default;

const std::vector<std::string>& Mapper::required_columns() const { return plan_->required_columns; }
bool Mapper::needs_annotations() const { return plan_->slot_names.size() > plan_->required_columns.size(); }
bool Mapper::takes_days() const {
  return std::any_of(plan_->leaves.begin(), plan_->leaves.end(), [](const Leaf& leaf) { return TakesDays(leaf.convert); });
}

absl::StatusOr<MappedRecord> Mapper::Map(std::string_view row_json) {
  if (auto status = reader_->Read(row_json); !status.ok()) return status;
  MappedRecord record;
  record.plan_ = plan_;
  record.slices_.resize(plan_->leaves.size());
  record.values_.reserve(typical_size_);
  if (auto status = WriteValues(record); !status.ok()) return status;
  if (auto status = SetKey(record); !status.ok()) return status;
  typical_size_ = record.values_.size();
  return record;
}

absl::Status Mapper::WriteValues(MappedRecord& record) {
  std::string& values = record.values_;
  ValueWriter writer(*reader_, scratch_, values);
  size_t update_end = 0;
  size_t insert_end = 0;
  for (size_t i = 0; i < plan_->leaves.size(); ++i) {
    const Leaf& leaf = plan_->leaves[i];
    if (reader_->slot(leaf.slot).kind == Scalar::Kind::kAbsent) continue;
    values += leaf.json_path;
    const size_t begin = values.size();
    if (auto status = writer.Append(leaf); !status.ok()) return status;
    record.slices_[i] = {static_cast<uint32_t>(begin), static_cast<uint32_t>(values.size() - begin)};
    values += ',';
    if (leaf.group == kUpdateGroup) update_end = values.size();
    if (leaf.group != kKeyGroup) insert_end = values.size();
  }
  record.update_hash_ = Hash::Of(std::string_view(values).substr(0, update_end));
  record.insert_hash_ = Hash::Of(std::string_view(values).substr(update_end, insert_end - update_end));
  return absl::OkStatus();
}

absl::Status Mapper::SetKey(MappedRecord& record) {
  const Leaf& leaf = plan_->leaves.back();
  const Scalar& value = reader_->slot(leaf.slot);
  if (value.kind == Scalar::Kind::kAbsent) {
    return errors::Make(errors::kMappingRow,
                        absl::StrCat("The row lacks column ", leaf.column.name, ", which holds its key."),
                        leaf.column.name);
  }
  if (value.kind != Scalar::Kind::kNull) record.key_ = leaf.convert(value.text, scratch_, leaf.zone).text;
  if (record.key_.empty()) return RefuseValue(leaf, "is empty, and it is the record's key");
  return absl::OkStatus();
}

}  // namespace causeway::mapping
