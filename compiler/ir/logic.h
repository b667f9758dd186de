#pragma once

#include <vector>

#include "tricklec/ir/expr.h"

namespace tricklec::ir {

/// Of values of that type that are never NULL, and whose computation raises no error.
Properties Certain(Type type);

/// Conditions joined by AND or OR, or the opposite of one. What is known of the parts, NULL and errors, is
/// known of the whole.
/// \param args at least one; exactly one for NOT
ExprPtr Combined(LogicalKind kind, std::vector<ExprPtr> args);

/// The conditions joined by AND; a lone one itself, and null for none.
ExprPtr Conjunction(std::vector<ExprPtr> conjuncts);

/// Adds the parts of an AND, nested ones too; TRUE has none.
void SplitConjuncts(const ExprPtr& predicate, std::vector<ExprPtr>& conjuncts);

}  // namespace tricklec::ir
