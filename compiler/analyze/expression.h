#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tricklec/analyze/resolve.h"
#include "tricklec/analyze/scope.h"
#include "tricklec/analyze/session.h"
#include "tricklec/pgparse/node.h"

namespace tricklec::analyze {

/// Where an expression stands, for what it may contain and for messages.
enum class Clause {
  Select,
  Where,
  On,
  GroupBy,
  Having,
  OrderBy,
  AggregateArgument,
  AggregateFilter
};

/// "WHERE", "an aggregate's argument", …
std::string_view NameOf(Clause clause);

/// Turns parsed expressions into typed IR: names bound, operators, functions and types resolved.
///
/// Every method returns nullptr after reporting an error, so that callers can go on looking for
/// independent ones. Untyped literals keep the type `unknown` until their context gives them one.
class ExpressionAnalyzer {
 public:
  /// \param aggregates where aggregates of this query level are collected; nullptr where none may
  ///     stand. An aggregate becomes a reference to its column there.
  ExpressionAnalyzer(Context& context, const catalog::SearchPath& path, const Scope& scope,
                     Clause clause, std::vector<ir::AggregateColumn>* aggregates = nullptr)
      : context_(context),
        path_(path),
        resolver_(context.catalog, path),
        scope_(scope),
        clause_(clause),
        aggregates_(aggregates),
        null_is_false_(clause == Clause::Where || clause == Clause::Having ||
                       clause == Clause::AggregateFilter) {}

  ir::ExprPtr Analyze(const pgparse::Node& node);
  /// As a condition: converted to boolean. \param what for the message: "WHERE", "AND"
  ir::ExprPtr AnalyzeBoolean(const pgparse::Node& node, std::string_view what);
  /// As a value to keep: an untyped literal is text.
  ir::ExprPtr AnalyzeValue(const pgparse::Node& node);
  /// Converts an untyped literal to text, leaves everything else.
  ir::ExprPtr TextIfUnknown(const ir::ExprPtr& expr);
  /// `left = right` as USING means it, a boolean.
  ir::ExprPtr MakeUsingEquality(const ir::ExprPtr& left, const ir::ExprPtr& right,
                                source::Range range);
  /// Which of two columns USING takes: those of an outer join's null side can be missing.
  enum class MergedFrom { Either, Left, Right, FirstPresent };
  /// The one column that USING makes of two equal ones.
  ir::ExprPtr MergeColumns(const ir::ExprPtr& left, const ir::ExprPtr& right, MergedFrom from,
                           source::Range range);
  /// The type that columns of the same place have in a set operation, and each converted to it.
  /// An untyped literal among them gets the type of the other.
  bool UnifyBranches(ir::ExprPtr& left, ir::ExprPtr& right, std::string_view construct);
  /// The columns that `*` or `t.*` stands for; nothing after an error.
  std::optional<std::vector<ScopeColumn>> ExpandStar(const pgparse::Node& column_ref);
  const Resolver& resolver() const { return resolver_; }

 private:
  friend class SublinkAnalyzer;

  // expression.cpp
  ir::ExprPtr AnalyzeNode(const pgparse::Node& node);
  ir::ExprPtr AnalyzeConstant(const pgparse::Node& node);
  ir::ExprPtr AnalyzeColumn(const pgparse::Node& node);
  ir::ExprPtr AnalyzeLogical(const pgparse::Node& node);
  ir::ExprPtr AnalyzeNullTest(const pgparse::Node& node);
  ir::ExprPtr AnalyzeBooleanTest(const pgparse::Node& node);
  ir::ExprPtr AnalyzeCollate(const pgparse::Node& node);
  ir::ExprPtr AnalyzeSqlValue(const pgparse::Node& node);
  /// `arg COLLATE collation`; empty: the default one.
  ir::ExprPtr WithCollation(const ir::ExprPtr& arg, const catalog::QualifiedName& collation,
                            source::Range range);
  ir::ExprPtr WholeRow(const RangeItem& item, const pgparse::Node& node);
  /// The item that `t` or `s.t` names; nullptr after reporting.
  const RangeItem* FindItem(const std::vector<std::string>& table, const pgparse::Node& node);
  ir::ExprPtr ColumnOf(const RangeItem& item, const std::string& name, const pgparse::Node& node);

