#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tricklec/testsupport/bag.h"

namespace tricklec::tables {

/// Where a column comes from: Generated ones cannot be written, Dropped ones are gone before the
/// first stream table is made, Added ones come by ALTER TABLE (in `after_create`).
enum class ColumnOrigin { kDeclared, kGenerated, kDropped, kAdded };

struct TableColumn {
  std::string name;
  std::string type;         ///< SQL; our own ones are in schema `kinds`
  std::string constraints;  ///< SQL after the type: "NOT NULL", "GENERATED ALWAYS AS (…) STORED"
  ColumnOrigin origin = ColumnOrigin::kDeclared;
};

/// A query over the table; `{t}` stands for its qualified name, so that the same query can be asked
/// of a twin of the table, `{s}` for its schema.
struct StreamQuery {
  std::string text;
  testsupport::CompareBy compare = testsupport::CompareBy::kEqual;
};

/// A source table and stream tables over it.
struct TableCase {
  std::string name = {};  ///< of the test
  std::string schema = "app";
  std::string table = "t";
  std::vector<TableColumn> columns = {};
  std::vector<size_t> key = {};        ///< columns of the primary key; empty: none
  std::string table_constraints = {};  ///< more SQL after the columns
  bool deferrable_key = false;         ///< the primary key can be violated for a while
  std::string after_create = {};       ///< DDL run in the table's schema, `{t}` as in queries
  bool starts_empty = false;           ///< the queries would fail over random rows
  std::vector<StreamQuery> queries = {};

  /// `"schema"."table"`, in `schema` or in the twin's one.
  std::string QualifiedTable(const std::string& in_schema) const;
  /// CREATE TABLE and what follows it.
  std::string Ddl(const std::string& in_schema) const;
  std::string QueryText(const StreamQuery& query, const std::string& in_schema) const;
};

/// The cases of the catalogue, each with queries written for it.
const std::vector<TableCase>& TableCases();

/// DDL of schema `kinds`: the types of the tables, and a function that triggers of NestedTriggersDdl call.
std::string_view KindsDdl();

/// Triggers that run the commands in NestedSettings, as often as `nested.calls_left` allows.
std::string NestedTriggersDdl(const std::string& qualified_table);
const std::vector<std::string>& NestedSettings();

}  // namespace tricklec::tables
