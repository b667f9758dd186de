// Function calls and aggregates.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tricklec/analyze/expression.h"
#include "tricklec/analyze/type_facts.h"
#include "tricklec/ir/print.h"

namespace tricklec::analyze {

namespace types = catalog::types;
using catalog::CastContext;
using catalog::TypeRef;
using ir::ExprPtr;
using pgparse::Node;
using source::Code;

namespace {

// Functions whose bare name is a keyword with a syntax of its own.
bool NeedsSchema(std::string_view name) {
  constexpr std::array<std::string_view, 30> kKeywords = {
      "extract",   "position",     "overlay",    "substring", "trim",     "normalize",
      "xmlexists", "xmlconcat",    "xmlelement", "xmlforest", "xmlparse", "xmlpi",
      "xmlroot",   "xmlserialize", "numeric",    "bit",       "char",     "varchar",
      "time",      "timestamp",    "interval",   "int",       "integer",  "smallint",
      "bigint",    "float",        "real",       "decimal",   "boolean",  "character"};
  return std::find(kKeywords.begin(), kKeywords.end(), name) != kKeywords.end();
}

std::string CallText(const Node& node, const std::vector<ExprPtr>& args) {
  std::string list;
  for (const ExprPtr& arg : args) {
    if (!list.empty()) list += ", ";
    list += IsUnknown(arg) ? "unknown" : arg->props.type.known ? arg->props.type.sql : "?";
  }
  return fmt::format("{}({})", fmt::join(node.Names("funcname"), "."), list);
}

ir::AggregateKind KindOf(const catalog::Function& function) {
  if (function.schema != "pg_catalog") return ir::AggregateKind::Other;
  if (function.name == "count") return ir::AggregateKind::Count;
  if (function.name == "sum") return ir::AggregateKind::Sum;
  if (function.name == "avg") return ir::AggregateKind::Avg;
  if (function.name == "min") return ir::AggregateKind::Min;
  if (function.name == "max") return ir::AggregateKind::Max;
  return ir::AggregateKind::Other;
}

bool SameList(const std::vector<ExprPtr>& a, const std::vector<ExprPtr>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), ir::SameExpr);
}

bool SameCall(const ir::AggregateCall& a, const ir::AggregateCall& b) {
  auto same_item = [](const ir::SortItem& x, const ir::SortItem& y) {
    return ir::SameExpr(x.expr, y.expr) && x.suffix == y.suffix;
  };
  return a.kind == b.kind && a.function == b.function && a.distinct == b.distinct &&
         a.within_group == b.within_group && a.variadic == b.variadic && SameList(a.args, b.args) &&
         ir::SameExpr(a.filter, b.filter) &&
         std::equal(a.order_by.begin(), a.order_by.end(), b.order_by.begin(), b.order_by.end(),
                    same_item);
}

// A function of one argument that has this very type.
bool TakesExactly(const FunctionChoice& choice, TypeId type) {
  if (choice.status != Resolution::Found) return false;
  const catalog::Function& function = *choice.function;
  return choice.expanded_variadic ? function.variadic_element == type : function.args[0] == type;
}

}  // namespace

bool ExpressionAnalyzer::IsAggregateCall(const Node& node) const {
  if (node.Bool("agg_star") || node.Bool("agg_distinct") || node.Bool("agg_within_group") ||
      node["agg_filter"] || !node.List("agg_order").empty()) {
    return true;
  }
  std::vector<std::string> name = node.Names("funcname");
  std::string schema = name.size() > 1 ? name[name.size() - 2] : "";
  auto functions = context_.catalog.FindFunctions(schema, name.back(), path_);
  return std::any_of(functions.begin(), functions.end(), [](const catalog::Function* function) {
    return function->kind == catalog::FunctionKind::Aggregate;
  });
}

