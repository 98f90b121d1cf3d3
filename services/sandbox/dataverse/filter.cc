#include "services/sandbox/dataverse/filter.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/base/timestamp.h"
#include "services/sandbox/dataverse/row_renderer.h"

namespace causeway::sandbox::dataverse {
namespace {

using FilterPtr = std::unique_ptr<Filter>;

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

// A row's value as text; empty for null.
std::string TextOf(const Table& table, const Row& row, size_t column) {
  std::string value, scratch;
  return std::string(TextOfToken(ValueOf(table, row, column, value), scratch));
}

class Comparison : public Filter {
 public:
  Comparison(size_t column, std::string operation, std::string literal)
      : column_(column), operation_(std::move(operation)), literal_(std::move(literal)) {}

  bool Matches(const Table& table, const Row& row) const override {
    const std::string text = TextOf(table, row, column_);
    const int order = Compare(table.schema().columns[column_], text, literal_);
    if (operation_ == "eq") return order == 0;
    if (operation_ == "ne") return order != 0;
    if (text.empty() || literal_.empty()) return false;  // Null is neither less nor more.
    if (operation_ == "gt") return order > 0;
    if (operation_ == "ge") return order >= 0;
    return operation_ == "lt" ? order < 0 : order <= 0;
  }

 private:
  const size_t column_;
  const std::string operation_, literal_;
};

class Search : public Filter {
 public:
  Search(size_t column, std::string function, std::string_view text)
      : column_(column), function_(std::move(function)), text_(Lower(text)) {}

  bool Matches(const Table& table, const Row& row) const override {
    const std::string value = Lower(TextOf(table, row, column_));
    if (function_ == "startswith") return value.starts_with(text_);
    if (function_ == "endswith") return value.ends_with(text_);
    return value.find(text_) != std::string::npos;
  }

 private:
  const size_t column_;
  const std::string function_, text_;
};

class Junction : public Filter {
 public:
  Junction(bool all, FilterPtr left, FilterPtr right) : all_(all), left_(std::move(left)), right_(std::move(right)) {}
  bool Matches(const Table& table, const Row& row) const override {
    return all_ ? left_->Matches(table, row) && right_->Matches(table, row)
                : left_->Matches(table, row) || right_->Matches(table, row);
  }

 private:
  const bool all_;
  const FilterPtr left_, right_;
};

class Negation : public Filter {
 public:
  explicit Negation(FilterPtr inner) : inner_(std::move(inner)) {}
  bool Matches(const Table& table, const Row& row) const override { return !inner_->Matches(table, row); }

 private:
  const FilterPtr inner_;
};

// Reads an expression by recursive descent; null with error() set when it can't.
class Parser {
 public:
  Parser(std::string_view text, const TableSchema& schema) : text_(text), schema_(schema) {}

  FilterPtr ReadAll() {
    FilterPtr filter = ReadOr();
    SkipBlanks();
    return filter && !text_.empty() ? Fail() : std::move(filter);
  }
  const std::optional<ODataError>& error() const { return error_; }

 private:
  FilterPtr ReadOr() {
    return ReadJunction("or", [this] { return ReadJunction("and", [this] { return ReadUnary(); }); });
  }

  template <typename Read>
  FilterPtr ReadJunction(std::string_view word, Read read) {
    FilterPtr left = read();
    while (left && TakeWord(word)) {
      FilterPtr right = read();
      if (!right) return nullptr;
      left = std::make_unique<Junction>(word == "and", std::move(left), std::move(right));
    }
    return left;
  }

  FilterPtr ReadUnary() {
    if (TakeWord("not")) {
      FilterPtr inner = ReadUnary();
      return inner ? std::make_unique<Negation>(std::move(inner)) : nullptr;
    }
    if (Take('(')) {
      FilterPtr inner = ReadOr();
      return inner && Take(')') ? std::move(inner) : Fail();
    }
    const std::string name = TakeName();
    if (Take('(')) return ReadSearch(name);
    return ReadComparison(name);
  }

  FilterPtr ReadSearch(const std::string& function) {
    if (function != "contains" && function != "startswith" && function != "endswith") return Fail();
    const int column = ReadColumn(TakeName());
    std::optional<std::string> text;
    if (column < 0 || !Take(',') || !(text = TakeLiteral()) || !Take(')')) return Fail();
    return std::make_unique<Search>(column, function, *text);
  }

