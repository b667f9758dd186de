#pragma once

#include <string>
#include <vector>

#include "tricklec/catalog/types.h"

namespace tricklec::catalog {

enum class FunctionKind { Function, Aggregate, Window, Procedure };
enum class Volatility { Immutable, Stable, Volatile };
/// pg_aggregate.aggkind.
enum class AggregateKind { Normal, OrderedSet, HypotheticalSet };

struct Function {
  FunctionId id = 0;
  std::string schema;
  std::string name;
  FunctionKind kind = FunctionKind::Function;
  std::vector<TypeId> args;            ///< input arguments; a variadic one as its array type
  std::vector<std::string> arg_names;  ///< of `args`; empty list if none is named
  int default_count = 0;               ///< that many of the last arguments have defaults
  TypeId variadic_element = 0;         ///< 0: not variadic; `types::kAny` for VARIADIC "any"
  TypeId returns = 0;
  bool returns_set = false;
  /// OUT, INOUT and TABLE columns, when there are two or more, or RETURNS TABLE.
  std::vector<CompositeAttribute> out_columns;
  Volatility volatility = Volatility::Volatile;
  bool strict = false;
  bool leakproof = false;
  AggregateKind aggregate_kind = AggregateKind::Normal;
  int direct_args = 0;  ///< of an ordered-set aggregate; -1: variadic direct ones
  std::string extension;
  source::Range definition;  ///< nowhere for built-in functions

  bool builtin() const { return id < kFirstUserId; }
};

struct Operator {
  OperatorId id = 0;
  std::string schema;
  std::string name;
  TypeId left = 0;  ///< 0 for a prefix operator
  TypeId right = 0;
  TypeId result = 0;
  FunctionId function = 0;
  OperatorId commutator = 0;
  OperatorId negator = 0;
  bool merges = false;
  bool hashes = false;
  std::string extension;
  source::Range definition;

  bool builtin() const { return id < kFirstUserId; }
};

/// Ordered: a context allows everything the contexts before it allow.
enum class CastContext { Implicit, Assignment, Explicit };
enum class CastMethod { Binary, Function, InOut };

/// A row of pg_cast.
struct Cast {
  TypeId source = 0;
  TypeId target = 0;
  FunctionId function = 0;  ///< 0 unless the method is Function
  CastContext context = CastContext::Explicit;
  CastMethod method = CastMethod::Function;
  std::string extension;
  source::Range definition;
};

/// How a value of one type becomes one of another.
enum class CoercionKind {
  None,           ///< there is no cast (in this context)
  Same,           ///< equal types
  Relabel,        ///< binary coercible; also to and from domains of a binary coercible type
  Function,       ///< `function` is called
  ArrayElements,  ///< each element is coerced
  Row,            ///< a row constructor, column by column
  InOut,          ///< through the type's text form
};

struct Coercion {
  CoercionKind kind = CoercionKind::None;
  FunctionId function = 0;       ///< of Function, or of the elements' cast (0: relabel or I/O)
  bool elements_in_out = false;  ///< of ArrayElements: elements go through text
  /// The target is a domain whose constraints are checked: the cast can raise an error.
  bool checks_domain = false;

  explicit operator bool() const { return kind != CoercionKind::None; }
};

}  // namespace tricklec::catalog
