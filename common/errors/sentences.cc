#include "common/errors/sentences.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace causeway::errors {
namespace {

// A sentence around the place of its name.
struct Pattern {
  std::string before;
  std::string after;
  std::vector<std::string> names;  // Empty: it names nothing.
};

bool IsWordAt(const std::string& text, size_t at, size_t size) {
  const auto letter = [&](size_t i) { return i < text.size() && (absl::ascii_isalnum(text[i]) || text[i] == '_'); };
  return (at == 0 || !letter(at - 1)) && !letter(at + size);
}

size_t LastWord(const std::string& text, const std::string& word) {
  size_t at = word.empty() ? std::string::npos : text.rfind(word);
  while (at != std::string::npos && !IsWordAt(text, at, word.size())) at = at == 0 ? std::string::npos : text.rfind(word, at - 1);
  return at;
}

Pattern PatternOf(const Sentence& sentence) {
  const size_t at = LastWord(sentence.text, sentence.name);
  if (at == std::string::npos) return {sentence.text, "", {}};
  return {sentence.text.substr(0, at), sentence.text.substr(at + sentence.name.size()), {sentence.name}};
}

}  // namespace

std::string Together(std::span<const Sentence> sentences) {
  std::vector<Pattern> patterns;
  for (const Sentence& sentence : sentences) {
    Pattern pattern = PatternOf(sentence);
    const auto same = std::find_if(patterns.begin(), patterns.end(), [&](const Pattern& other) {
      return other.before == pattern.before && other.after == pattern.after && other.names.empty() == pattern.names.empty();
    });
    if (same == patterns.end()) {
      patterns.push_back(std::move(pattern));
    } else if (!pattern.names.empty() && std::find(same->names.begin(), same->names.end(), pattern.names[0]) == same->names.end()) {
      same->names.push_back(std::move(pattern.names[0]));
    }
  }
  return absl::StrJoin(patterns, " ", [](std::string* out, const Pattern& pattern) {
    absl::StrAppend(out, pattern.before, absl::StrJoin(pattern.names, ", "), pattern.after);
  });
}

}  // namespace causeway::errors
