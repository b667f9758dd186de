#pragma once

#include "tricklec/grammar/stream_grammar.h"
#include "tricklec/source/diagnostic.h"
#include "tricklec/syntax/ast.h"

namespace tricklec::syntax {

/// Turns the concrete tree of a stream statement into its typed form: names and literals decoded,
/// options and requirements checked, clauses at most once each.
///
/// \param tree of the text of `range`
StatementBody BuildAst(const grammar::Node& tree, source::Range range,
                       source::Diagnostics& diagnostics);

}  // namespace tricklec::syntax
