#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tricklec/catalog/catalog.h"
#include "tricklec/catalog/loader.h"
#include "tricklec/pgparse/parse.h"
#include "tricklec/source/diagnostic.h"
#include "tricklec/syntax/splitter.h"

namespace tricklec::catalog {

/// A catalog fed from text.
class CatalogTest : public testing::Test {
 protected:
  explicit CatalogTest(int version = 15) : catalog_(version) {}

  /// Loads a file; its diagnostics are left in `diagnostics_`.
  void Load(std::string text) {
    buffers_.push_back(source::MakeBuffer("test.sql", std::move(text)));
    Loader loader(catalog_, diagnostics_);
    loader.BeginFile();
    syntax::Split split = syntax::SplitStatements(*buffers_.back(), diagnostics_);
    for (const syntax::Piece& piece : split.pieces) {
      if (piece.kind == syntax::Piece::Kind::Other) loader.ApplyText(piece.range);
    }
  }

  /// Loads a file that must give no diagnostic at all.
  void LoadCleanly(std::string text) {
    Load(std::move(text));
    for (const source::Diagnostic& diagnostic : diagnostics_.all()) {
      ADD_FAILURE() << diagnostic.message << " at "
                    << (diagnostic.range.valid() ? diagnostic.range.text() : "nowhere");
    }
  }

  std::vector<std::string> Messages() const {
    std::vector<std::string> messages;
    for (const source::Diagnostic& diagnostic : diagnostics_.all()) {
      messages.push_back(std::string(source::InfoOf(diagnostic.code).id) + " " +
                         diagnostic.message);
    }
    return messages;
  }

  const Relation& Table(const std::string& name, const std::string& schema = "public") {
    const Relation* relation = catalog_.FindRelation(schema, name, catalog_.search_path());
    if (relation == nullptr) throw std::runtime_error("no relation " + name);
    return *relation;
  }
  const Column& ColumnOf(const std::string& table, const std::string& column) {
    const Column* found = Table(table).FindColumn(column);
    if (found == nullptr) throw std::runtime_error("no column " + column);
    return *found;
  }
  const Constraint& ConstraintOf(const std::string& table, const std::string& name) {
    const Constraint* found = Table(table).FindConstraint(name);
    if (found == nullptr) throw std::runtime_error("no constraint " + name);
    return *found;
  }
  std::string TypeOf(const std::string& table, const std::string& column) {
    return catalog_.FormatType(ColumnOf(table, column).type);
  }
  /// "a integer, b text" of the columns that are there.
  std::string Columns(const std::string& table, const std::string& schema = "public") {
    std::string text;
    for (const Column& column : Table(table, schema).columns) {
      if (column.dropped) continue;
      if (!text.empty()) text += ", ";
      text += column.name + " " + catalog_.FormatType(column.type);
    }
    return text;
  }
  std::string ConstraintNames(const std::string& table) {
    std::string text;
    for (const Constraint& constraint : Table(table).constraints) {
      text += (text.empty() ? "" : " ") + constraint.name;
    }
    return text;
  }
  std::string IndexNames(const std::string& table) {
    std::string text;
    for (const Index& index : Table(table).indexes) text += (text.empty() ? "" : " ") + index.name;
    return text;
  }
  /// A type written as in SQL, printed back.
  std::string RoundTrip(const std::string& type) {
    TypeResolution resolution =
        catalog_.ResolveType(pgparse::ParseTypeName(type), catalog_.search_path());
    return resolution ? catalog_.FormatType(resolution.type) : "error: " + resolution.message;
  }
  TypeId TypeNamed(const std::string& type) {
    return catalog_.ResolveType(pgparse::ParseTypeName(type), catalog_.search_path()).type.type;
  }

  Catalog catalog_;
  source::Diagnostics diagnostics_;
  std::vector<source::BufferPtr> buffers_;
};

class Catalog18Test : public CatalogTest {
 protected:
  Catalog18Test() : CatalogTest(18) {}
};

}  // namespace tricklec::catalog
