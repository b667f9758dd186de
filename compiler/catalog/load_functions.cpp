// CREATE FUNCTION, PROCEDURE, AGGREGATE and ALTER FUNCTION.

#include <algorithm>

#include "tricklec/catalog/load_context.h"

namespace tricklec::catalog {

namespace {

void ApplyOption(Function& function, const pgparse::Node& option) {
  std::string name = option.Str("defname");
  if (name == "volatility") {
    std::string value = OptionText(option);
    function.volatility = value == "immutable" ? Volatility::Immutable
                          : value == "stable"  ? Volatility::Stable
                                               : Volatility::Volatile;
  }
  if (name == "strict") function.strict = OptionBool(option, true);
  if (name == "leakproof") function.leakproof = OptionBool(option, true);
  if (name == "window" && OptionBool(option, true)) function.kind = FunctionKind::Window;
}

// Adds the input part of a parameter; PostgreSQL identifies functions by these alone.
void AddArgument(LoadContext& context, Function& function, const pgparse::Node& parameter) {
  TypeRef type = context.ResolveType(parameter["arg_type"]);
  function.args.push_back(type.type);
  function.arg_names.push_back(parameter.Str("name"));
  if (parameter["defexpr"]) ++function.default_count;
  if (parameter.Enum("mode") == "FUNC_PARAM_VARIADIC") {
    TypeId element = context.catalog.ElementOf(type.type);
    bool any_array = type.type == types::kAnyArray || type.type == types::kAnyCompatibleArray;
    if (any_array) {
      element = type.type == types::kAnyArray ? types::kAnyElement : types::kAnyCompatible;
    }
    function.variadic_element = type.type == types::kAny ? types::kAny : element;
  }
}

void DropUnusedNames(Function& function) {
  bool named = std::any_of(function.arg_names.begin(), function.arg_names.end(),
                           [](const std::string& name) { return !name.empty(); });
  if (!named) function.arg_names.clear();
}

void AddOrReplace(LoadContext& context, Function function, const WrittenName& written,
                  bool replace) {
  for (const Function* other :
       context.catalog.FindFunctions(function.schema, function.name, context.path())) {
    if (other->builtin() || other->args != function.args) continue;
    if (!replace) {
      auto builder =
          context.diagnostics.Report(source::Code::DuplicateObject, written.range, "function",
                                     QuoteQualified({function.schema, function.name}));
      if (other->definition.valid()) builder.AddLabel(other->definition, "first defined here");
      return;
    }
    function.id = other->id;
    *context.catalog.MutableFunction(function.id) = std::move(function);
    return;
  }
  context.catalog.AddFunction(std::move(function));
}

void CreateFunction(LoadContext& context, const pgparse::Node& statement) {
  WrittenName written = context.NameOf(statement.Names("funcname"));
  Function function;
  function.schema = context.CreationSchemaOf(written);
  function.name = written.name;
  function.kind = statement.Bool("is_procedure") ? FunctionKind::Procedure : FunctionKind::Function;
  function.definition = context.statement;
  bool table = false;
  for (const pgparse::Node& parameter : statement.List("parameters")) {
    std::string_view mode = parameter.Enum("mode");
    if (mode != "FUNC_PARAM_OUT" && mode != "FUNC_PARAM_TABLE") {
      AddArgument(context, function, parameter);
    }
    bool out = mode == "FUNC_PARAM_OUT" || mode == "FUNC_PARAM_INOUT" || mode == "FUNC_PARAM_TABLE";
    table = table || mode == "FUNC_PARAM_TABLE";
    if (!out) continue;
    CompositeAttribute column;
    column.name = parameter.Str("name");
    column.type = {context.ResolveType(parameter["arg_type"]).type, -1};
    function.out_columns.push_back(std::move(column));
  }
  DropUnusedNames(function);
  if (function.kind == FunctionKind::Procedure) {
    function.returns = function.out_columns.empty() ? types::kVoid : types::kRecord;
  } else if (pgparse::Node returns = statement["return_type"]) {
    function.returns = context.ResolveType(returns).type;
    function.returns_set = returns.Bool("setof");
  } else if (function.out_columns.size() == 1) {
    function.returns = function.out_columns[0].type.type;
  } else {
    function.returns = function.out_columns.empty() ? types::kVoid : types::kRecord;
  }
  // One OUT column alone is the result itself; of RETURNS TABLE it keeps its name.
  if (function.out_columns.size() == 1 && !table) function.out_columns.clear();
  for (const pgparse::Node& option : statement.List("options")) ApplyOption(function, option);
  AddOrReplace(context, std::move(function), written, statement.Bool("replace"));
}

// The return type of a support function of an aggregate.
TypeId ReturnTypeOf(LoadContext& context, const std::vector<std::string>& names, TypeId argument) {
  WrittenName written = context.NameOf(names);
  TypeId result = types::kNone;
  for (const Function* function :
       context.catalog.FindFunctions(written.schema, written.name, context.path())) {
    if (function->args.empty()) continue;
    if (function->args[0] == argument) return function->returns;
    if (context.catalog.IsBinaryCoercible(argument, function->args[0])) result = function->returns;
  }
  return result;
}

void CreateAggregate(LoadContext& context, const pgparse::Node& statement) {
  WrittenName written = context.NameOf(statement.Names("defnames"));
  Function function;
  function.schema = context.CreationSchemaOf(written);
  function.name = written.name;
  function.kind = FunctionKind::Aggregate;
  function.volatility = Volatility::Immutable;
  function.definition = context.statement;
  // The arguments, and how many of them are direct (-1: not an ordered-set aggregate).
  std::vector<pgparse::Node> parts = statement.List("args");
  if (!parts.empty() && parts[0].Is("List")) {
    for (const pgparse::Node& parameter : parts[0].List("items")) {
      if (parameter.Is("FunctionParameter")) AddArgument(context, function, parameter);
    }
  }
  DropUnusedNames(function);
  if (parts.size() > 1 && parts[1].Is("Integer") && parts[1].Int("ival") >= 0) {
    function.aggregate_kind = AggregateKind::OrderedSet;
    function.direct_args = static_cast<int>(parts[1].Int("ival"));
  }
  TypeId state = types::kNone;
  std::vector<std::string> final_function;
  for (const pgparse::Node& option : statement.List("definition")) {
    std::string name = option.Str("defname");
    if (name == "stype" || name == "stype1") state = context.ResolveType(option["arg"]).type;
    if (name == "finalfunc") final_function = OptionNames(option);
    if (name == "hypothetical" && OptionBool(option, true)) {
      function.aggregate_kind = AggregateKind::HypotheticalSet;
    }
    if (name == "basetype" && option["arg"].Is("TypeName") && OptionText(option) != "any") {
      function.args.push_back(context.ResolveType(option["arg"]).type);
    }
  }
  function.returns = final_function.empty() ? state : ReturnTypeOf(context, final_function, state);
  AddOrReplace(context, std::move(function), written, statement.Bool("replace"));
}

}  // namespace

Function* FindFunctionToChange(LoadContext& context, const pgparse::Node& object) {
  WrittenName written = context.NameOf(object.Names("objname"));
  std::vector<const Function*> found =
      context.catalog.FindFunctions(written.schema, written.name, context.path());
  if (object.Bool("args_unspecified")) {
    return found.size() == 1 ? context.catalog.MutableFunction(found[0]->id) : nullptr;
  }
  std::vector<TypeId> args;
  std::vector<pgparse::Node> parameters = object.List("objfuncargs");
  if (!parameters.empty()) {
    for (const pgparse::Node& parameter : parameters) {
      std::string_view mode = parameter.Enum("mode");
      if (mode == "FUNC_PARAM_OUT" || mode == "FUNC_PARAM_TABLE") continue;
      args.push_back(context.ResolveTypeQuietly(parameter["arg_type"]).type);
    }
  } else {
    for (const pgparse::Node& argument : object.List("objargs")) {
      args.push_back(context.ResolveTypeQuietly(argument).type);
    }
  }
  for (const Function* function : found) {
    if (function->args == args) return context.catalog.MutableFunction(function->id);
  }
  return nullptr;
}

bool LoadFunctionStatement(LoadContext& context, const pgparse::Node& statement) {
  if (statement.Is("CreateFunctionStmt")) {
    CreateFunction(context, statement);
  } else if (statement.Is("DefineStmt") && statement.Enum("kind") == "OBJECT_AGGREGATE") {
    CreateAggregate(context, statement);
  } else if (statement.Is("AlterFunctionStmt")) {
    if (Function* function = FindFunctionToChange(context, statement["func"])) {
      for (const pgparse::Node& option : statement.List("actions")) ApplyOption(*function, option);
    }
  } else {
    return false;
  }
  return true;
}

}  // namespace tricklec::catalog
