// Table: rows of text in aligned columns.
#pragma once

#include <string>
#include <vector>

namespace causeway::ctl {

class Table {
 public:
  // A heading that begins with ">" makes its column right-aligned (numbers).
  explicit Table(std::vector<std::string> headings);

  // One cell a column; an empty one shows as "-".
  void Add(std::vector<std::string> cells);

  bool empty() const { return rows_.size() == 1; }
  std::string ToString() const;

 private:
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;  // The headings first.
};

// Columns that the text takes on a terminal: code points, which is right for what Causeway prints.
size_t DisplayWidth(const std::string& text);

}  // namespace causeway::ctl
