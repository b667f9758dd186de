#include "tricklec/catalog/print.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>

#include "tricklec/catalog/snapshot.h"
#include "tricklec/pgparse/parse.h"

namespace tricklec::catalog {

namespace {

using Json = nlohmann::ordered_json;

constexpr auto kReplaceErrors = Json::error_handler_t::replace;

class Printer {
 public:
  explicit Printer(const Catalog& catalog) : catalog_(catalog) {}

  Json Print() const {
    Json out;
    out["catalog_format"] = kSnapshotFormat;
    out["server_version"] = catalog_.server_version();
    out["schemas"] = Json::array();
    for (const std::string& schema : catalog_.schemas()) {
      if (schema == "pg_catalog" || schema == "information_schema") continue;
      out["schemas"].push_back(schema);
    }
    AddSorted(out, "extensions", catalog_.extensions());
    AddMap(out, "types", catalog_.user_types());
    AddMap(out, "relations", catalog_.relations());
    AddMap(out, "functions", catalog_.user_functions());
    AddMap(out, "operators", catalog_.user_operators());
    AddSorted(out, "casts", catalog_.user_casts());
    AddSorted(out, "collations", catalog_.user_collations());
    return out;
  }

 private:
  template <typename Items, typename PrintItem>
  static void AddList(Json& out, const char* key, const Items& items, const PrintItem& print_item) {
    if (items.empty()) return;
    Json list = Json::array();
    for (const auto& item : items) list.push_back(print_item(item));
    out[key] = std::move(list);
  }

  // A list in whose order nothing lies: two databases with the same schema print alike, whatever
  // the order in which their objects were made.
  template <typename Items>
  void AddSorted(Json& out, const char* key, const Items& items) const {
    Json list = Json::array();
    for (const auto& item : items) list.push_back(Print(item));
    Sort(out, key, std::move(list));
  }
  static void Sort(Json& out, const char* key, Json list) {
    if (list.empty()) return;
    std::vector<std::pair<std::string, Json>> sorted;
    for (Json& item : list) sorted.emplace_back(SortKey(item), std::move(item));
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    Json& result = out[key] = Json::array();
    for (auto& [name, item] : sorted) result.push_back(std::move(item));
  }
  // What identifies an object among those of its kind, in pieces.
  static std::string SortKey(const Json& item) {
    std::string text;
    for (const char* key : {"name", "source", "target", "left", "right", "args"}) {
      if (item.contains(key)) text += item[key].dump(-1, ' ', false, kReplaceErrors);
      text += '\0';
    }
    return text;
  }

  template <typename Objects>
  void AddMap(Json& out, const char* key, const Objects& objects) const {
    Json list = Json::array();
    for (const auto& [id, object] : objects) {
      if (IsPrinted(object)) list.push_back(Print(object));
    }
    Sort(out, key, std::move(list));
  }

  template <typename Object>
  static bool IsPrinted(const Object&) {
    return true;
  }
  // Array types and row types go without saying.
  static bool IsPrinted(const Type& type) {
    return type.kind != TypeKind::Array && type.relation == 0;
  }

  static void AddNames(Json& out, const char* key, const std::vector<std::string>& names) {
    if (!names.empty()) out[key] = names;
  }
  static void AddFlag(Json& out, const char* key, bool value, bool usual = false) {
    if (value != usual) out[key] = value;
  }
  static void AddText(Json& out, const char* key, const StoredExpression& expression) {
    if (expression) out[key] = pgparse::DeparseExpression(expression.node);
  }
  static void AddName(Json& out, const char* key, const QualifiedName& name) {
    if (!name.empty()) out[key] = QuoteQualified(name);
  }
  static void AddExtension(Json& out, const std::string& extension) {
    if (!extension.empty()) out["extension"] = extension;
  }
  // An operator is qualified as OPERATOR(schema.name), its name never quoted.
  static std::string NameOf(const Operator& op) {
    return QuoteIdentifier(op.schema) + "." + op.name;
  }
  void AddOperator(Json& out, const char* key, OperatorId id) const {
    if (const Operator* op = catalog_.FindOperator(id)) out[key] = NameOf(*op);
  }
  void AddFunction(Json& out, FunctionId id) const {
    const Function* function = catalog_.FindFunction(id);
    if (function == nullptr) return;
    out["function"] = QuoteQualified({function->schema, function->name});
    out["function_args"] = TypeNames(function->args);
  }

  Json Print(const Catalog::Extension& extension) const {
    Json out;
    out["name"] = extension.name;
    out["schema"] = extension.schema;
    AddFlag(out, "known", extension.known, true);
    return out;
  }

  static Json Print(const Collation& collation) {
    Json out;
    out["name"] = QuoteQualified({collation.schema, collation.name});
    AddFlag(out, "deterministic", collation.deterministic, true);
    return out;
  }

