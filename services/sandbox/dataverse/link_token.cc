#include "services/sandbox/dataverse/link_token.h"

#include <vector>

#include "services/sandbox/base/sealed_token.h"
#include "services/sandbox/base/text.h"

namespace causeway::sandbox::dataverse {
namespace {

constexpr size_t kParts = 9;
constexpr std::string_view kKinds = "rstdp";

}  // namespace

std::string LinkToken::ToText() const {
  const char letter = static_cast<char>(kind);
  return Seal(Cat(std::string_view(&letter, 1), "|", table, "|", query, "|", cursor, "|", from, "|", to, "|",
                  deletions ? 1 : 0, "|", epoch, "|", made_ms));
}

std::optional<LinkToken> LinkToken::Parse(std::string_view text) {
  const std::optional<std::string> payload = Unseal(text);
  if (!payload) return std::nullopt;
  const std::vector<std::string_view> parts = Split(*payload, '|');
  if (parts.size() != kParts || parts[0].size() != 1 || kKinds.find(parts[0]) == std::string_view::npos)
    return std::nullopt;
  LinkToken token;
  token.kind = static_cast<Kind>(parts[0][0]);
  token.table = parts[1];
  token.query = ParseNumber<uint64_t>(parts[2]).value_or(0);
  token.cursor = ParseNumber(parts[3]).value_or(0);
  token.from = ParseNumber(parts[4]).value_or(0);
  token.to = ParseNumber(parts[5]).value_or(0);
  token.deletions = parts[6] == "1";
  token.epoch = ParseNumber(parts[7]).value_or(0);
  token.made_ms = ParseNumber(parts[8]).value_or(0);
  return token;
}

}  // namespace causeway::sandbox::dataverse
