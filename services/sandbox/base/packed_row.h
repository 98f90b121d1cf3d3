// The values of one row or entity in one small block of memory: for each value that is there, the number of its column
// and its token (json_text.h). A million rows of 40 columns fit in some hundred MiB.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace causeway::sandbox {

class PackedRow {
 public:
  PackedRow() = default;
  // tokens[i] is the value of column i; empty: it has none. At most 65,535 columns.
  explicit PackedRow(std::span<const std::string_view> tokens);

  explicit operator bool() const { return block_ != nullptr; }
  // Fills tokens[i] for every column; those without a value become empty. The views live as long as this row.
  void Unpack(std::span<std::string_view> tokens) const;
  // Empty: it has none.
  std::string_view Get(size_t column) const;

  // The block itself, to be written to a file and read again.
  std::string_view bytes() const;
  static PackedRow FromBytes(std::string_view bytes);

 private:
  // Its length (4 bytes), then an entry for each value.
  std::unique_ptr<char[]> block_;
};

}  // namespace causeway::sandbox