  void AddBase(Json& out, const Type& type) const {
    if (type.category != 'U') out["category"] = std::string(1, type.category);
    AddFlag(out, "preferred", type.preferred);
    if (type.length != -1) out["length"] = type.length;
    if (type.element != types::kNone) out["element"] = catalog_.FormatType(type.element);
    if (!type.default_collation.empty()) out["default_collation"] = type.default_collation;
    AddOperator(out, "equality", type.equality);
    if (type.equal_image == EqualImage::ByCollation) out["equal_image"] = "by collation";
    if (type.equal_image == EqualImage::Always) out["equal_image"] = "always";
  }

  Json Print(const Type& type) const {
    Json out;
    out["name"] = QuoteQualified({type.schema, type.name});
    switch (type.kind) {
      case TypeKind::Base: out["kind"] = "base"; break;
      case TypeKind::Domain: out["kind"] = "domain"; break;
      case TypeKind::Enum: out["kind"] = "enum"; break;
      case TypeKind::Composite: out["kind"] = "composite"; break;
      case TypeKind::Range: out["kind"] = "range"; break;
      case TypeKind::Multirange: out["kind"] = "multirange"; break;
      case TypeKind::Array: out["kind"] = "array"; break;
      case TypeKind::Pseudo: out["kind"] = "pseudo"; break;
      case TypeKind::Opaque: out["kind"] = "unknown"; break;
    }
    AddExtension(out, type.extension);
    if (type.kind == TypeKind::Base) AddBase(out, type);
    if (type.base) out["base"] = catalog_.FormatType(type.base);
    AddName(out, "collation", type.collation);
    AddFlag(out, "not_null", type.not_null);
    AddList(out, "checks", type.checks, [](const DomainCheck& check) {
      Json json;
      json["name"] = check.name;
      AddText(json, "expression", check.expression);
      AddFlag(json, "validated", check.validated, true);
      return json;
    });
    if (type.subtype != types::kNone) out["subtype"] = catalog_.FormatType(type.subtype);
    AddNames(out, "labels", type.enum_labels);
    Equality equality = catalog_.EqualityOf(type.id);
    AddFlag(out, "sortable", equality.has_btree, true);
    AddFlag(out, "hashable", equality.has_hash, true);
    return out;
  }

  Json Print(const Column& column) const {
    Json out;
    out["name"] = column.name;
    if (column.type) {
      out["type"] = catalog_.FormatType(column.type);
    } else {
      out["type"] = nullptr;
    }
    AddName(out, "collation", column.collation);
    AddFlag(out, "not_null", column.not_null);
    if (column.identity == Identity::Always) out["identity"] = "always";
    if (column.identity == Identity::ByDefault) out["identity"] = "by default";
    if (column.generated == Generated::Stored) out["generated"] = "stored";
    if (column.generated == Generated::Virtual) out["generated"] = "virtual";
    if (column.generated != Generated::None) {
      AddText(out, "expression", column.expression);
    } else {
      AddFlag(out, "default", column.has_default);
    }
    AddFlag(out, "inherited", column.inherited);
    AddFlag(out, "hidden", column.hidden);
    return out;
  }

  static std::string_view NameOf(KeyAction action) {
    switch (action) {
      case KeyAction::NoAction: return "no action";
      case KeyAction::Restrict: return "restrict";
      case KeyAction::Cascade: return "cascade";
      case KeyAction::SetNull: return "set null";
      case KeyAction::SetDefault: return "set default";
    }
    return "";
  }

  static void AddAction(Json& out, const char* key, KeyAction action) {
    if (action != KeyAction::NoAction) out[key] = NameOf(action);
  }

  Json Print(const Constraint& constraint) const {
    Json out;
    out["name"] = constraint.name;
    switch (constraint.kind) {
      case ConstraintKind::PrimaryKey: out["kind"] = "primary key"; break;
      case ConstraintKind::Unique: out["kind"] = "unique"; break;
      case ConstraintKind::ForeignKey: out["kind"] = "foreign key"; break;
      case ConstraintKind::Check: out["kind"] = "check"; break;
      case ConstraintKind::Exclusion: out["kind"] = "exclusion"; break;
      case ConstraintKind::NotNull: out["kind"] = "not null"; break;
    }
    AddNames(out, "columns", constraint.columns);
    AddNames(out, "include", constraint.include);
    if (constraint.kind == ConstraintKind::ForeignKey) {
      AddName(out, "references", constraint.ref_name);
      AddFlag(out, "referenced_known", constraint.ref_relation != 0, true);
      AddNames(out, "ref_columns", constraint.ref_columns);
      AddAction(out, "on_delete", constraint.on_delete);
      AddAction(out, "on_update", constraint.on_update);
      if (constraint.match == MatchType::Full) out["match"] = "full";
      if (constraint.match == MatchType::Partial) out["match"] = "partial";
    }
    AddText(out, "expression", constraint.check);
    AddFlag(out, "deferrable", constraint.deferrable);
    AddFlag(out, "initially_deferred", constraint.initially_deferred);
    AddFlag(out, "validated", constraint.validated, true);
    AddFlag(out, "enforced", constraint.enforced, true);
    AddFlag(out, "nulls_not_distinct", constraint.nulls_not_distinct);
    AddFlag(out, "no_inherit", constraint.no_inherit);
    AddFlag(out, "without_overlaps", constraint.without_overlaps);
    AddFlag(out, "inherited", constraint.inherited);
    return out;
  }

