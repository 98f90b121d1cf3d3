#include "services/sandbox/dataverse/row_renderer.h"

#include "services/sandbox/base/json_text.h"
#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/formatted_value.h"

namespace causeway::sandbox::dataverse {
namespace {

// A full name is never stored: first and last name, as far as there are.
void AppendFullName(std::string_view first, std::string_view last, std::string& token) {
  const auto inner = [](std::string_view quoted) {
    return quoted.size() < 2 ? quoted : quoted.substr(1, quoted.size() - 2);
  };
  first = first == "null" ? std::string_view() : inner(first);
  last = last == "null" ? std::string_view() : inner(last);
  if (first.empty() && last.empty()) {
    token += "null";
    return;
  }
  Append(token, "\"", first, first.empty() || last.empty() ? "" : " ", last, "\"");
}

}  // namespace

std::string_view ValueOf(const Table& table, const Row& row, size_t column, std::string& scratch) {
  const TableSchema& schema = table.schema();
  scratch.clear();
  switch (schema.columns[column].source) {
    case Column::Source::kPrimaryId:
      scratch += '"';
      row.id.AppendTo(scratch);
      scratch += '"';
      return scratch;
    case Column::Source::kVersion:
      Append(scratch, row.version);
      return scratch;
    case Column::Source::kFullName:
      AppendFullName(row.values.Get(schema.Find("firstname")), row.values.Get(schema.Find("lastname")), scratch);
      return scratch;
    case Column::Source::kStored:
      break;
  }
  const std::string_view token = row.values.Get(column);
  return token.empty() ? "null" : token;
}

RowRenderer::RowRenderer(const Database& database, const Table& table, std::vector<int> columns,
                         const Preferences& preferences, const std::vector<Expansion>& expansions)
    : database_(database),
      table_(table),
      preferences_(preferences),
      first_name_(table.schema().Find("firstname")),
      last_name_(table.schema().Find("lastname")),
      tokens_(table.schema().columns.size()) {
  for (const Expansion& expansion : expansions) {
    expanded_.push_back(
        {expansion, Reach(database, *expansion.target), std::make_unique<RowRenderer>(database, *expansion.target, expansion.columns, preferences)});
  }
  const TableSchema& schema = table.schema();
  const bool all = columns.empty();
  bool has_key = false;
  for (size_t i = 0; all && i < schema.columns.size(); ++i) {
    if (schema.columns[i].readable && !schema.columns[i].dropped) columns.push_back(static_cast<int>(i));
  }
  for (int column : columns) {
    has_key |= schema.columns[column].source == Column::Source::kPrimaryId;
    selected_.push_back({static_cast<size_t>(column), JsonString(schema.columns[column].wire_name()) + ":"});
  }
  if (has_key) return;
  const int key = schema.Find(schema.primary_id);
  selected_.push_back({static_cast<size_t>(key), JsonString(schema.primary_id) + ":"});
}

void RowRenderer::Append(const Row& row, std::string_view context, std::string& out) {
  row.values.Unpack(tokens_);
  out += '{';
  if (!context.empty()) {
    out += "\"@odata.context\":";
    AppendJsonString(context, out);
    out += ',';
  }
  sandbox::Append(out, R"("@odata.etag":"W/\")", row.version, R"(\"")");
  for (const Selected& selected : selected_) {
    const Column& column = table_.schema().columns[selected.column];
    out += ',';
    out += selected.key;
    if (column.source != Column::Source::kStored) {
      out += Computed(row, column);
      continue;
    }
    const std::string_view token = tokens_[selected.column];
    out += token.empty() ? std::string_view("null") : token;
    if (preferences_.annotations() && !token.empty() && token != "null") AppendAnnotations(selected.column, token, out);
  }
  AppendExpanded(out);
  out += '}';
}

void RowRenderer::AppendExpanded(std::string& out) {
  for (const Expanded& expanded : expanded_) {
    const Expansion& expansion = expanded.expansion;
    std::string scratch;
    const std::optional<Guid> id = Guid::Parse(TextOfToken(tokens_[expansion.column], scratch));
    const Row* row =
        id && NavigationOf(expansion.column) == expansion.navigation ? expansion.target->Find(*id) : nullptr;
    sandbox::Append(out, ",", JsonString(expansion.navigation->name), ":");
    if (row == nullptr || !expanded.reach.Includes(*row)) {
      out += "null";
    } else {
      expanded.renderer->Append(*row, "", out);
    }
  }
}

std::string_view RowRenderer::Computed(const Row& row, const Column& column) {
  scratch_.clear();
  if (column.source == Column::Source::kPrimaryId) {
    const auto spoilt = table_.shown_ids().find(row.id);
    if (spoilt != table_.shown_ids().end()) return spoilt->second;
    scratch_ += '"';
    row.id.AppendTo(scratch_);
    scratch_ += '"';
  } else if (column.source == Column::Source::kVersion) {
    sandbox::Append(scratch_, row.version);
  } else {
    const auto token_of = [this](int number) { return number < 0 ? std::string_view() : tokens_[number]; };
    AppendFullName(token_of(first_name_), token_of(last_name_), scratch_);
  }
  return scratch_;
}

void RowRenderer::AppendAnnotations(size_t number, std::string_view token, std::string& out) {
  const Column& column = table_.schema().columns[number];
  const auto append = [&](std::string_view annotation, std::string_view value) {
    out += ',';
    AppendJsonString(Cat(column.wire_name(), "@", annotation), out);
    out += ':';
    AppendJsonString(value, out);
  };
  std::string_view text = TextOfToken(token, scratch_);
  const Navigation* navigation = IsLookup(column.type) ? NavigationOf(number) : nullptr;
  if (preferences_.formatted_values) {
    const std::string formatted = navigation != nullptr ? NameOfTarget(*navigation, text) : Format(column, text);
    if (!formatted.empty()) append("OData.Community.Display.V1.FormattedValue", formatted);
  }
  if (navigation == nullptr || !preferences_.lookup_annotations) return;
  append("Microsoft.Dynamics.CRM.associatednavigationproperty", navigation->name);
  append("Microsoft.Dynamics.CRM.lookuplogicalname", navigation->table);
}

const Navigation* RowRenderer::NavigationOf(size_t number) const {
  const Column& column = table_.schema().columns[number];
  if (column.navigations.size() < 2) return column.navigations.data();
  std::string scratch;
  const int type = table_.schema().Find(column.name + "type");
  const std::string_view target = type < 0 ? std::string_view() : TextOfToken(tokens_[type], scratch);
  for (const Navigation& navigation : column.navigations) {
    if (navigation.table == target) return &navigation;
  }
  return column.navigations.data();
}

std::string RowRenderer::NameOfTarget(const Navigation& navigation, std::string_view id) const {
  const Table* target = database_.FindTable(navigation.table);
  const std::optional<Guid> guid = Guid::Parse(id);
  const Row* row = target != nullptr && guid ? target->Find(*guid) : nullptr;
  if (row == nullptr) return "";
  std::string value, text;
  const int name = target->schema().Find(target->schema().primary_name);
  return name < 0 ? "" : std::string(TextOfToken(ValueOf(*target, *row, name, value), text));
}

}  // namespace causeway::sandbox::dataverse
