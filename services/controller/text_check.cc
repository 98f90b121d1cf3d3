#include "services/controller/text_check.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace causeway::controller {
namespace {

// Unicode 15, categories Cc, Zl, Zp and the Cf that don't belong to a script (ZWJ and ZWNJ do).
constexpr std::pair<uint32_t, uint32_t> kControls[] = {
    {0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},     {0x61c, 0x61c},   {0x180e, 0x180e}, {0x200b, 0x200b}, {0x200e, 0x200f},
    {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
};

bool IsControl(uint32_t point) {
  return std::any_of(std::begin(kControls), std::end(kControls),
                     [&](const auto& range) { return point >= range.first && point <= range.second; });
}

}  // namespace

bool HasControls(absl::string_view utf8) {
  for (size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i++]);
    const int more = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    uint32_t point = more == 0 ? lead : lead & (0x3f >> more);
    for (int n = 0; n < more && i < utf8.size(); ++n) point = point << 6 | (static_cast<unsigned char>(utf8[i++]) & 0x3f);
    if (IsControl(point)) return true;
  }
  return false;
}

}  // namespace causeway::controller