  static Json Print(const IndexKey& key) {
    Json out;
    if (key.column.empty()) {
      AddText(out, "expression", key.expression);
    } else {
      out["column"] = key.column;
      AddFlag(out, "default_opclass", key.default_opclass, true);
      AddFlag(out, "default_collation", key.default_collation, true);
    }
    AddFlag(out, "descending", key.descending);
    return out;
  }

  static Json Print(const Index& index) {
    Json out;
    out["name"] = index.name;
    AddFlag(out, "unique", index.unique);
    AddFlag(out, "primary", index.primary);
    AddFlag(out, "of_constraint", index.of_constraint);
    AddFlag(out, "valid", index.valid, true);
    AddFlag(out, "deferrable", index.deferrable);
    if (index.access_method != "btree") out["method"] = index.access_method;
    AddList(out, "keys", index.keys, [](const IndexKey& key) { return Print(key); });
    AddNames(out, "include", index.include);
    AddText(out, "predicate", index.predicate);
    AddFlag(out, "nulls_not_distinct", index.nulls_not_distinct);
    AddFlag(out, "proves_key", index.proves_key());
    return out;
  }

  static std::string_view NameOf(RelationKind kind) {
    switch (kind) {
      case RelationKind::Table: return "table";
      case RelationKind::PartitionedTable: return "partitioned table";
      case RelationKind::View: return "view";
      case RelationKind::MaterializedView: return "materialized view";
      case RelationKind::ForeignTable: return "foreign table";
      case RelationKind::Sequence: return "sequence";
      case RelationKind::Composite: return "composite type";
      case RelationKind::StreamTable: return "stream table";
      case RelationKind::Unknown: return "unknown";
    }
    return "";
  }

  std::vector<std::string> NamesOf(const std::vector<RelationId>& ids) const {
    std::vector<std::string> names;
    for (RelationId id : ids) {
      names.push_back(QuoteQualified(catalog_.GetRelation(id).qualified_name()));
    }
    return names;
  }

  // As after PARTITION BY.
  static std::string TextOf(const PartitionKey& partition_key) {
    std::string text;
    switch (partition_key.strategy) {
      case PartitionKey::Strategy::List: text = "LIST ("; break;
      case PartitionKey::Strategy::Range: text = "RANGE ("; break;
      case PartitionKey::Strategy::Hash: text = "HASH ("; break;
    }
    bool first = true;
    for (const IndexKey& key : partition_key.keys) {
      if (!first) text += ", ";
      first = false;
      text += key.column.empty() ? "(" + pgparse::DeparseExpression(key.expression.node) + ")"
                                 : QuoteIdentifier(key.column);
    }
    return text + ")";
  }
  // As after PARTITION OF a table.
  static std::string TextOf(const PartitionBound& bound) {
    if (bound.is_default) return "DEFAULT";
    std::string text(bound.text.text());
    return text.starts_with("FOR") ? text : "FOR VALUES " + text;
  }

