#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tricklec/catalog/catalog.h"
#include "tricklec/catalog/snapshot_item.h"
#include "tricklec/pgparse/parse.h"

namespace tricklec::catalog {

/// What the files of the reader share. Objects are made first and filled later, so that they may
/// refer to each other in any order.
struct SnapshotReader {
  const source::Buffer& snapshot;
  Catalog& catalog;
  source::Diagnostics& diagnostics;
  SnapshotProblems& problems;
  std::vector<source::BufferPtr>& derived;
  std::map<std::string, TypeRef, std::less<>> types_by_text = {};

  /// The type that a field names as `format_type` does; one that is not known here becomes opaque.
  TypeRef TypeAt(const SnapshotItem& item, const char* key);
  TypeRef TypeOf(const std::string& text);
  std::vector<TypeId> TypesAt(const SnapshotItem& item, const char* key);
  /// Parses SQL as a file of its own called "`snapshot` (`what`)". Nothing if the parser of
  /// PostgreSQL 15 does not take it; `why` is then its reason.
  pgparse::Node ParseStatement(const std::string& sql, const std::string& what,
                               std::string* why = nullptr);
  StoredExpression ExpressionAt(const SnapshotItem& item, const char* key, const std::string& what);
  /// Reports an object that was known before.
  void ReportDuplicate(std::string_view what, const std::string& name);
};

// snapshot_types.cpp: types, collations, functions, operators, casts.
void MakeTypes(SnapshotReader& reader, const SnapshotItem& root);
void FillTypes(SnapshotReader& reader, const SnapshotItem& root);
void ReadCollations(SnapshotReader& reader, const SnapshotItem& root);
void ReadFunctions(SnapshotReader& reader, const SnapshotItem& root);
void ReadOperators(SnapshotReader& reader, const SnapshotItem& root);
void ReadCasts(SnapshotReader& reader, const SnapshotItem& root);

// snapshot_relations.cpp.
void MakeRelations(SnapshotReader& reader, const SnapshotItem& root);
void FillRelations(SnapshotReader& reader, const SnapshotItem& root);

}  // namespace tricklec::catalog
