// How records of Dynamics 365 and of Campaign are told to be the same. Pure.
//
// Ids of rows are GUIDs in small letters without braces. A profile that somebody else made may bear the same GUID in capitals or in
// braces; a key field can't be changed, so it stays as it is there, and Campaign finds it in that form only.
#pragma once

#include <string>
#include <vector>

namespace causeway::ingress {

// A GUID in small letters and without braces; any other text as it is.
std::string NormalKey(const std::string& key);

// The ways in which Campaign may have spelled the key, ours first.
std::vector<std::string> FormsOf(const std::string& key);

// What the index keeps of a record in Campaign (IndexEntry.destination_key): its PKey, and behind a blank its key as Campaign spells it
// where that isn't ours.
struct DestinationKey {
  std::string pkey;
  std::string key;  // As Campaign spells it.

  static DestinationKey Parse(const std::string& kept, const std::string& our_key);
  std::string Keep(const std::string& our_key) const;
};

}  // namespace causeway::ingress
