#pragma once

#include <string>

#include "tricklec/source/diagnostic.h"

namespace tricklec::cli {

/// The beginning of a statement on one line, for messages: "CREATE INDEX i ON t (a)".
std::string FirstWords(source::Range statement);

/// Reports why an ordinary statement cannot be applied: it is transaction control, or PostgreSQL
/// refuses it inside a transaction, or it needs --with-ddl. SET and RESET change nothing in the
/// database and are always fine.
void CheckApplicable(source::Range statement, bool with_ddl, source::Diagnostics& diagnostics);

}  // namespace tricklec::cli
