#include "common/mapping/row_reader.h"

#include <simdjson.h>

#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "common/errors/error.h"
#include "common/json/mend.h"
#include "common/mapping/absl_view.h"
#include "common/mapping/decimal.h"

namespace causeway::mapping {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr int kMaxDepth = 32;

absl::Status Refuse(absl::string_view what) {
  return errors::Make(errors::kMappingRow, absl::StrCat("The row is not a valid JSON object: ", what, "."));
}

absl::Status Refuse(simdjson::error_code code) { return Refuse(simdjson::error_message(code)); }

std::string_view WithoutTrailingBlanks(std::string_view token) {
  return token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
}

// On-demand parsing only checks what is looked at, so values that nobody wants are read too.
simdjson::error_code Check(ondemand::value value, int depth);

simdjson::error_code CheckObject(ondemand::object object, int depth) {
  for (auto member : object) {
    std::string_view key;
    ondemand::value value;
    if (auto error = member.unescaped_key().get(key)) return error;
    if (auto error = member.value().get(value)) return error;
    if (auto error = Check(value, depth)) return error;
  }
  return simdjson::SUCCESS;
}

simdjson::error_code CheckArray(ondemand::array array, int depth) {
  for (auto element : array) {
    ondemand::value value;
    if (auto error = element.get(value)) return error;
    if (auto error = Check(value, depth)) return error;
  }
  return simdjson::SUCCESS;
}

simdjson::error_code ReadScalar(ondemand::value value, ondemand::json_type type, Scalar& scalar) {
  switch (type) {
    case ondemand::json_type::string:
      scalar.kind = Scalar::Kind::kString;
      return value.get_string().get(scalar.text);
    case ondemand::json_type::number:
      scalar.kind = Scalar::Kind::kNumber;
      scalar.text = WithoutTrailingBlanks(value.raw_json_token());
      return IsJsonNumber(scalar.text) ? simdjson::SUCCESS : simdjson::NUMBER_ERROR;
    case ondemand::json_type::boolean: {
      bool set = false;
      if (auto error = value.get_bool().get(set)) return error;
      scalar = {Scalar::Kind::kBoolean, set ? "true" : "false"};
      return simdjson::SUCCESS;
    }
    default: {
      bool null = false;
      if (auto error = value.is_null().get(null)) return error;
      scalar.kind = Scalar::Kind::kNull;
      return null ? simdjson::SUCCESS : simdjson::N_ATOM_ERROR;
    }
  }
}

simdjson::error_code Read(ondemand::value value, Scalar& scalar, int depth) {
  if (depth > kMaxDepth) return simdjson::DEPTH_ERROR;
  ondemand::json_type type;
  if (auto error = value.type().get(type)) return error;
  if (type == ondemand::json_type::object) {
    scalar.kind = Scalar::Kind::kNested;
    ondemand::object object;
    if (auto error = value.get_object().get(object)) return error;
    return CheckObject(object, depth + 1);
  }
  if (type == ondemand::json_type::array) {
    scalar.kind = Scalar::Kind::kNested;
    ondemand::array array;
    if (auto error = value.get_array().get(array)) return error;
    return CheckArray(array, depth + 1);
  }
  return ReadScalar(value, type, scalar);
}

simdjson::error_code Check(ondemand::value value, int depth) {
  Scalar ignored;
  return Read(value, ignored, depth);
}

}  // namespace

struct RowReader::State {
  absl::flat_hash_map<std::string, int> slot_of;
  absl::flat_hash_set<std::string_view> others;  // Members seen in this row that nobody wants.
  std::string padded;                            // simdjson reads a little beyond the end.
  ondemand::parser parser;
  ondemand::document document;
};

RowReader::RowReader(const std::vector<std::string>& names) : slots_(names.size()), state_(std::make_unique<State>()) {
  for (size_t i = 0; i < names.size(); ++i) state_->slot_of.emplace(names[i], static_cast<int>(i));
}

RowReader::~RowReader() = default;

absl::Status RowReader::Read(std::string_view row_json) {
  const absl::Status whole = ReadRow(row_json);
  if (whole.ok()) return whole;
  // Half of a surrogate pair, say: the other columns are worth having, and what can be kept of this one.
  const std::optional<std::string> mended = json::Mended(AbslView(row_json));
  return mended ? ReadRow(*mended) : whole;
}

absl::Status RowReader::ReadRow(std::string_view row_json) {
  std::fill(slots_.begin(), slots_.end(), Scalar());
  state_->others.clear();
  state_->padded.assign(row_json);
  state_->padded.append(simdjson::SIMDJSON_PADDING, '\0');
  const simdjson::padded_string_view view(state_->padded.data(), row_json.size(), state_->padded.size());
  if (auto error = state_->parser.iterate(view).get(state_->document)) return Refuse(error);
  return ReadMembers();
}

absl::Status RowReader::ReadMembers() {
  ondemand::object object;
  if (auto error = state_->document.get_object().get(object)) return Refuse(error);
  for (auto member : object) {
    std::string_view key;
    ondemand::value value;
    if (auto error = member.unescaped_key().get(key)) return Refuse(error);
    if (auto error = member.value().get(value)) return Refuse(error);
    Scalar other;
    Scalar* scalar = &other;
    bool repeated = false;
    if (auto found = state_->slot_of.find(AbslView(key)); found != state_->slot_of.end()) {
      scalar = &slots_[found->second];
      repeated = scalar->kind != Scalar::Kind::kAbsent;
    } else {
      repeated = !state_->others.insert(key).second;
    }
    if (repeated) return Refuse("it has a member twice");
    if (auto error = mapping::Read(value, *scalar, 1)) return Refuse(error);
  }
  if (state_->document.current_location().error() != simdjson::OUT_OF_BOUNDS) return Refuse("something follows it");
  return absl::OkStatus();
}

}  // namespace causeway::mapping