  FilterPtr ReadComparison(const std::string& name) {
    const int column = ReadColumn(name);
    const std::string operation = TakeName();
    constexpr std::string_view kOperations[] = {"eq", "ne", "gt", "ge", "lt", "le"};
    if (column < 0 || std::find(std::begin(kOperations), std::end(kOperations), operation) == std::end(kOperations))
      return Fail();
    const std::optional<std::string> literal = TakeLiteral();
    return literal ? std::make_unique<Comparison>(column, operation, *literal) : Fail();
  }

  int ReadColumn(const std::string& name) {
    const int column = schema_.FindWire(name);
    if (column < 0 && !name.empty() && !error_) error_ = UnknownProperty(name, schema_);
    return column;
  }

  std::string TakeName() {
    SkipBlanks();
    size_t size = 0;
    while (size < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[size])) || text_[size] == '_')) ++size;
    std::string name(text_.substr(0, size));
    text_.remove_prefix(size);
    return name;
  }

  // 'text' with doubled quotes, a number, a time, a GUID, true, false; null is empty.
  std::optional<std::string> TakeLiteral() {
    SkipBlanks();
    if (!text_.empty() && text_.front() == '\'') return TakeQuoted();
    const size_t size = std::min(text_.find_first_of(" ),"), text_.size());
    std::string literal(text_.substr(0, size));
    text_.remove_prefix(size);
    if (literal.empty()) return std::nullopt;
    return literal == "null" ? "" : literal;
  }

  std::optional<std::string> TakeQuoted() {
    std::string literal;
    for (size_t i = 1; i < text_.size(); ++i) {
      const bool doubled = text_[i] == '\'' && i + 1 < text_.size() && text_[i + 1] == '\'';
      if (text_[i] == '\'' && !doubled) {
        text_.remove_prefix(i + 1);
        return literal;
      }
      literal += text_[i];
      if (doubled) ++i;
    }
    return std::nullopt;
  }

  bool TakeWord(std::string_view word) {
    SkipBlanks();
    const bool found = text_.starts_with(word) && text_.size() > word.size() &&
                       (text_[word.size()] == ' ' || text_[word.size()] == '(');
    if (found) text_.remove_prefix(word.size());
    return found;
  }
  bool Take(char c) {
    SkipBlanks();
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  void SkipBlanks() {
    while (!text_.empty() && text_.front() == ' ') text_.remove_prefix(1);
  }
  FilterPtr Fail() {
    if (!error_) error_ = BadRequest(Cat("Syntax error in the filter before '", text_.substr(0, 40), "'."));
    return nullptr;
  }

  std::string_view text_;
  const TableSchema& schema_;
  std::optional<ODataError> error_;
};

int Sign(double difference) { return difference < 0 ? -1 : difference > 0 ? 1 : 0; }

double NumberOf(std::string_view text) { return std::strtod(std::string(text).c_str(), nullptr); }

int64_t TimeOf(std::string_view text) {
  const std::optional<int64_t> time = text.size() == 10 ? ParseDate(text) : ParseDateTime(text);
  return time.value_or(0);
}

}  // namespace

int Compare(const Column& column, std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return static_cast<int>(!a.empty()) - static_cast<int>(!b.empty());
  switch (column.type) {
    case ColumnType::kInteger:
    case ColumnType::kBigInt:
    case ColumnType::kDecimal:
    case ColumnType::kDouble:
    case ColumnType::kMoney:
    case ColumnType::kPicklist:
    case ColumnType::kState:
    case ColumnType::kStatus:
      return Sign(NumberOf(a) - NumberOf(b));
    case ColumnType::kDateTime:
      return Sign(static_cast<double>(TimeOf(a) - TimeOf(b)));
    default:
      return Lower(a).compare(Lower(b));
  }
}

std::variant<std::unique_ptr<Filter>, ODataError> ParseFilter(std::string_view text, const TableSchema& schema) {
  Parser parser(text, schema);
  FilterPtr filter = parser.ReadAll();
  if (filter) return filter;
  return *parser.error();
}

std::variant<std::vector<SortKey>, ODataError> ParseOrder(std::string_view text, const TableSchema& schema) {
  std::vector<SortKey> keys;
  for (std::string_view part : Split(text, ',')) {
    part = http::Trim(part);
    const size_t blank = part.find(' ');
    const std::string_view name = part.substr(0, blank);
    const std::string_view direction = blank == std::string_view::npos ? "asc" : http::Trim(part.substr(blank));
    const int column = schema.FindWire(name);
    if (column < 0) return UnknownProperty(name, schema);
    if (direction != "asc" && direction != "desc")
      return BadRequest(Cat("Syntax error in $orderby at '", direction, "'."));
    keys.push_back({static_cast<size_t>(column), direction == "desc"});
  }
  return keys;
}

}  // namespace causeway::sandbox::dataverse
