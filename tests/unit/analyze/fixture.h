#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tricklec/analyze/analyze.h"
#include "tricklec/catalog/loader.h"
#include "tricklec/ir/print.h"
#include "tricklec/pgparse/parse.h"
#include "tricklec/syntax/parser.h"
#include "tricklec/syntax/splitter.h"

namespace tricklec::analyze {

/// Analyses queries against a schema given as text.
class AnalyzeTest : public testing::Test {
 protected:
  explicit AnalyzeTest(int version = 15) : catalog_(version) {}

  void Schema(std::string text) {
    source::Diagnostics diagnostics;
    buffers_.push_back(source::MakeBuffer("schema.sql", std::move(text)));
    catalog::Loader loader(catalog_, diagnostics);
    loader.BeginFile();
    for (const syntax::Piece& piece :
         syntax::SplitStatements(*buffers_.back(), diagnostics).pieces) {
      if (piece.kind == syntax::Piece::Kind::Other) loader.ApplyText(piece.range);
    }
    for (const source::Diagnostic& diagnostic : diagnostics.all()) {
      ADD_FAILURE() << diagnostic.message;
    }
    std::vector<catalog::RelationId> ids;
    for (const auto& [id, relation] : catalog_.relations()) ids.push_back(id);
    for (catalog::RelationId id : ids) InferColumns(catalog_, id);
  }

  ir::RelPtr Query(std::string text) {
    diagnostics_ = source::Diagnostics();
    buffers_.push_back(source::MakeBuffer("query.sql", std::move(text)));
    pgparse::ParseResult parsed = pgparse::Parse(buffers_.back()->All());
    if (parsed.error) {
      ADD_FAILURE() << parsed.error->message;
      return nullptr;
    }
    return AnalyzeQuery(parsed.statements[0].node, catalog_, {catalog_.search_path()},
                        diagnostics_);
  }

  /// The tree as text, or the diagnostics.
  std::string Tree(std::string text) {
    ir::RelPtr rel = Query(std::move(text));
    return rel == nullptr ? Messages() : ir::Print(rel);
  }

  /// The expression of a query's only column.
  ir::ExprPtr Expression(const std::string& expression, const std::string& table = "t") {
    ir::RelPtr rel = Query("SELECT " + expression + " AS x FROM " + table);
    if (rel == nullptr) {
      ADD_FAILURE() << expression << ": " << Messages();
      return nullptr;
    }
    return rel->As<ir::Project>()->columns[0].expr;
  }

  /// That expression as text, without the numbers of columns.
  std::string Printed(const std::string& expression) {
    ir::ExprPtr expr = Expression(expression);
    if (expr == nullptr) return {};
    std::string text = ir::Print(expr), plain;
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '#') {
        plain += text[i];
        continue;
      }
      while (i + 1 < text.size() && std::isdigit(static_cast<unsigned char>(text[i + 1]))) ++i;
    }
    return plain;
  }

  /// What the definition of a stream table over this query gives: diagnostics as text.
  std::string DefinitionMessages(const std::string& query) {
    return StatementMessages("CREATE STREAM TABLE st IMMEDIATE AS " + query);
  }
  std::string StatementMessages(std::string statement) {
    Define(std::move(statement));
    return Messages();
  }
  std::optional<ir::Definition> Define(std::string statement) {
    diagnostics_ = source::Diagnostics();
    buffers_.push_back(source::MakeBuffer("stream.sql", std::move(statement)));
    files_.push_back(syntax::ParseFile(*buffers_.back(), diagnostics_));
    return AnalyzeDefinition(files_.back().statements[0], catalog_, {catalog_.search_path()},
                             diagnostics_);
  }

  std::string Messages() const {
    std::string text;
    for (const source::Diagnostic& d : diagnostics_.Sorted()) {
      text += fmt::format("{} {} [{}]\n", source::InfoOf(d.code).id, d.message,
                          d.range.valid() ? d.range.text() : "");
    }
    return text;
  }

  catalog::Catalog catalog_;
  source::Diagnostics diagnostics_;
  std::vector<source::BufferPtr> buffers_;
  std::vector<syntax::File> files_;
};

}  // namespace tricklec::analyze
