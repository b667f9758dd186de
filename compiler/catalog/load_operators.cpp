// CREATE OPERATOR, CREATE CAST, CREATE OPERATOR CLASS.

#include <algorithm>

#include "tricklec/catalog/load_context.h"

namespace tricklec::catalog {

namespace {

constexpr int kBtreeEqual = 3;  // strategy numbers (manual, "Interfacing Extensions to Indexes")
constexpr int kHashEqual = 1;
constexpr int kOperatorItem = 1;

void CreateOperator(LoadContext& context, const pgparse::Node& statement) {
  WrittenName written = context.NameOf(statement.Names("defnames"));
  Operator op;
  op.schema = context.CreationSchemaOf(written);
  op.name = written.name;
  op.definition = context.statement;
  std::vector<std::string> function_names, commutator, negator;
  for (const pgparse::Node& option : statement.List("definition")) {
    std::string name = option.Str("defname");
    if (name == "leftarg") op.left = context.ResolveType(option["arg"]).type;
    if (name == "rightarg") op.right = context.ResolveType(option["arg"]).type;
    if (name == "function" || name == "procedure") function_names = OptionNames(option);
    if (name == "commutator") commutator = OptionNames(option);
    if (name == "negator") negator = OptionNames(option);
    if (name == "hashes") op.hashes = OptionBool(option, true);
    if (name == "merges") op.merges = OptionBool(option, true);
  }
  std::vector<TypeId> args;
  if (op.left != 0) args.push_back(op.left);
  args.push_back(op.right);
  WrittenName function_name = context.NameOf(function_names);
  for (const Function* function :
       context.catalog.FindFunctions(function_name.schema, function_name.name, context.path())) {
    bool fits =
        function->args.size() == args.size() &&
        std::equal(args.begin(), args.end(), function->args.begin(), [&](TypeId have, TypeId want) {
          return context.catalog.IsBinaryCoercible(have, want);
        });
    if (!fits) continue;
    op.function = function->id;
    op.result = function->returns;
    if (function->args == args) break;
  }
  const Operator* existing = nullptr;
  for (const Operator* other : context.catalog.FindOperators(op.schema, op.name, context.path())) {
    if (other->left == op.left && other->right == op.right) existing = other;
  }
  if (existing != nullptr && existing->function != 0) {
    auto builder = context.diagnostics.Report(source::Code::DuplicateObject, context.statement,
                                              "operator", op.name);
    if (existing->definition.valid()) {
      builder.AddLabel(existing->definition, "first defined here");
    }
    return;
  }
  // The commutator or negator may come later: then the link is made there.
  auto find = [&](const std::vector<std::string>& names, TypeId left, TypeId right) -> OperatorId {
    if (names.empty()) return 0;
    WrittenName other = context.NameOf(names);
    const Operator* found =
        context.catalog.FindOperator(other.schema, other.name, left, right, context.path());
    return found == nullptr ? 0 : found->id;
  };
  op.commutator = find(commutator, op.right, op.left);
  op.negator = find(negator, op.left, op.right);
  bool own_commutator =
      !commutator.empty() && op.left == op.right && context.NameOf(commutator).name == op.name;
  OperatorId id = context.catalog.AddOperator(op);
  if (own_commutator) context.catalog.MutableOperator(id)->commutator = id;
  if (Operator* other = context.catalog.MutableOperator(op.commutator)) {
    if (other->commutator == 0) other->commutator = id;
  }
  if (Operator* other = context.catalog.MutableOperator(op.negator)) {
    if (other->negator == 0) other->negator = id;
  }
}

void CreateCast(LoadContext& context, const pgparse::Node& statement) {
  Cast cast;
  cast.source = context.ResolveType(statement["sourcetype"]).type;
  cast.target = context.ResolveType(statement["targettype"]).type;
  cast.definition = context.statement;
  std::string_view when = statement.Enum("context");
  if (when == "COERCION_IMPLICIT") cast.context = CastContext::Implicit;
  if (when == "COERCION_ASSIGNMENT") cast.context = CastContext::Assignment;
  pgparse::Node function = statement["func"];
  if (function) {
    cast.method = CastMethod::Function;
    WrittenName name = context.NameOf(function.Names("objname"));
    for (const Function* candidate :
         context.catalog.FindFunctions(name.schema, name.name, context.path())) {
      bool fits = !candidate->args.empty() &&
                  context.catalog.IsBinaryCoercible(cast.source, candidate->args[0]);
      if (fits) cast.function = candidate->id;
    }
  } else {
    cast.method = statement.Bool("inout") ? CastMethod::InOut : CastMethod::Binary;
  }
  context.catalog.RemoveCast(cast.source, cast.target);
  context.catalog.AddCast(std::move(cast));
}

// A default btree or hash operator class gives its type an equality.
void CreateOperatorClass(LoadContext& context, const pgparse::Node& statement) {
  std::string method = statement.Str("amname");
  bool btree = method == "btree";
  if (!statement.Bool("is_default") || (!btree && method != "hash")) return;
  TypeId id = context.ResolveType(statement["datatype"]).type;
  Type* type = context.catalog.MutableType(id);
  if (type == nullptr) return;
  OperatorId equality = 0;
  for (const pgparse::Node& item : statement.List("items")) {
    bool is_equality = item.Int("itemtype") == kOperatorItem &&
                       item.Int("number") == (btree ? kBtreeEqual : kHashEqual);
    if (!is_equality) continue;
    WrittenName name = context.NameOf(item["name"].Names("objname"));
    const Operator* op =
        context.catalog.FindOperator(name.schema, name.name, id, id, context.path());
    if (op != nullptr) equality = op->id;
  }
  if (equality == 0) return;
  (btree ? type->has_btree : type->has_hash) = true;
  if (btree || type->equality == 0) type->equality = equality;
}

}  // namespace

bool LoadOperatorStatement(LoadContext& context, const pgparse::Node& statement) {
  if (statement.Is("DefineStmt") && statement.Enum("kind") == "OBJECT_OPERATOR") {
    CreateOperator(context, statement);
  } else if (statement.Is("CreateCastStmt")) {
    CreateCast(context, statement);
  } else if (statement.Is("CreateOpClassStmt")) {
    CreateOperatorClass(context, statement);
  } else {
    return false;
  }
  return true;
}

}  // namespace tricklec::catalog
