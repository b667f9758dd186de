#include "tricklec/catalog/loader.h"

#include <fmt/format.h>

#include <string>

#include "tricklec/catalog/load_context.h"
#include "tricklec/catalog/statement_words.h"
#include "tricklec/pgparse/parse.h"

namespace tricklec::catalog {

namespace {

// Makes what an unreadable statement names unknown, and says so.
void LoadUnreadable(LoadContext& context, const pgparse::ParseError& error) {
  UnreadableTarget target = TargetOfUnreadable(context.statement);
  if (target.kind == UnreadableTarget::Kind::Irrelevant) return;
  auto builder =
      context.diagnostics.Report(source::Code::UnreadableStatement, error.range, error.message);
  builder.AddNote(
      "statements are read as PostgreSQL 15, with the additions that dumps of 16 to 18 "
      "have");
  if (target.name.empty()) return;
  WrittenName name{target.schema, target.name, target.range};
  builder.AddNote(
      fmt::format("what it says of `{}` is not known from here on; using that is an "
                  "error",
                  name.Display()));
  if (target.kind == UnreadableTarget::Kind::Type) {
    if (context.catalog.FindType(name.schema, name.name, context.path()) == nullptr) {
      context.OpaqueType(name);
    }
    return;
  }
  if (target.kind != UnreadableTarget::Kind::Relation) return;
  const Relation* known = context.catalog.FindRelation(name.schema, name.name, context.path());
  std::string reason = fmt::format("a statement about it cannot be read: {}", error.message);
  if (known != nullptr) {
    Relation& relation = *context.catalog.MutableRelation(known->id);
    relation.kind = RelationKind::Unknown;
    relation.columns_known = false;
    relation.unknown_reason = std::move(reason);
    relation.definition = context.statement;
    relation.name_range = name.range;
    return;
  }
  Relation relation;
  relation.schema = context.CreationSchemaOf(name);
  relation.name = name.name;
  relation.kind = RelationKind::Unknown;
  relation.columns_known = false;
  relation.unknown_reason = std::move(reason);
  relation.definition = context.statement;
  relation.name_range = name.range;
  context.catalog.AddRelation(std::move(relation));
}

void LoadSequence(LoadContext& context, const pgparse::Node& statement) {
  WrittenName name = context.NameOf(statement["sequence"]);
  Relation sequence;
  sequence.schema = context.CreationSchemaOf(name);
  sequence.name = name.name;
  sequence.kind = RelationKind::Sequence;
  sequence.definition = context.statement;
  sequence.name_range = name.range;
  if (context.IsTaken(sequence.qualified_name(), name.range, "sequence",
                      statement.Bool("if_not_exists"))) {
    return;
  }
  context.catalog.AddRelation(std::move(sequence));
}

}  // namespace

void Loader::ApplyText(source::Range text) {
  if (!MayConcernCatalog(text)) return;
  std::vector<Amendment> amendments;
  pgparse::ParseResult parsed = pgparse::Parse(text);
  if (parsed.error) {
    NormalizedStatement normalized = NormalizeNewerSyntax(text);
    parsed = pgparse::ParseReplaced(text, normalized.text);
    amendments = std::move(normalized.amendments);
  }
  if (parsed.error) {
    LoadContext context{catalog_, diagnostics_, text, amendments};
    LoadUnreadable(context, *parsed.error);
    return;
  }
  for (const pgparse::ParsedStatement& statement : parsed.statements) {
    Apply(statement.node, statement.range, amendments);
  }
}

void Loader::Apply(const pgparse::Node& statement, source::Range text) {
  Apply(statement, text, {});
}

void Loader::Apply(const pgparse::Node& statement, source::Range text,
                   const std::vector<Amendment>& amendments) {
  LoadContext context{catalog_, diagnostics_, text, amendments};
  if (statement.Is("CreateStmt") || statement.Is("CreateForeignTableStmt")) {
    LoadCreateTable(context, statement);
  } else if (statement.Is("AlterTableStmt")) {
    LoadAlterTable(context, statement);
  } else if (statement.Is("IndexStmt")) {
    LoadIndex(context, statement);
  } else if (statement.Is("ViewStmt")) {
    LoadView(context, statement);
  } else if (statement.Is("CreateTableAsStmt")) {
    LoadCreateTableAs(context, statement["into"], statement["query"],
                      statement.Enum("objtype") == "OBJECT_MATVIEW",
                      statement.Bool("if_not_exists"));
  } else if (statement.Is("DropStmt")) {
    LoadDrop(context, statement);
  } else if (statement.Is("RenameStmt")) {
    LoadRename(context, statement);
  } else if (statement.Is("AlterObjectSchemaStmt")) {
    LoadSetSchema(context, statement);
  } else if (statement.Is("CreateSchemaStmt")) {
    CreateSchema(statement, text);
  } else if (statement.Is("CreateSeqStmt")) {
    LoadSequence(context, statement);
  } else if (!LoadTypeStatement(context, statement) && !LoadFunctionStatement(context, statement) &&
             !LoadOperatorStatement(context, statement)) {
    LoadSessionStatement(context, statement);
  }
}

void Loader::CreateSchema(const pgparse::Node& statement, source::Range text) {
  std::string schema = statement.Str("schemaname");
  // CREATE SCHEMA AUTHORIZATION role: the schema has the role's name.
  if (schema.empty()) schema = statement["authrole"].Str("rolename");
  if (schema.empty()) return;
  catalog_.AddSchema(schema);
  std::vector<pgparse::Node> elements = statement.List("schema_elts");
  if (elements.empty()) return;
  SearchPath outer = catalog_.search_path();
  SearchPath inner = outer;
  inner.schemas.insert(inner.schemas.begin(), schema);
  catalog_.set_search_path(std::move(inner));
  for (const pgparse::Node& element : elements) Apply(element, text);
  catalog_.set_search_path(std::move(outer));
}

}  // namespace tricklec::catalog
