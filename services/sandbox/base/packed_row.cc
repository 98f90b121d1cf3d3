#include "services/sandbox/base/packed_row.h"

#include <algorithm>

namespace causeway::sandbox {
namespace {

constexpr size_t kHead = sizeof(uint32_t);

// Column and length of an entry: 2 bytes for the usual short tokens, 7 for others.
//   column (1), length (1)               column < 255 and length < 255
//   0xFF, column (2), length (4)         otherwise
constexpr uint8_t kWide = 0xFF;

bool IsWide(size_t column, size_t length) { return column >= kWide || length >= 0xFF; }

size_t SizeOf(size_t column, size_t length) { return (IsWide(column, length) ? 7 : 2) + length; }

char* Put(char* out, size_t column, std::string_view token) {
  if (IsWide(column, token.size())) {
    const auto column16 = static_cast<uint16_t>(column);
    const auto length32 = static_cast<uint32_t>(token.size());
    *out++ = static_cast<char>(kWide);
    std::memcpy(out, &column16, 2);
    std::memcpy(out + 2, &length32, 4);
    out += 6;
  } else {
    *out++ = static_cast<char>(column);
    *out++ = static_cast<char>(token.size());
  }
  std::memcpy(out, token.data(), token.size());
  return out + token.size();
}

struct Entry {
  size_t column;
  std::string_view token;
};

Entry Take(const char*& in) {
  size_t column = static_cast<uint8_t>(*in++), length;
  if (column == kWide) {
    uint16_t column16;
    uint32_t length32;
    std::memcpy(&column16, in, 2);
    std::memcpy(&length32, in + 2, 4);
    in += 6;
    column = column16;
    length = length32;
  } else {
    length = static_cast<uint8_t>(*in++);
  }
  const Entry entry{column, {in, length}};
  in += length;
  return entry;
}

}  // namespace

PackedRow::PackedRow(std::span<const std::string_view> tokens) {
  size_t size = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (!tokens[i].empty()) size += SizeOf(i, tokens[i].size());
  }
  block_ = std::make_unique_for_overwrite<char[]>(kHead + size);
  const auto size32 = static_cast<uint32_t>(size);
  std::memcpy(block_.get(), &size32, kHead);
  char* out = block_.get() + kHead;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (!tokens[i].empty()) out = Put(out, i, tokens[i]);
  }
}

std::string_view PackedRow::bytes() const {
  if (block_ == nullptr) return {};
  uint32_t size;
  std::memcpy(&size, block_.get(), kHead);
  return {block_.get() + kHead, size};
}

PackedRow PackedRow::FromBytes(std::string_view bytes) {
  PackedRow row;
  row.block_ = std::make_unique_for_overwrite<char[]>(kHead + bytes.size());
  const auto size32 = static_cast<uint32_t>(bytes.size());
  std::memcpy(row.block_.get(), &size32, kHead);
  std::memcpy(row.block_.get() + kHead, bytes.data(), bytes.size());
  return row;
}

void PackedRow::Unpack(std::span<std::string_view> tokens) const {
  std::fill(tokens.begin(), tokens.end(), std::string_view());
  const std::string_view all = bytes();
  for (const char* in = all.data(); in < all.data() + all.size();) {
    const Entry entry = Take(in);
    if (entry.column < tokens.size()) tokens[entry.column] = entry.token;
  }
}

std::string_view PackedRow::Get(size_t column) const {
  const std::string_view all = bytes();
  for (const char* in = all.data(); in < all.data() + all.size();) {
    const Entry entry = Take(in);
    if (entry.column == column) return entry.token;
  }
  return {};
}

}  // namespace causeway::sandbox
