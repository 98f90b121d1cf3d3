#include "services/sandbox/dataverse/fetch_xml.h"

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <initializer_list>
#include <optional>
#include <sstream>
#include <utility>

#include "services/sandbox/base/text.h"

namespace causeway::sandbox::dataverse {
namespace {

using Tree = boost::property_tree::ptree;
using Problem = std::optional<ODataError>;
constexpr char kAttributes[] = "<xmlattr>";
constexpr char kComment[] = "<xmlcomment>";

ODataError Unsupported(std::string_view what) { return NotImplemented(Cat(what, " in FetchXML")); }
ODataError Invalid(std::string_view why) { return {400, "0x80040201", Cat("Invalid XML: ", why)}; }

std::string AttributeOf(const Tree& element, const std::string& name) {
  return element.get<std::string>(std::string(kAttributes) + "." + name, "");
}

// An attribute of the element that isn't among these is refused.
Problem CheckAttributes(const Tree& element, std::string_view of, std::initializer_list<std::string_view> known) {
  const auto attributes = element.get_child_optional(kAttributes);
  if (!attributes) return std::nullopt;
  for (const auto& [name, value] : *attributes) {
    bool is_known = false;
    for (std::string_view candidate : known) is_known |= candidate == name;
    if (!is_known) return Unsupported(Cat("The attribute '", name, "' of <", of, ">"));
  }
  return std::nullopt;
}

// A column that can be read, by its logical name.
std::variant<size_t, ODataError> ColumnNamed(const std::string& name, const TableSchema& schema) {
  const int column = schema.Find(name);
  if (column >= 0 && schema.columns[column].readable) return static_cast<size_t>(column);
  return ODataError{400, "0x80041103", Cat("'", schema.logical_name, "' entity doesn't contain attribute with Name = '", name, "'")};
}

std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

// Conditions and filters, written down as an expression of $filter.
class Conditions {
 public:
  explicit Conditions(const TableSchema& schema) : schema_(schema) {}

  // `filter`: of <filter type="and|or">.
  std::variant<std::string, ODataError> Of(const Tree& filter) {
    if (Problem problem = CheckAttributes(filter, "filter", {"type"})) return *std::move(problem);
    const std::string type = AttributeOf(filter, "type");
    if (!type.empty() && type != "and" && type != "or") return Invalid("the type of a filter is 'and' or 'or'.");
    std::string all;
    for (const auto& [name, element] : filter) {
      if (name == kAttributes || name == kComment) continue;
      if (name != "condition" && name != "filter") return Unsupported(Cat("<", name, "> within <filter>"));
      auto one = name == "filter" ? Of(element) : Condition(element);
      if (std::holds_alternative<ODataError>(one)) return one;
      const std::string& text = std::get<std::string>(one);
      if (!text.empty()) Append(all, all.empty() ? "" : type == "or" ? " or " : " and ", "(", text, ")");
    }
    return all;
  }

 private:
  std::variant<std::string, ODataError> Condition(const Tree& condition) {
    if (Problem problem = CheckAttributes(condition, "condition", {"attribute", "operator", "value"}))
      return *std::move(problem);
    const std::string attribute = AttributeOf(condition, "attribute"), operation = AttributeOf(condition, "operator");
    const auto column = ColumnNamed(attribute, schema_);
    if (const auto* error = std::get_if<ODataError>(&column)) return *error;
    const std::string name = schema_.columns[std::get<size_t>(column)].wire_name();
    std::vector<std::string> values;
    for (const auto& [child, element] : condition) {
      if (child == "value") values.push_back(element.data());
    }
    if (operation == "in" || operation == "not-in") return AnyOf(name, values, operation == "in");
    if (operation == "null") return Cat(name, " eq null");
    if (operation == "not-null") return Cat(name, " ne null");
    const std::string value = values.empty() ? AttributeOf(condition, "value") : values.front();
    if (operation == "like") return Like(name, value);
    if (operation == "not-like") return Cat("not (", Like(name, value), ")");
    for (std::string_view known : {"eq", "ne", "lt", "le", "gt", "ge"}) {
      if (operation == known) return Cat(name, " ", known, " ", Quoted(value));
    }
    return Unsupported(Cat("The operator '", operation, "'"));
  }

  static std::variant<std::string, ODataError> AnyOf(const std::string& name, const std::vector<std::string>& values,
                                                     bool in) {
    if (values.empty()) return Invalid("a condition 'in' has no values.");
    std::string any;
    for (const std::string& value : values) Append(any, any.empty() ? "" : " or ", name, " eq ", Quoted(value));
    return in ? any : Cat("not (", any, ")");
  }

