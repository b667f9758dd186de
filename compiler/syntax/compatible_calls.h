#pragma once

#include <optional>
#include <vector>

#include "tricklec/source/diagnostic.h"
#include "tricklec/syntax/ast.h"

namespace tricklec::syntax {

/// Reads calls of the functions that other systems create stream tables with (DIALECT §1,
/// "Compatible calls") as the statements they stand for:
///
///     SELECT pgtrickle.create_stream_table('totals', $$SELECT …$$, schedule => '1m');
///     SELECT create_immv('totals', 'SELECT …');
///
/// as `SELECT f(…)`, `SELECT * FROM f(…)` or `CALL f(…)`, with literal arguments, positional or
/// named. A call with other arguments is reported together with the statement to write. A call
/// inside a DO block is left alone with a warning: it runs on the server.
///
/// \param range an ordinary statement without its semicolon
/// \param derived gets the texts of queries that are written with escapes
/// \returns nullopt if it is no such call
std::optional<StatementBody> ReadCompatibleCall(Range range,
                                                std::vector<source::BufferPtr>& derived,
                                                source::Diagnostics& diagnostics);

}  // namespace tricklec::syntax
