// Invents contacts: the same seed and number give the same person, on every machine. About a tenth of the values that a
// contact may lack are missing; first names, last names, streets and cities repeat as they do among people, with
// letters that aren't ASCII; email addresses and ids are unique within a seed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/sandbox/base/dice.h"
#include "services/sandbox/dataverse/database.h"

namespace causeway::sandbox::dataverse {

struct PeopleSettings {
  uint64_t seed = 1;
  int64_t first = 0;  // The number of the first person; raise it to add others with the same seed.
  int64_t count = 0;
  double inactive_share = 0.1;  // Of statecode 1.
  size_t notes_bytes = 0;       // How large contoso_notes is; 0: there are none.
};

// Id of person `number` of a seed.
Guid PersonId(uint64_t seed, int64_t number);

// Adds contacts; those whose ids exist already are left alone. Returns how many were added.
int64_t AddPeople(const PeopleSettings& settings, Database& database);

// Gives a contact one or a few new values (email, phone, address, consent, name …), other than those it has. False:
// there is no such contact.
bool ChangePerson(const Guid& id, Dice& dice, Database& database);

}  // namespace causeway::sandbox::dataverse