  Json Print(const Relation& relation) const {
    Json out;
    out["name"] = QuoteQualified(relation.qualified_name());
    out["kind"] = NameOf(relation.kind);
    AddExtension(out, relation.extension);
    if (relation.persistence == Persistence::Temporary) out["persistence"] = "temporary";
    if (relation.persistence == Persistence::Unlogged) out["persistence"] = "unlogged";
    if (!relation.unknown_reason.empty()) out["reason"] = relation.unknown_reason;
    bool has_columns =
        relation.kind != RelationKind::Unknown && relation.kind != RelationKind::Sequence;
    if (has_columns) AddFlag(out, "columns_known", relation.columns_known, true);
    std::vector<Column> columns = relation.columns;
    std::erase_if(columns, [](const Column& column) { return column.dropped; });
    AddList(out, "columns", columns, [&](const Column& column) { return Print(column); });
    AddSorted(out, "constraints", relation.constraints);
    AddSorted(out, "indexes", relation.indexes);
    AddNames(out, "inherits", NamesOf(relation.parents));
    if (relation.partition_key) out["partition_key"] = TextOf(*relation.partition_key);
    if (relation.bound) out["bound"] = TextOf(*relation.bound);
    AddFlag(out, "row_security", relation.row_security);
    AddFlag(out, "force_row_security", relation.force_row_security);
    // What a table was once made from is no part of it.
    bool is_view = relation.kind == RelationKind::View ||
                   relation.kind == RelationKind::MaterializedView || !relation.columns_known;
    if (relation.view && is_view) {
      out["query"] = std::string(relation.view->text.text());
      out["query_search_path"] = relation.view->path.schemas;
      AddNames(out, "column_names", relation.view->column_names);
      for (const auto& [from, to] : relation.view->renamed_columns) {
        out["renamed"].push_back(Json::array({from, to}));
      }
      AddFlag(out, "recursive", relation.view->recursive);
      AddFlag(out, "security_barrier", relation.view->security_barrier);
      AddFlag(out, "security_invoker", relation.view->security_invoker);
    }
    return out;
  }

  std::vector<std::string> TypeNames(const std::vector<TypeId>& ids) const {
    std::vector<std::string> names;
    for (TypeId id : ids) names.push_back(catalog_.FormatType(id));
    return names;
  }

  Json Print(const Function& function) const {
    Json out;
    out["name"] = QuoteQualified({function.schema, function.name});
    switch (function.kind) {
      case FunctionKind::Function: break;
      case FunctionKind::Aggregate: out["kind"] = "aggregate"; break;
      case FunctionKind::Window: out["kind"] = "window"; break;
      case FunctionKind::Procedure: out["kind"] = "procedure"; break;
    }
    AddExtension(out, function.extension);
    out["args"] = TypeNames(function.args);
    AddNames(out, "arg_names", function.arg_names);
    if (function.default_count > 0) out["defaults"] = function.default_count;
    if (function.variadic_element != types::kNone) {
      out["variadic"] = catalog_.FormatType(function.variadic_element);
    }
    out["returns"] = function.returns == types::kNone ? Json(nullptr)
                                                      : Json(catalog_.FormatType(function.returns));
    AddFlag(out, "returns_set", function.returns_set);
    AddList(out, "columns", function.out_columns, [&](const CompositeAttribute& column) {
      return Json::array({column.name, catalog_.FormatType(column.type)});
    });
    switch (function.volatility) {
      case Volatility::Immutable: out["volatility"] = "immutable"; break;
      case Volatility::Stable: out["volatility"] = "stable"; break;
      case Volatility::Volatile: out["volatility"] = "volatile"; break;
    }
    AddFlag(out, "strict", function.strict);
    AddFlag(out, "leakproof", function.leakproof);
    if (function.aggregate_kind == AggregateKind::OrderedSet) out["aggregate"] = "ordered-set";
    if (function.aggregate_kind == AggregateKind::HypotheticalSet) {
      out["aggregate"] = "hypothetical-set";
    }
    if (function.direct_args != 0) out["direct_args"] = function.direct_args;
    return out;
  }

  Json Print(const Operator& op) const {
    Json out;
    out["name"] = NameOf(op);
    AddExtension(out, op.extension);
    if (op.left != types::kNone) out["left"] = catalog_.FormatType(op.left);
    out["right"] = catalog_.FormatType(op.right);
    if (op.result != types::kNone) out["result"] = catalog_.FormatType(op.result);
    AddFunction(out, op.function);
    // Their operands are these in the other order, and these.
    AddOperator(out, "commutator", op.commutator);
    AddOperator(out, "negator", op.negator);
    AddFlag(out, "merges", op.merges);
    AddFlag(out, "hashes", op.hashes);
    return out;
  }

  Json Print(const Cast& cast) const {
    Json out;
    out["source"] = catalog_.FormatType(cast.source);
    out["target"] = catalog_.FormatType(cast.target);
    AddExtension(out, cast.extension);
    switch (cast.context) {
      case CastContext::Implicit: out["context"] = "implicit"; break;
      case CastContext::Assignment: out["context"] = "assignment"; break;
      case CastContext::Explicit: out["context"] = "explicit"; break;
    }
    switch (cast.method) {
      case CastMethod::Binary: out["method"] = "binary"; break;
      case CastMethod::InOut: out["method"] = "inout"; break;
      case CastMethod::Function: out["method"] = "function"; break;
    }
    AddFunction(out, cast.function);
    return out;
  }

  const Catalog& catalog_;
};

}  // namespace

std::string PrintCatalog(const Catalog& catalog) {
  return Printer(catalog).Print().dump(2, ' ', false, kReplaceErrors) + "\n";
}

}  // namespace tricklec::catalog