ExprPtr ExpressionAnalyzer::ReportUnresolved(const Node& node, const FunctionChoice& choice,
                                             const std::vector<ExprPtr>& args) {
  std::vector<std::string> name = node.Names("funcname");
  std::string schema = name.size() > 1 ? name[name.size() - 2] : "";
  std::string text = CallText(node, args);
  if (choice.status == Resolution::Ambiguous) {
    context_.diagnostics.Report(Code::AmbiguousFunction, node.range(), text)
        .AddHelp("casts of the arguments can choose one");
    return nullptr;
  }
  auto report = context_.diagnostics.Report(Code::UnknownFunction, node.range(), text);
  auto same_name = context_.catalog.FindFunctions(schema, name.back(), path_);
  if (!same_name.empty()) {
    std::string known;
    constexpr size_t kShown = 4;
    for (size_t i = 0; i < same_name.size() && i < kShown; ++i) {
      std::string list;
      for (TypeId type : same_name[i]->args) {
        list += fmt::format("{}{}", list.empty() ? "" : ", ", context_.catalog.FormatType(type));
      }
      known += fmt::format("{}`{}({})`", known.empty() ? "" : ", ", name.back(), list);
    }
    report.AddNote(fmt::format("known are {}{}", known, same_name.size() > kShown ? ", …" : ""));
  } else if (auto near =
                 source::ClosestMatch(name.back(), context_.catalog.FunctionNames(schema, path_))) {
    report.AddHelp(fmt::format("did you mean `{}`?", *near));
  }
  return nullptr;
}

bool ExpressionAnalyzer::CheckCallShape(const Node& node, const catalog::Function& function) {
  source::Range range = node.range();
  if (function.kind == catalog::FunctionKind::Window) {
    NotSupported(fmt::format("the window function `{}`", function.name), range);
    return false;
  }
  if (function.kind == catalog::FunctionKind::Procedure) {
    context_.diagnostics.Report(Code::WrongCall, range, function.name, "a function")
        .AddNote("a procedure can only be called by CALL");
    return false;
  }
  if (function.returns_set) {
    NotSupported(fmt::format("the set-returning function `{}`", function.name), range);
    return false;
  }
  bool aggregate_syntax = node.Bool("agg_star") || node.Bool("agg_distinct") ||
                          node.Bool("agg_within_group") || node["agg_filter"] ||
                          !node.List("agg_order").empty();
  if (function.kind == catalog::FunctionKind::Function && aggregate_syntax) {
    context_.diagnostics.Report(Code::WrongCall, range, function.name, "an aggregate");
    return false;
  }
  return true;
}

ExprPtr ExpressionAnalyzer::MakeOpaqueCall(const Node& node, std::vector<ExprPtr> args) {
  std::vector<std::string> name = node.Names("funcname");
  ir::FunctionCall call;
  call.function.name = name.back();
  call.variadic = node.Bool("func_variadic");
  if (name.size() > 1) {
    call.function.schema = name[name.size() - 2];
  } else {
    auto functions = context_.catalog.FindFunctions("", name.back(), path_);
    std::set<std::string> schemas;
    for (const catalog::Function* function : functions) schemas.insert(function->schema);
    for (const auto& extension : context_.catalog.extensions()) {
      if (!extension.known) schemas.insert(extension.schema);
    }
    if (schemas.size() != 1) {
      context_.diagnostics.Report(Code::UnknownFunction, node.range(), CallText(node, args))
          .AddNote("it may belong to an extension whose objects are not known here")
          .AddHelp(fmt::format("write it with its schema, `<schema>.{}(…)`", name.back()));
      return nullptr;
    }
    call.function.schema = *schemas.begin();
  }
  ir::Properties props;
  props.type = UnknownType();
  for (ExprPtr& arg : args) {
    arg = TextIfUnknown(arg);
    Absorb(props, *arg);
  }
  call.args = std::move(args);
  return ir::MakeExpr(std::move(props), node.range(), std::move(call));
}

