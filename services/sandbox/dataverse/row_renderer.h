// Renders rows as JSON: the selected columns, and annotations where they are asked for.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "services/sandbox/dataverse/database.h"
#include "services/sandbox/dataverse/preferences.h"
#include "services/sandbox/dataverse/reach.h"
#include "services/sandbox/dataverse/row_query.h"

namespace causeway::sandbox::dataverse {

// The value of a row's column as it travels; "null": it has none. `scratch` holds what is computed.
std::string_view ValueOf(const Table& table, const Row& row, size_t column, std::string& scratch);

class RowRenderer {
 public:
  // All outlive the renderer. `columns`: numbers of columns; empty: all that can be read. The primary key comes always.
  // `expansions`: rows that lookups point to, shown within.
  RowRenderer(const Database& database, const Table& table, std::vector<int> columns, const Preferences& preferences,
              const std::vector<Expansion>& expansions = {});

  // {"@odata.etag":…,…}; `context` (a URL) is put in front when it isn't empty.
  void Append(const Row& row, std::string_view context, std::string& out);

 private:
  void AppendExpanded(std::string& out);
  void AppendAnnotations(size_t column, std::string_view token, std::string& out);
  std::string NameOfTarget(const Navigation& navigation, std::string_view id) const;
  const Navigation* NavigationOf(size_t column) const;
  std::string_view Computed(const Row& row, const Column& column);

  const Database& database_;
  const Table& table_;
  const Preferences preferences_;
  struct Selected {
    size_t column;
    std::string key;  // "name":
  };
  std::vector<Selected> selected_;
  struct Expanded {
    Expansion expansion;
    Reach reach;
    std::unique_ptr<RowRenderer> renderer;  // Of the target.
  };
  std::vector<Expanded> expanded_;
  int first_name_, last_name_;            // Columns; -1: there is none.
  std::vector<std::string_view> tokens_;  // Of the row at hand.
  std::string scratch_;
};

}  // namespace causeway::sandbox::dataverse
