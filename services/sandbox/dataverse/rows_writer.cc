#include "services/sandbox/dataverse/rows_writer.h"

#include <algorithm>

#include "services/sandbox/base/dice.h"
#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/base/timestamp.h"
#include "services/sandbox/dataverse/default_schema.h"
#include "services/sandbox/dataverse/row_rules.h"

namespace causeway::sandbox::dataverse {
namespace {

// The values of a row while it is written.
class Draft {
 public:
  Draft(const TableSchema& schema, const Row* old) : schema_(schema), tokens_(schema.columns.size()) {
    if (old != nullptr) old->values.Unpack(tokens_);
  }

  // `token` outlives the draft.
  void Set(std::string_view column, std::string_view token) {
    const int number = schema_.Find(column);
    if (number >= 0) tokens_[number] = token;
  }
  void Set(size_t column, std::string_view token) { tokens_[column] = token; }
  void SetDefault(std::string_view column, std::string_view token) {
    const int number = schema_.Find(column);
    if (number >= 0 && tokens_[number].empty()) tokens_[number] = token;
  }
  std::optional<int64_t> NumberOf(std::string_view column) const {
    const int number = schema_.Find(column);
    return number < 0 ? std::nullopt : ParseNumber(tokens_[number]);
  }
  void SetFlagDefaults() {
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (schema_.columns[i].type == ColumnType::kBoolean && tokens_[i].empty()) tokens_[i] = "false";
    }
  }
  const std::vector<std::string_view>& tokens() const { return tokens_; }
  PackedRow Pack() const { return PackedRow(tokens_); }

 private:
  const TableSchema& schema_;
  std::vector<std::string_view> tokens_;
};

bool Assigns(const RowValues& values, int column) {
  return std::any_of(values.assignments.begin(), values.assignments.end(),
                     [&](const Assignment& assignment) { return static_cast<int>(assignment.column) == column; });
}

const Option* FindOption(const TableSchema& schema, int column, auto wanted) {
  const auto& options = schema.columns[column].options;
  const auto found = std::find_if(options.begin(), options.end(), wanted);
  return found == options.end() ? nullptr : &*found;
}

// A state without a status gets its first one; a status without a state brings its state along. `scratch` keeps what is
// set.
std::optional<ODataError> Settle(const TableSchema& schema, const RowValues& values, Draft& draft,
                                 std::string& scratch) {
  const int state_column = schema.Find("statecode"), status_column = schema.Find("statuscode");
  if (state_column < 0 || status_column < 0) return std::nullopt;
  draft.SetDefault("statecode", "0");
  const int64_t state = draft.NumberOf("statecode").value_or(0);
  const std::optional<int64_t> status = draft.NumberOf("statuscode");
  const Option* option = FindOption(schema, status_column, [&](const Option& o) { return o.value == status; });
  if (status && option != nullptr && option->state == state) return std::nullopt;
  const bool state_given = Assigns(values, state_column), status_given = Assigns(values, status_column);
  if (status && option != nullptr && status_given) {
    if (state_given) return StatusNotOfState(*status, state, schema);
    scratch = Cat(option->state);
    draft.Set("statecode", scratch);
    return std::nullopt;
  }
  option = FindOption(schema, status_column, [&](const Option& o) { return o.state == state; });
  if (option == nullptr) return std::nullopt;
  scratch = Cat(option->value);
  draft.Set("statuscode", scratch);
  return std::nullopt;
}

std::optional<ODataError> Check(const Table& table, const Guid& id, const Precondition& precondition) {
  const Row* row = table.Find(id);
  if (row == nullptr)
    return precondition.must_exist || precondition.etag ? std::optional(NoSuchRow(table.schema(), id)) : std::nullopt;
  if (precondition.must_not_exist) return RowExists();
  if (precondition.etag && *precondition.etag != Cat("W/\"", row->version, "\"")) return RowChanged();
  return std::nullopt;
}

}  // namespace

std::variant<Guid, ODataError> RowsWriter::Create(Table& table, const RowValues& values) {
  const Guid id = values.id ? *values.id : NewId();
  if (table.Find(id) != nullptr) return RowExists();
  if (auto error = Write(table, nullptr, id, values)) return *std::move(error);
  return id;
}

// From the version, which goes on after a restart: no row, not even a deleted one, has had it.
Guid RowsWriter::NewId() const {
  Dice dice(Mix(seed_) ^ static_cast<uint64_t>(database_.last_version()));
  const uint64_t high = dice.Bits();
  return Guid::FromBits(high, dice.Bits());
}

std::variant<bool, ODataError> RowsWriter::Upsert(Table& table, const Guid& id, const RowValues& values,
                                                  const Precondition& precondition) {
  if (values.id && *values.id != id) return ReadOnlyProperty(table.schema().primary_id, table.schema());
  if (auto error = Check(table, id, precondition)) return *std::move(error);
  const Row* old = table.Find(id);
  if (auto error = Write(table, old, id, values)) return *std::move(error);
  return old == nullptr;
}

std::optional<ODataError> RowsWriter::Delete(Table& table, const Guid& id, const Precondition& precondition) {
  if (auto error = Check(table, id, precondition)) return error;
  if (table.Find(id) == nullptr) return NoSuchRow(table.schema(), id);
  table.Erase(id);
  return std::nullopt;
}

std::optional<ODataError> RowsWriter::Write(Table& table, const Row* old, const Guid& id, const RowValues& values) {
  Draft draft(table.schema(), old);
  const std::string now = Now();
  const std::string owner = JsonString(kApplicationUser.ToString());
  if (old == nullptr) {
    draft.SetFlagDefaults();
    draft.Set("createdon", now);
    draft.Set("ownerid", owner);
  }
  for (const Assignment& assignment : values.assignments) draft.Set(assignment.column, assignment.token);
  draft.Set("modifiedon", now);
  std::string settled;
  if (auto error = Settle(table.schema(), values, draft, settled)) return error;
  if (auto error = CheckRules(table, id, draft.tokens(), values.detect_duplicates)) return error;
  if (old == nullptr) {
    table.Insert(id, draft.Pack());
  } else {
    table.Update(id, draft.Pack());
  }
  return std::nullopt;
}

std::string RowsWriter::Now() const {
  std::string token = "\"";
  AppendODataTime(database_.clock().NowMillis(), token);
  return token + '"';
}

}  // namespace causeway::sandbox::dataverse