  // %text%, text%, %text
  static std::string Like(const std::string& name, std::string_view pattern) {
    const bool open_start = pattern.starts_with('%'), open_end = pattern.size() > 1 && pattern.ends_with('%');
    std::string_view text = pattern;
    if (open_start) text.remove_prefix(1);
    if (open_end) text.remove_suffix(1);
    if (!open_start && !open_end) return Cat(name, " eq ", Quoted(text));
    const char* function = open_start && open_end ? "contains" : open_start ? "endswith" : "startswith";
    return Cat(function, "(", name, ",", Quoted(text), ")");
  }

  const TableSchema& schema_;
};

// Reads <entity>.
class EntityReader {
 public:
  EntityReader(const TableSchema& schema, RowQuery& query) : schema_(schema), query_(query) {}

  Problem Read(const Tree& entity) {
    if (Problem problem = CheckAttributes(entity, "entity", {"name"})) return problem;
    if (AttributeOf(entity, "name") != schema_.logical_name)
      return Invalid(Cat("the entity '", AttributeOf(entity, "name"), "' isn't '", schema_.logical_name, "'."));
    for (const auto& [name, element] : entity) {
      Problem problem;
      if (name == "attribute") problem = Attribute(element);
      if (name == "order") problem = Order(element);
      if (name == "filter") problem = ReadFilter(element);
      const bool known = name == kAttributes || name == kComment || name == "all-attributes" || name == "attribute" ||
                         name == "order" || name == "filter";
      if (!known) return Unsupported(Cat("<", name, ">"));
      if (problem) return problem;
    }
    return std::nullopt;
  }

 private:
  Problem Attribute(const Tree& element) {
    if (Problem problem = CheckAttributes(element, "attribute", {"name"})) return problem;
    const auto column = ColumnNamed(AttributeOf(element, "name"), schema_);
    if (const auto* error = std::get_if<ODataError>(&column)) return *error;
    query_.columns.push_back(static_cast<int>(std::get<size_t>(column)));
    return std::nullopt;
  }

  Problem Order(const Tree& element) {
    if (Problem problem = CheckAttributes(element, "order", {"attribute", "descending"})) return problem;
    const auto column = ColumnNamed(AttributeOf(element, "attribute"), schema_);
    if (const auto* error = std::get_if<ODataError>(&column)) return *error;
    query_.order.push_back({std::get<size_t>(column), AttributeOf(element, "descending") == "true"});
    return std::nullopt;
  }

  Problem ReadFilter(const Tree& element) {
    auto expression = Conditions(schema_).Of(element);
    if (auto* error = std::get_if<ODataError>(&expression)) return std::move(*error);
    if (query_.filter) return Unsupported("A second <filter>");
    const std::string& text = std::get<std::string>(expression);
    if (text.empty()) return std::nullopt;
    auto filter = ParseFilter(text, schema_);
    if (auto* error = std::get_if<ODataError>(&filter)) return std::move(*error);
    query_.filter = std::get<std::unique_ptr<Filter>>(std::move(filter));
    return std::nullopt;
  }

  const TableSchema& schema_;
  RowQuery& query_;
};

Problem ReadNumber(const Tree& fetch, const std::string& name, int64_t max, int64_t& number) {
  const std::string text = AttributeOf(fetch, name);
  if (text.empty()) return std::nullopt;
  const std::optional<int64_t> read = ParseNumber(text);
  if (!read || *read < 1 || *read > max) return Invalid(Cat("'", name, "' must be a number from 1 to ", max, "."));
  number = *read;
  return std::nullopt;
}

}  // namespace

std::variant<Fetch, ODataError> ReadFetchXml(std::string_view xml, const TableSchema& schema) {
  Tree document;
  std::istringstream stream{std::string(xml)};
  try {
    boost::property_tree::read_xml(stream, document, boost::property_tree::xml_parser::trim_whitespace);
  } catch (const boost::property_tree::xml_parser_error& error) {
    return Invalid(error.message());
  }
  const auto root = document.get_child_optional("fetch");
  if (!root) return Invalid("there is no <fetch>.");
  if (Problem problem = CheckAttributes(*root, "fetch", {"count", "page", "top", "version", "output-format", "mapping",
                                                         "no-lock", "paging-cookie", "returntotalrecordcount"}))
    return *std::move(problem);
  Fetch fetch;
  int64_t top = 0;
  for (const auto& [name, max, number] : {std::tuple{"count", int64_t{kMaxPageSize}, &fetch.page_size},
                                          {"page", int64_t{1'000'000}, &fetch.page},
                                          {"top", int64_t{kMaxPageSize}, &top}}) {
    if (Problem problem = ReadNumber(*root, name, max, *number)) return *std::move(problem);
  }
  if (top > 0) fetch.query.top = top;
  fetch.count = AttributeOf(*root, "returntotalrecordcount") == "true";
  const auto entity = root->get_child_optional("entity");
  if (!entity) return Invalid("there is no <entity>.");
  if (Problem problem = EntityReader(schema, fetch.query).Read(*entity)) return *std::move(problem);
  return fetch;
}

}  // namespace causeway::sandbox::dataverse