  // operators.cpp
  ir::ExprPtr AnalyzeOperator(const pgparse::Node& node);
  ir::ExprPtr AnalyzeIn(const pgparse::Node& node);
  ir::ExprPtr MakeIn(const pgparse::Node& node, const std::vector<pgparse::Node>& items,
                     const std::vector<std::string>& op);
  ir::ExprPtr AnalyzeBetween(const pgparse::Node& node);
  ir::ExprPtr AnalyzeLike(const pgparse::Node& node);
  ir::ExprPtr AnalyzeNullIf(const pgparse::Node& node);
  ir::ExprPtr AnalyzeDistinctFrom(const pgparse::Node& node);
  ir::ExprPtr AnalyzeArrayComparison(const pgparse::Node& node);
  ir::ExprPtr AnalyzeRowComparison(const pgparse::Node& node);
  /// Resolves and applies an operator; `left` is null for a prefix operator.
  ir::ExprPtr MakeOperator(const std::vector<std::string>& name, ir::ExprPtr left,
                           ir::ExprPtr right, source::Range range, source::Range token);
  /// The same for two operands; `shown` is set where it is pg_catalog's, so that syntax which
  /// names no operator means the same.
  ir::ExprPtr Compare(const std::string& op, const ir::ExprPtr& left, const ir::ExprPtr& right,
                      const pgparse::Node& node, bool& is_builtin);

  // sublink.cpp
  ir::ExprPtr AnalyzeSublink(const pgparse::Node& node);

  // calls.cpp
  ir::ExprPtr AnalyzeCall(const pgparse::Node& node);
  ir::ExprPtr MakeCall(const pgparse::Node& node, const FunctionChoice& choice,
                       std::vector<ir::ExprPtr> args);
  ir::ExprPtr MakeOpaqueCall(const pgparse::Node& node, std::vector<ir::ExprPtr> args);
  ir::ExprPtr ReportUnresolved(const pgparse::Node& node, const FunctionChoice& choice,
                               const std::vector<ir::ExprPtr>& args);
  ir::ExprPtr AnalyzeAggregate(const pgparse::Node& node);
  bool CheckCallShape(const pgparse::Node& node, const catalog::Function& function);
  bool IsAggregateCall(const pgparse::Node& node) const;
  bool IsCastByName(TypeId from, const catalog::Type& to) const;

  // constructors.cpp
  ir::ExprPtr AnalyzeCase(const pgparse::Node& node);
  ir::ExprPtr AnalyzeCoalesce(const pgparse::Node& node);
  ir::ExprPtr AnalyzeMinMax(const pgparse::Node& node);
  ir::ExprPtr AnalyzeArray(const pgparse::Node& node, TypeId wanted);
  ir::ExprPtr AnalyzeRow(const pgparse::Node& node);
  ir::ExprPtr AnalyzeIndirection(const pgparse::Node& node);
  ir::ExprPtr AnalyzeSubscript(ir::ExprPtr base, const std::vector<pgparse::Node>& indices,
                               const pgparse::Node& node);
  ir::ExprPtr SelectField(const ir::ExprPtr& row, const std::string& field,
                          const pgparse::Node& node);
  ir::ExprPtr AnalyzeXml(const pgparse::Node& node);
  ir::ExprPtr AnalyzeXmlSerialize(const pgparse::Node& node);
  std::vector<ir::ExprPtr> AnalyzeList(const std::vector<pgparse::Node>& nodes);
  /// Expands `t.*` among the arguments of ROW and the like.
  std::vector<ir::ExprPtr> AnalyzeRowArguments(const std::vector<pgparse::Node>& nodes);

