#include "services/sandbox/campaign/entity_body.h"

#include <algorithm>
#include <variant>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/base/timestamp.h"
#include "services/sandbox/campaign/api_error.h"
#include "services/sandbox/campaign/geography.h"

namespace causeway::sandbox::campaign {
namespace {

using simdjson::dom::element;
using Token = std::variant<std::string, http::Response>;

http::Response Invalid(const Field& field, std::string_view why) {
  return RefusedError(Cat("XTK-170016 Invalid value for field '", field.name, "': ", why, "."));
}

// Campaign's own words quote what people wrote.
http::Response Invalid(const Field& field, std::string_view value, std::string_view why) {
  return RefusedError(Cat("XTK-170016 Invalid value '", value, "' for field '", field.name, "': ", why, "."));
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
  if (text.empty() || text == field.nothing) return std::string();
  if (text.find('\0') != std::string_view::npos) return Invalid(field, "it holds a NUL character");
  if (CodePoints(text) > static_cast<size_t>(field.max_length))
    return Invalid(field, Cat("too long, at most ", field.max_length));
  if (field.policy == DataPolicy::kEmail && !IsEmail(text)) return Invalid(field, text, "not an email address");
  const bool unknown = (field.policy == DataPolicy::kCountry && !IsCountryCode(text)) ||
                       (field.policy == DataPolicy::kState && !IsStateCode(text));
  if (unknown) return Invalid(field, text, "there is no such code");
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
    if (!date) return Invalid(field, text, "not a date");
    AppendDate(*date, out);
  } else {
    const std::optional<int64_t> time = ParseDateTime(text);
    if (!time) return Invalid(field, text, "not a date and time");
    AppendCampaignTime(*time, out);
  }
  return JsonString(out);
}

Token OfLink(const Field& field, const Links& links, std::string_view text) {
  if (text.empty()) return std::string();
  const std::optional<std::string> pkey = links.Resolve(field, text);
  if (pkey) return JsonString(*pkey);
  const std::string foreign = links.ForeignPKey(field, text);
  if (!foreign.empty()) return ForeignPKeyError(field.target, foreign);
  return RefusedError(Cat("XTK-170040 Invalid link for field '", field.name, "': there is no such record."));
}

Token TokenOf(const Field& field, const Links& links, element value) {
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
    case FieldType::kLink:
      return is_text ? OfLink(field, links, text) : Token(Invalid(field, "not a PKey or href"));
    case FieldType::kEnumeration: {
      if (!is_text) return Invalid(field, "not a string");
      for (const auto& [known, label] : field.values) {
        if (known == text) return JsonString(text);
      }
      return Invalid(field, text, "not one of its values");
    }
  }
  return std::string();
}

bool IsReadOnly(std::string_view name) {
  return name == "PKey" || name == "href" || name == "created" || name == "lastModified";
}

// Reads the object and, for fields with a path, those within it: {"location":{"city":…}} is location/city.
class ObjectReader {
 public:
  ObjectReader(const Resource& resource, const Links& links, std::string_view endpoint)
      : resource_(resource), links_(links), endpoint_(endpoint) {}

  std::optional<http::Response> Read(simdjson::dom::object object, const std::string& prefix) {
    for (const auto& [key, value] : object) {
      const std::string name = Cat(prefix, key);
      if (std::find(seen_.begin(), seen_.end(), name) != seen_.end())
        return BadRequestError(Cat("The field '", name, "' is there twice."));
      seen_.push_back(name);
      simdjson::dom::object inner;
      const bool is_group = prefix.empty() && value.get_object().get(inner) == simdjson::SUCCESS && IsGroup(name);
      std::optional<http::Response> refusal =
          is_group ? Read(inner, name + "/") : ReadField(name, value, prefix.empty());
      if (refusal) return refusal;
    }
    return std::nullopt;
  }

  FieldValues& values() { return values_; }

 private:
  bool IsGroup(std::string_view name) const {
    return std::any_of(resource_.fields.begin(), resource_.fields.end(),
                       [&](const Field& field) { return field.outer() == name; });
  }

  std::optional<http::Response> ReadField(const std::string& name, element value, bool at_top) {
    if (IsReadOnly(name)) return ReadOnlyError(name, /*general=*/false);
    const bool is_flat_path = at_top && name.find('/') != std::string::npos;
    const int field = is_flat_path ? -1 : resource_.Find(name);
    if (field < 0 || !Resource::Shows(resource_.fields[field], endpoint_))
      return RefusedError(Cat("XTK-170036 Unknown field '", name, "' in resource '", resource_.name, "'."));
    if (resource_.fields[field].computed != Field::Computed::kNo) return ReadOnlyError(name, /*general=*/true);
    Token token = TokenOf(resource_.fields[field], links_, value);
    if (auto* refusal = std::get_if<http::Response>(&token)) return std::move(*refusal);
    values_.emplace_back(field, std::get<std::string>(std::move(token)));
    return std::nullopt;
  }

  const Resource& resource_;
  const Links& links_;
  const std::string_view endpoint_;
  std::vector<std::string> seen_;
  FieldValues values_;
};

}  // namespace

std::pair<FieldValues, std::optional<http::Response>> EntityBodyReader::Read(const Resource& resource,
                                                                             const Links& links,
                                                                             std::string_view endpoint,
                                                                             std::string_view body) {
  simdjson::dom::element document;
  simdjson::dom::object object;
  if (parser_.parse(simdjson::padded_string(body)).get(document) != simdjson::SUCCESS)
    return {{}, BadRequestError("The body is not valid JSON.")};
  if (document.get_object().get(object) != simdjson::SUCCESS)
    return {{}, BadRequestError("The body is not a JSON object.")};
  ObjectReader reader(resource, links, endpoint);
  std::optional<http::Response> refusal = reader.Read(object, "");
  return {std::move(reader.values()), std::move(refusal)};
}

}  // namespace causeway::sandbox::campaign
