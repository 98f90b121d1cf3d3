#include "services/sandbox/campaign/entity_body.h"

#include <algorithm>
#include <set>
#include <variant>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/base/timestamp.h"
#include "services/sandbox/campaign/api_error.h"

namespace causeway::sandbox::campaign {
namespace {

using simdjson::dom::element;
using Token = std::variant<std::string, http::Response>;

http::Response Invalid(const Field& field, std::string_view why) {
  return RefusedError(Cat("Invalid value for field '", field.name, "': ", why, "."));
}

bool IsEmail(std::string_view text) {
  const size_t at = text.find('@');
  if (at == 0 || at == std::string_view::npos || text.find('@', at + 1) != std::string_view::npos) return false;
  const std::string_view domain = text.substr(at + 1);
  const size_t dot = domain.rfind('.');
  if (dot == 0 || dot == std::string_view::npos || dot + 1 == domain.size()) return false;
  return std::none_of(text.begin(), text.end(), [](unsigned char c) { return c <= ' ' || c == ',' || c == ';'; });
}

Token OfText(const Field& field, std::string_view text) {
  if (text.empty()) return std::string();
  if (text.find('\0') != std::string_view::npos) return Invalid(field, "it holds a NUL character");
  if (CodePoints(text) > static_cast<size_t>(field.max_length))
    return Invalid(field, Cat("too long, at most ", field.max_length));
  if (field.policy == DataPolicy::kEmail && !IsEmail(text)) return Invalid(field, "not an email address");
  return JsonString(ApplyPolicy(field.policy, std::string(text)));
}

Token OfNumber(const Field& field, element value) {
  int64_t whole = 0;
  double number = 0;
  if (field.res_type == "long") {
    if (value.get_int64().get(whole) != simdjson::SUCCESS) return Invalid(field, "not an integer");
    if (whole < INT32_MIN || whole > INT32_MAX) return Invalid(field, "out of range");
    return Cat(whole);
  }
  if (value.get_double().get(number) != simdjson::SUCCESS) return Invalid(field, "not a number");
  return Cat(number);
}

Token OfTime(const Field& field, std::string_view text) {
  if (text.empty()) return std::string();
  std::string out;
  if (field.type == FieldType::kDate) {
    const std::optional<int64_t> date = ParseDate(text);
    if (!date) return Invalid(field, "not a date");
    AppendDate(*date, out);
  } else {
    const std::optional<int64_t> time = ParseDateTime(text);
    if (!time) return Invalid(field, "not a date and time");
    AppendCampaignTime(*time, out);
  }
  return JsonString(out);
}

Token TokenOf(const Field& field, element value) {
  if (value.is_null()) return std::string();
  std::string_view text;
  const bool is_text = value.get_string().get(text) == simdjson::SUCCESS;
  switch (field.type) {
    case FieldType::kBoolean: {
      bool flag = false;
      if (value.get_bool().get(flag) != simdjson::SUCCESS) return Invalid(field, "not a boolean");
      return std::string(flag ? "true" : "false");
    }
    case FieldType::kNumber:
      return OfNumber(field, value);
    case FieldType::kString:
      return is_text ? OfText(field, text) : Token(Invalid(field, "not a string"));
    case FieldType::kDate:
    case FieldType::kDateTime:
      return is_text ? OfTime(field, text) : Token(Invalid(field, "not a string"));
    case FieldType::kEnumeration: {
      if (!is_text) return Invalid(field, "not a string");
      for (const auto& [known, label] : field.values) {
        if (known == text) return JsonString(text);
      }
      return Invalid(field, "not one of its values");
    }
  }
  return std::string();
}

// Objects hold fields with a path: {"location":{"city":…}} is location/city.
std::optional<http::Response> ReadObject(const Resource& resource, simdjson::dom::object object,
                                         const std::string& prefix, std::set<std::string>& seen, FieldValues& values) {
  for (const auto& [key, value] : object) {
    const std::string name = Cat(prefix, key);
    if (!seen.insert(name).second) return BadRequestError(Cat("The field '", name, "' is there twice."));
    simdjson::dom::object inner;
    if (prefix.empty() && value.get_object().get(inner) == simdjson::SUCCESS) {
      const bool known = std::any_of(resource.fields.begin(), resource.fields.end(),
                                     [&](const Field& field) { return field.name.starts_with(name + "/"); });
      if (!known) return RefusedError(Cat("Unknown field '", name, "' in resource '", resource.name, "'."));
      if (auto refusal = ReadObject(resource, inner, name + "/", seen, values)) return refusal;
      continue;
    }
    const int field = resource.Find(name);
    if (field < 0) return RefusedError(Cat("Unknown field '", name, "' in resource '", resource.name, "'."));
    Token token = TokenOf(resource.fields[field], value);
    if (auto* refusal = std::get_if<http::Response>(&token)) return std::move(*refusal);
    values.emplace_back(field, std::get<std::string>(std::move(token)));
  }
  return std::nullopt;
}

}  // namespace

std::pair<FieldValues, std::optional<http::Response>> EntityBodyReader::Read(const Resource& resource,
                                                                             std::string_view body) {
  FieldValues values;
  simdjson::dom::element document;
  simdjson::dom::object object;
  if (parser_.parse(simdjson::padded_string(body)).get(document) != simdjson::SUCCESS)
    return {{}, BadRequestError("The body is not valid JSON.")};
  if (document.get_object().get(object) != simdjson::SUCCESS)
    return {{}, BadRequestError("The body is not a JSON object.")};
  std::set<std::string> seen;
  std::optional<http::Response> refusal = ReadObject(resource, object, "", seen, values);
  return {std::move(values), std::move(refusal)};
}

}  // namespace causeway::sandbox::campaign
