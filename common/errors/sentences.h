// Several problems told as one message. Pure.
#pragma once

#include <span>
#include <string>

namespace causeway::errors {

struct Sentence {
  std::string text;
  // What the text names, such as a column: sentences that differ in it only become one, with a list in its place. May be empty.
  std::string name;
};

// Every sentence once, in the order of their first.
std::string Together(std::span<const Sentence> sentences);

}  // namespace causeway::errors
