#include "services/sandbox/control/state_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "services/sandbox/base/text.h"
#include "services/sandbox/dataverse/system_tables.h"

namespace causeway::sandbox {
namespace {

// Changes with the form of the file.
constexpr char kMagic[] = "causeway-sandbox 4\n";

struct Closer {
  void operator()(FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<FILE, Closer>;

class Writer {
 public:
  explicit Writer(FILE* file) : file_(file) {}
  void Number(int64_t number) { Bytes(&number, sizeof(number)); }
  void Text(std::string_view text) {
    Number(static_cast<int64_t>(text.size()));
    Bytes(text.data(), text.size());
  }
  void Bytes(const void* data, size_t size) {
    if (size > 0 && std::fwrite(data, size, 1, file_) != 1) throw std::runtime_error(std::strerror(errno));
  }

 private:
  FILE* file_;
};

class Reader {
 public:
  explicit Reader(FILE* file) : file_(file) {}
  int64_t Number() {
    int64_t number = 0;
    Bytes(&number, sizeof(number));
    return number;
  }
  std::string Text() {
    const int64_t size = Number();
    if (size < 0 || size > (int64_t{1} << 30)) throw std::runtime_error("a length is out of range");
    std::string text(static_cast<size_t>(size), '\0');
    Bytes(text.data(), text.size());
    return text;
  }
  void Bytes(void* data, size_t size) {
    if (size > 0 && std::fread(data, size, 1, file_) != 1) throw std::runtime_error("it is cut");
  }

 private:
  FILE* file_;
};

void Save(const dataverse::Table& table, Writer& out) {
  out.Text(table.schema().logical_name);
  out.Number(static_cast<int64_t>(table.slots()));
  for (size_t slot = 0; slot < table.slots(); ++slot) {
    const dataverse::Row* row = table.At(slot);
    out.Number(row == nullptr ? 0 : row->version);
    if (row == nullptr) continue;
    out.Bytes(&row->id, sizeof(row->id));
    out.Text(row->values.bytes());
  }
  out.Number(static_cast<int64_t>(table.tombstones().size()));
  for (const dataverse::Tombstone& tombstone : table.tombstones()) {
    out.Bytes(&tombstone.id, sizeof(tombstone.id));
    out.Number(tombstone.version);
  }
}

// Taken away by a test or not.
dataverse::Table* FindAny(dataverse::Database& database, const std::string& name) {
  for (dataverse::Table& table : database.tables()) {
    if (table.schema().logical_name == name) return &table;
  }
  return nullptr;
}

void Load(dataverse::Database& database, Reader& in) {
  dataverse::Table* table = FindAny(database, in.Text());
  if (table == nullptr) throw std::runtime_error("it has a table that isn't there any more");
  const int64_t slots = in.Number();
  table->Reserve(static_cast<size_t>(slots));
  for (int64_t slot = 0; slot < slots; ++slot) {
    dataverse::Row row;
    row.version = in.Number();
    if (row.version != 0) {
      in.Bytes(&row.id, sizeof(row.id));
      row.values = PackedRow::FromBytes(in.Text());
    }
    table->Restore(std::move(row));
  }
  for (int64_t count = in.Number(); count > 0; --count) {
    dataverse::Tombstone tombstone;
    in.Bytes(&tombstone.id, sizeof(tombstone.id));
    tombstone.version = in.Number();
    table->Restore(tombstone);
  }
}

void Save(const campaign::Entities& entities, Writer& out) {
  out.Number(static_cast<int64_t>(entities.slots()));
  for (size_t slot = 0; slot < entities.slots(); ++slot) {
    const campaign::Entity* entity = entities.At(slot);
    out.Number(entity == nullptr ? -1 : entity->created_ms);
    if (entity == nullptr) continue;
    out.Number(entity->modified_ms);
    out.Text(entity->values.bytes());
  }
}

void Load(campaign::Entities& entities, Reader& in) {
  for (int64_t slots = in.Number(); slots > 0; --slots) {
    campaign::Entity entity;
    entity.created_ms = in.Number();
    if (entity.created_ms >= 0) {
      entity.modified_ms = in.Number();
      entity.values = PackedRow::FromBytes(in.Text());
    }
    entities.Restore(std::move(entity));
  }
}

void SaveEvents(const World& world, Writer& out) {
  out.Number(world.events.first());
  out.Number(world.events.end() - world.events.first());
  for (int64_t number = world.events.first(); number < world.events.end(); ++number) {
    out.Number(world.events.At(number).time_ms);
    out.Text(world.events.At(number).json);
  }
  out.Number(static_cast<int64_t>(world.emitted.size()));
  for (const events::EmailEvent& event : world.emitted) {
    out.Text(event.id);
    out.Number(static_cast<int64_t>(event.type));
    out.Number(event.time_ms);
    out.Text(event.contact_id);
    out.Text(event.campaign);
    out.Text(event.delivery);
    out.Number(static_cast<int64_t>(event.form));
    out.Number(event.seed);
    out.Number(event.cut_emoji);
    out.Number(event.number_form);
  }
}

void LoadEvents(World& world, Reader& in) {
  const int64_t first = in.Number();
  std::deque<events::KeptEvent> kept;
  for (int64_t count = in.Number(); count > 0; --count) {
    events::KeptEvent event;
    event.time_ms = in.Number();
    event.json = in.Text();
    kept.push_back(std::move(event));
  }
  world.events.Restore(first, std::move(kept));
  for (int64_t count = in.Number(); count > 0; --count) {
    events::EmailEvent event;
    event.id = in.Text();
    event.type = static_cast<events::EmailEventType>(in.Number());
    event.time_ms = in.Number();
    event.contact_id = in.Text();
    event.campaign = in.Text();
    event.delivery = in.Text();
    event.form = static_cast<events::EventForm>(in.Number());
    event.seed = in.Number() != 0;
    event.cut_emoji = in.Number() != 0;
    event.number_form = static_cast<int>(in.Number());
    world.emitted.push_back(std::move(event));
  }
}

void Save(const dataverse::Database& database, Writer& out) {
  out.Number(database.last_version());
  int64_t tables = 0;
  for (const dataverse::Table& table : database.tables()) tables += dataverse::IsSystemTable(table.schema()) ? 0 : 1;
  out.Number(tables);
  for (const dataverse::Table& table : database.tables()) {
    if (!dataverse::IsSystemTable(table.schema())) Save(table, out);
  }
}

void LoadRows(dataverse::Database& database, Reader& in) {
  database.version().last = in.Number();
  for (int64_t tables = in.Number(); tables > 0; --tables) Load(database, in);
}

void SaveAll(World& world, Writer& out) {
  out.Bytes(kMagic, sizeof(kMagic) - 1);
  Save(world.database, out);
  out.Number(world.database.delta_epoch());
  out.Number(world.people);
  for (const campaign::Entities& entities : world.resources) Save(entities, out);
  SaveEvents(world, out);
  out.Bytes(&world.campaign_api.calls(), sizeof(campaign::EngineCalls));
}

void CheckMagic(Reader& in) {
  char magic[sizeof(kMagic) - 1];
  in.Bytes(magic, sizeof(magic));
  if (std::string_view(magic, sizeof(magic)) != kMagic) throw std::runtime_error("another version wrote it");
}

void LoadAll(World& world, Reader& in) {
  CheckMagic(in);
  LoadRows(world.database, in);
  for (int64_t epoch = in.Number(); world.database.delta_epoch() < epoch;) world.database.ExpireDeltaTokens();
  world.people = in.Number();
  for (campaign::Entities& entities : world.resources) Load(entities, in);
  LoadEvents(world, in);
  in.Bytes(&world.campaign_api.calls(), sizeof(campaign::EngineCalls));
}

std::string WriteBackup(const dataverse::Database& database, File file) {
  if (!file) return std::strerror(errno);
  try {
    Writer out(file.get());
    out.Bytes(kMagic, sizeof(kMagic) - 1);
    Save(database, out);
    return std::fflush(file.get()) == 0 ? "" : std::strerror(errno);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

// Into a database of its own first, so that a file that is cut changes nothing.
std::string ReadBackup(File file, dataverse::Database& database) {
  if (!file) return std::strerror(errno);
  std::vector<dataverse::TableSchema> schemas;
  for (const dataverse::Table& table : database.tables()) schemas.push_back(table.schema());
  dataverse::Database restored(std::move(schemas), database.clock());
  try {
    Reader in(file.get());
    CheckMagic(in);
    LoadRows(restored, in);
  } catch (const std::exception& error) {
    return error.what();
  }
  for (size_t i = 0; i < database.tables().size(); ++i) {
    if (!dataverse::IsSystemTable(database.tables()[i].schema())) database.tables()[i].CopyFrom(restored.tables()[i]);
  }
  database.version().last = restored.last_version();
  return "";
}

}  // namespace

std::string SaveBackup(const dataverse::Database& database, const std::string& path) {
  return WriteBackup(database, File(std::fopen(path.c_str(), "wb")));
}

std::string SaveBackup(const dataverse::Database& database, std::string* text) {
  char* bytes = nullptr;
  size_t size = 0;
  std::string problem = WriteBackup(database, File(open_memstream(&bytes, &size)));
  text->assign(bytes, size);
  std::free(bytes);
  return problem;
}

std::string LoadBackup(const std::string& path, dataverse::Database& database) {
  return ReadBackup(File(std::fopen(path.c_str(), "rb")), database);
}

std::string LoadBackup(std::string* text, dataverse::Database& database) {
  return ReadBackup(File(fmemopen(text->data(), text->size(), "rb")), database);
}

std::string SaveState(World& world, const std::string& path) {
  const std::string temporary = path + ".new";
  try {
    File file(std::fopen(temporary.c_str(), "wb"));
    if (!file) return std::strerror(errno);
    Writer out(file.get());
    SaveAll(world, out);
    if (std::fflush(file.get()) != 0) return std::strerror(errno);
  } catch (const std::runtime_error& error) {
    unlink(temporary.c_str());
    return error.what();
  }
  return std::rename(temporary.c_str(), path.c_str()) == 0 ? "" : std::strerror(errno);
}

std::string LoadState(const std::string& path, World& world) {
  File file(std::fopen(path.c_str(), "rb"));
  if (!file) return errno == ENOENT ? "" : std::strerror(errno);
  try {
    Reader in(file.get());
    LoadAll(world, in);
  } catch (
      const std::exception& error) {  // Of the allocator too: a damaged file says that there is too much of something.
    return error.what();
  }
  return "";
}

}  // namespace causeway::sandbox