ExprPtr ExpressionAnalyzer::MakeCall(const Node& node, const FunctionChoice& choice,
                                     std::vector<ExprPtr> args) {
  const catalog::Function& function = *choice.function;
  source::Range range = node.range();
  if (choice.result == types::kUnknown) {
    return NotSupported(fmt::format("the function `{}`, whose result has no type", function.name),
                        range);
  }
  ir::Properties props = Props({choice.result, -1});
  if (choice.result == types::kVoid) props.type.known = true;
  bool outside = function.schema != "pg_catalog";
  std::vector<TypeId> given;
  for (size_t i = 0; i < args.size(); ++i) {
    TypeId wanted = choice.args[i];
    bool differs = args[i]->props.type.known && args[i]->props.type.id != wanted;
    // Among functions of one schema only, another could be chosen: say which one is meant.
    if (outside && differs && !IsPolymorphic(wanted) && wanted != types::kAny && wanted != 0) {
      args[i] = MakeCast(args[i], {wanted, -1}, CastContext::Implicit, args[i]->range);
      if (args[i] == nullptr) return nullptr;
      Absorb(props, *args[i]);
    } else {
      args[i] = Convert(args[i], wanted, props);
    }
    given.push_back(args[i]->props.type.known ? args[i]->props.type.id : 0);
  }
  if (node.Bool("func_variadic") && function.variadic_element == types::kAny &&
      !resolver_.IsOpaque(given.back()) &&
      context_.catalog.ElementOf(context_.catalog.BaseType(given.back())) == 0) {
    context_.diagnostics.Report(Code::InvalidExpression, args.back()->range,
                                "the argument after VARIADIC is no array");
    return nullptr;
  }
  Effects effects = EffectsOf(context_.catalog, function, given);
  Absorb(props, effects, range, fmt::format("{}()", function.name));
  props.nullable =
      !IsNullOnlyForNull(function) ||
      std::any_of(args.begin(), args.end(), [](const ExprPtr& arg) { return arg->props.nullable; });
  DeriveCollation(props, args);
  bool named = std::any_of(choice.places.begin(), choice.places.end(),
                           [&, i = size_t{0}](size_t place) mutable { return place != i++; });
  for (const Node& arg : node.List("args")) named = named || arg.Is("NamedArgExpr");
  bool keyword = !outside && NeedsSchema(function.name);
  if (!named && !keyword) {
    ir::FunctionCall call;
    call.function = {function.schema, function.name};
    call.args = std::move(args);
    call.variadic = node.Bool("func_variadic");
    return ir::MakeExpr(std::move(props), range, std::move(call));
  }
  std::string list;
  for (size_t i = 0; i < args.size(); ++i) {
    list += fmt::format(
        "{}{}{}${}", list.empty() ? "" : ", ",
        node.Bool("func_variadic") && i + 1 == args.size() ? "VARIADIC " : "",
        named ? catalog::QuoteIdentifier(function.arg_names[choice.places[i]]) + " => " : "",
        i + 1);
  }
  std::string text =
      fmt::format("{}({})", catalog::QuoteQualified({function.schema, function.name}), list);
  return MakeTemplate(std::move(props), range, std::move(text), std::move(args), true);
}

// func_get_detail of PostgreSQL's parser: casts that call a function are found as functions.
bool ExpressionAnalyzer::IsCastByName(TypeId from, const catalog::Type& to) const {
  if (from == types::kUnknown) return true;
  catalog::Coercion coercion = context_.catalog.FindCoercion(from, to.id, CastContext::Explicit);
  switch (coercion.kind) {
    case catalog::CoercionKind::Same:
    case catalog::CoercionKind::Relabel: return true;
    case catalog::CoercionKind::InOut: {
      const catalog::Type* row = context_.catalog.FindType(context_.catalog.BaseType(from));
      bool is_row =
          from == types::kRecord || (row != nullptr && row->kind == catalog::TypeKind::Composite);
      return !(is_row && to.category == 'S');
    }
    case catalog::CoercionKind::None:
    case catalog::CoercionKind::Function:
    case catalog::CoercionKind::ArrayElements:
    case catalog::CoercionKind::Row: return false;
  }
  return false;
}

ExprPtr ExpressionAnalyzer::AnalyzeCall(const Node& node) {
  source::Range range = node.range();
  if (node["over"]) return NotSupported("a window function", range);
  if (IsAggregateCall(node)) return AnalyzeAggregate(node);
  std::vector<Node> arg_nodes = node.List("args");
  std::vector<ExprPtr> args;
  std::vector<CallArgument> given;
  for (const Node& arg : arg_nodes) {
    bool named = arg.Is("NamedArgExpr");
    ExprPtr expr = Analyze(named ? arg["arg"] : arg);
    if (expr != nullptr) {
      given.push_back({expr->props.type.known ? expr->props.type.id : 0,
                       named ? arg.Str("name") : std::string()});
    }
    args.push_back(std::move(expr));
  }
  if (given.size() != args.size()) return nullptr;
  std::vector<std::string> name = node.Names("funcname");
  FunctionChoice choice = resolver_.ResolveFunction(name, given, node.Bool("func_variadic"));
  if (args.size() == 1 && given[0].name.empty() && !node.Bool("func_variadic") &&
      !TakesExactly(choice, given[0].type)) {
    // A type's name as a function is a cast, before any function that takes another type.
    std::string schema = name.size() > 1 ? name[name.size() - 2] : "";
    const catalog::Type* type = context_.catalog.FindType(schema, name.back(), path_);
    if (type != nullptr && type->relation == 0 && IsCastByName(given[0].type, *type)) {
      return MakeCast(args[0], {type->id, -1}, CastContext::Explicit, range);
    }
  }
  if (choice.status == Resolution::Undecided) return MakeOpaqueCall(node, std::move(args));
  if (choice.status != Resolution::Found) return ReportUnresolved(node, choice, args);
  if (!CheckCallShape(node, *choice.function)) return nullptr;
  DropCasts(node, choice, args);
  return MakeCall(node, choice, std::move(args));
}