  // view_forms.cpp
  /// Whether the query of a view is being analyzed, which may come from its author or from a server.
  bool InView() const { return !context_.open_views.empty(); }
  /// The argument of a cast that an implicit conversion would do as well.
  ir::ExprPtr WithoutImplicitCast(const ir::ExprPtr& expr) const;
  /// In views: leaves out casts of operands, arguments and alternatives that change nothing.
  void DropCasts(const std::vector<std::string>& op, ir::ExprPtr& left, ir::ExprPtr& right) const;
  void DropCasts(const pgparse::Node& call, FunctionChoice& choice,
                 std::vector<ir::ExprPtr>& args) const;
  void DropCasts(std::vector<ir::ExprPtr>& exprs) const;
  /// In views: takes `ELSE NULL::type` off a CASE, whose results begin with that of ELSE, unless the
  /// type matters.
  bool DropNullElse(std::vector<ir::ExprPtr>& results);
  /// In views: `'-1'::integer`, as a server prints it, is `-1`; nothing where it is no such constant.
  std::optional<std::string> PlainConstant(std::string_view value, catalog::TypeRef type) const;
  /// In views: the elements of `x = ANY (ARRAY[…])` or `x <> ALL (ARRAY[…])`.
  std::optional<std::vector<pgparse::Node>> ElementsOfInList(const pgparse::Node& comparison) const;

  // casts.cpp
  ir::ExprPtr AnalyzeCast(const pgparse::Node& node);
  std::optional<catalog::TypeRef> ResolveType(const pgparse::Node& type_name);
  /// Writes a conversion the query asks for, or that has to be visible in the text.
  ir::ExprPtr MakeCast(const ir::ExprPtr& expr, catalog::TypeRef target,
                       catalog::CastContext context, source::Range range);
  /// Gives an untyped literal a type; other expressions stay, the server converts them again.
  /// `effects` receives what that conversion can do.
  ir::ExprPtr Convert(const ir::ExprPtr& expr, TypeId target, ir::Properties& effects);
  /// Makes all expressions agree (CASE, COALESCE, ARRAY …); `props` receives the common type,
  /// modifier and collation. Returns false after reporting.
  bool Unify(std::vector<ir::ExprPtr>& exprs, std::string_view construct, source::Range range,
             ir::Properties& props);
  /// The type of a column made of two (USING, set operations); {0, -1} where one is not known.
  std::optional<catalog::TypeRef> CommonColumnType(const ir::ExprPtr& left,
                                                   const ir::ExprPtr& right,
                                                   std::string_view construct, source::Range range);
  ir::ExprPtr TypedLiteral(const ir::ExprPtr& literal, catalog::TypeRef target);

  // shared
  /// Collation of a result from its inputs (manual, "Collation Support").
  void DeriveCollation(ir::Properties& props, const std::vector<ir::ExprPtr>& inputs);
  /// Takes over what the operands can do: volatility and errors.
  static void Absorb(ir::Properties& props, const ir::Expr& operand);
  void Absorb(ir::Properties& props, const Effects& effects, source::Range range,
              const std::string& what);
  ir::Properties Props(catalog::TypeRef type);
  ir::ExprPtr MakeTemplate(ir::Properties props, source::Range range, std::string text,
                           std::vector<ir::ExprPtr> args, bool is_primary);
  ir::ExprPtr NotSupported(std::string_view what, source::Range range);
  source::Diagnostics::Builder Report(source::Code code, source::Range range);
  std::string TypeText(const ir::Expr& expr) const;

  Context& context_;
  const catalog::SearchPath& path_;
  Resolver resolver_;
  const Scope& scope_;
  Clause clause_;
  std::vector<ir::AggregateColumn>* aggregates_;
  bool null_is_false_;  ///< of what is being analysed
};

/// Whether an expression is an untyped literal.
bool IsUnknown(const ir::ExprPtr& expr);
/// A string as an SQL literal that no setting changes the meaning of.
std::string QuoteLiteral(std::string_view text);
/// The value of a literal that `QuoteLiteral` wrote.
std::string UnquoteLiteral(std::string_view literal);

}  // namespace tricklec::analyze
