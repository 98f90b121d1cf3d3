// Printing messages in the format that the command line asks for.
#pragma once

#include <google/protobuf/message.h>

#include <functional>
#include <string>
#include <vector>

#include "services/ctl/session.h"
#include "services/ctl/table.h"

namespace causeway::ctl {

// Protobuf's JSON, fields without a value among it.
std::string ToJson(const google::protobuf::Message& message, bool indented = true);
// Every field that is set.
std::string ToYaml(const google::protobuf::Message& message);

// One message: JSON, or YAML, or for people `text` (YAML when there is none).
void Print(Session& session, const google::protobuf::Message& message, const std::string& text = "");

// Many, for scripts: a JSON array or a YAML list.
void PrintArray(Session& session, const std::vector<const google::protobuf::Message*>& messages);

// Many: a JSON array, a YAML list, or a table with a row for each; `none` when there are none.
template <typename T>
void PrintList(Session& session, const std::vector<T>& messages, Table table, const std::string& none,
               const std::function<std::vector<std::string>(const T&)>& row) {
  if (session.format == Format::kTable) {
    for (const T& message : messages) table.Add(row(message));
    session.out << (messages.empty() ? none + "\n" : table.ToString());
    return;
  }
  std::vector<const google::protobuf::Message*> pointers;
  for (const T& message : messages) pointers.push_back(&message);
  PrintArray(session, pointers);
}

}  // namespace causeway::ctl
