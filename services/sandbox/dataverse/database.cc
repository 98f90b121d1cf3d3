#include "services/sandbox/dataverse/database.h"

#include "services/sandbox/dataverse/system_tables.h"

namespace causeway::sandbox::dataverse {

Database::Database(std::vector<TableSchema> tables, const Clock& clock) : clock_(clock) {
  for (TableSchema& schema : tables) tables_.emplace_back(std::move(schema), version_);
  AddSystemRows(*this);
}

Table* Database::FindSet(std::string_view entity_set) {
  for (Table& table : tables_) {
    if (table.schema().entity_set == entity_set && !table.schema().dropped) return &table;
  }
  return nullptr;
}

const Table* Database::FindTable(std::string_view logical_name) const {
  for (const Table& table : tables_) {
    if (table.schema().logical_name == logical_name && !table.schema().dropped) return &table;
  }
  return nullptr;
}

Table* Database::FindTable(std::string_view logical_name) {
  return const_cast<Table*>(std::as_const(*this).FindTable(logical_name));
}

bool Database::Has(Privilege privilege, const Table& table) const {
  return revoked_.empty() || revoked_.count(PrivilegeName(privilege, table.schema())) == 0;
}

void Database::Set(Privilege privilege, const Table& table, bool granted) {
  const std::string name = PrivilegeName(privilege, table.schema());
  if (granted) {
    revoked_.erase(name);
  } else {
    revoked_.insert(name);
  }
}

Depth Database::ReadDepth(const Table& table) const {
  const auto reduced = depths_.find(PrivilegeName(Privilege::kRead, table.schema()));
  return reduced == depths_.end() ? Depth::kGlobal : reduced->second;
}

void Database::SetReadDepth(const Table& table, Depth depth) {
  depths_[PrivilegeName(Privilege::kRead, table.schema())] = depth;
}

void Database::Follow(const Database& other) {
  for (size_t i = 0; i < tables_.size(); ++i) {
    tables_[i].schema() = other.tables_[i].schema();
    tables_[i].set_shown_ids(other.tables_[i].shown_ids());
  }
  revoked_ = other.revoked_;
  depths_ = other.depths_;
  delta_epoch_ = other.delta_epoch_;
  delta_lifetime_ms = other.delta_lifetime_ms;
}

void Database::Clear() {
  for (Table& table : tables_) table.Clear();
  AddSystemRows(*this);
}

Database::Transaction::Transaction(Database& database) : database_(database.in_transaction_ ? nullptr : &database) {
  if (database_ == nullptr) return;
  database.in_transaction_ = true;
  for (Table& table : database.tables_) table.Begin();
}

Database::Transaction::~Transaction() {
  if (database_ == nullptr) return;
  database_->in_transaction_ = false;
  for (Table& table : database_->tables_) table.Rollback();
}

void Database::Transaction::Commit() {
  if (database_ == nullptr) return;
  database_->in_transaction_ = false;
  for (Table& table : database_->tables_) table.Commit();
  database_ = nullptr;
}

}  // namespace causeway::sandbox::dataverse