ExprPtr ExpressionAnalyzer::AnalyzeAggregate(const Node& node) {
  source::Range range = node.range();
  std::string shown = fmt::format("{}", fmt::join(node.Names("funcname"), "."));
  if (aggregates_ == nullptr) {
    context_.diagnostics.Report(Code::AggregateNotAllowed, range, shown, NameOf(clause_));
    return nullptr;
  }
  ExpressionAnalyzer inner(context_, path_, scope_, Clause::AggregateArgument);
  std::vector<ExprPtr> args;
  std::vector<CallArgument> given;
  bool failed = false;
  for (const Node& arg : node.List("args")) {
    ExprPtr expr = inner.Analyze(arg.Is("NamedArgExpr") ? arg["arg"] : arg);
    failed = failed || expr == nullptr;
    if (expr != nullptr) {
      given.push_back({expr->props.type.known ? expr->props.type.id : 0,
                       arg.Is("NamedArgExpr") ? arg.Str("name") : ""});
    }
    args.push_back(std::move(expr));
  }
  ir::AggregateCall call;
  call.distinct = node.Bool("agg_distinct");
  call.within_group = node.Bool("agg_within_group");
  call.variadic = node.Bool("func_variadic");
  std::vector<ExprPtr> ordered;
  for (const Node& item : node.List("agg_order")) {
    // Within a group they are arguments.
    ExprPtr expr =
        call.within_group ? inner.Analyze(item["node"]) : inner.AnalyzeValue(item["node"]);
    failed = failed || expr == nullptr;
    std::string suffix = item.Enum("sortby_dir") == "SORTBY_DESC" ? "DESC" : "";
    if (item.Enum("sortby_dir") == "SORTBY_USING") {
      return NotSupported("ORDER BY … USING", item.range());
    }
    if (item.Enum("sortby_nulls") == "SORTBY_NULLS_FIRST")
      suffix += suffix.empty() ? "NULLS FIRST" : " NULLS FIRST";
    if (item.Enum("sortby_nulls") == "SORTBY_NULLS_LAST")
      suffix += suffix.empty() ? "NULLS LAST" : " NULLS LAST";
    call.order_by.push_back({expr, suffix});
    ordered.push_back(std::move(expr));
  }
  if (Node filter = node["agg_filter"]) {
    ExpressionAnalyzer condition(context_, path_, scope_, Clause::AggregateFilter);
    call.filter = condition.AnalyzeBoolean(filter, "FILTER");
    failed = failed || call.filter == nullptr;
  }
  if (failed) return nullptr;
  // WITHIN GROUP: the ordered columns are the last arguments.
  std::vector<ExprPtr> all_args = args;
  if (call.within_group) {
    for (const ExprPtr& expr : ordered) {
      given.push_back({expr->props.type.known ? expr->props.type.id : 0, ""});
      all_args.push_back(expr);
    }
  }
  FunctionChoice choice = resolver_.ResolveFunction(node.Names("funcname"), given, call.variadic);
  if (!call.within_group) DropCasts(node, choice, all_args);
  ir::AggregateColumn column;
  column.range = range;
  column.name = node.Names("funcname").back();
  if (choice.status == Resolution::Undecided) {
    ExprPtr opaque = MakeOpaqueCall(node, all_args);
    if (opaque == nullptr) return nullptr;
    const auto* function = opaque->As<ir::FunctionCall>();
    call.function = function->function;
    call.args.assign(function->args.begin(),
                     function->args.begin() + static_cast<std::ptrdiff_t>(args.size()));
    column.props = opaque->props;
    column.props.nullable = true;
  } else {
    if (choice.status != Resolution::Found) return ReportUnresolved(node, choice, all_args);
    const catalog::Function& function = *choice.function;
    if (!CheckCallShape(node, function)) return nullptr;
    if (function.kind != catalog::FunctionKind::Aggregate) return MakeCall(node, choice, args);
    bool needs_group = function.aggregate_kind != catalog::AggregateKind::Normal;
    if (needs_group != call.within_group) {
      context_.diagnostics.Report(
          Code::WrongCall, range, function.name,
          needs_group ? "an aggregate without WITHIN GROUP" : "an ordered-set aggregate");
      return nullptr;
    }
    call.kind = KindOf(function);
    if (call.kind == ir::AggregateKind::Count && node.Bool("agg_star")) {
      call.kind = ir::AggregateKind::CountRows;
    } else if (call.kind == ir::AggregateKind::Count && args.empty()) {
      context_.diagnostics.Report(Code::WrongCall, range, "count()", "a call of an aggregate")
          .AddHelp("write `count(*)`");
      return nullptr;
    }
    call.function = {function.schema, function.name};
    column.props = Props({choice.result, -1});
    for (size_t i = 0; i < all_args.size(); ++i) {
      all_args[i] = Convert(all_args[i], choice.args[i], column.props);
      if (i < args.size()) {
        call.args.push_back(all_args[i]);
      } else {
        call.order_by[i - args.size()].expr = all_args[i];
      }
    }
    std::vector<TypeId> arg_types;
    for (const ExprPtr& arg : all_args)
      arg_types.push_back(arg->props.type.known ? arg->props.type.id : 0);
    Effects effects = EffectsOf(context_.catalog, function, arg_types);
    effects.may_raise = call.kind == ir::AggregateKind::Other ||
                        call.kind == ir::AggregateKind::Sum || call.kind == ir::AggregateKind::Avg;
    Absorb(column.props, effects, range, function.name + "()");
    call.volatility = effects.volatility;
    for (const ir::SortItem& item : call.order_by) {
      const ir::Type& type = item.expr->props.type;
      if (!type.known || type.sortable || resolver_.IsOpaque(type.id)) continue;
      context_.diagnostics.Report(
          Code::InvalidExpression, item.expr->range,
          fmt::format("type `{}` has no order, which ORDER BY needs", type.sql));
      return nullptr;
    }
    if (call.distinct) {
      for (const ExprPtr& arg : call.args) {
        if (arg->props.type.known && !arg->props.type.has_equality &&
            !resolver_.IsOpaque(arg->props.type.id)) {
          context_.diagnostics.Report(Code::NoEquality, arg->range, arg->props.type.sql,
                                      "DISTINCT");
          return nullptr;
        }
      }
    }
    bool counts =
        call.kind == ir::AggregateKind::CountRows || call.kind == ir::AggregateKind::Count;
    column.props.nullable = !counts;
    if (!call.args.empty() && column.props.type.arithmetic == ir::Arithmetic::Numeric) {
      const ir::Type& arg = call.args[0]->props.type;
      if (call.kind == ir::AggregateKind::Sum || call.kind == ir::AggregateKind::Min ||
          call.kind == ir::AggregateKind::Max) {
        column.props.type.fixed_scale = arg.fixed_scale;
      }
      if (call.kind != ir::AggregateKind::Other && arg.arithmetic != ir::Arithmetic::None) {
        column.props.type.may_be_infinite = arg.may_be_infinite;
      }
    }
    if (call.kind == ir::AggregateKind::Min || call.kind == ir::AggregateKind::Max) {
      if (!column.props.type.max_bytes) {
        column.props.type.max_bytes = call.args[0]->props.type.max_bytes;
      }
    }
    DeriveCollation(column.props, all_args);
  }
  for (const ir::AggregateColumn& other : *aggregates_) {
    if (!SameCall(other.call, call)) continue;
    return ir::MakeExpr(ir::Ref({other.id, other.name, other.props})->props, range,
                        ir::ColumnRef{other.id, other.name});
  }
  column.id = context_.ids->Next();
  column.call = std::move(call);
  aggregates_->push_back(column);
  return ir::MakeExpr(ir::Ref({column.id, column.name, column.props})->props, range,
                      ir::ColumnRef{column.id, column.name});
}

}  // namespace tricklec::analyze
