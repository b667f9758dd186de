#pragma once

#include "tricklec/codegen/print/doc.h"
#include "tricklec/codegen/sqltree/statement.h"

namespace tricklec::codegen::print {

/// A statement without semicolon.
Doc StatementDoc(const sqltree::StatementPtr& statement);
/// A query whose first word is `verb`: SELECT, or PERFORM in plpgsql.
Doc SelectDoc(const sqltree::Select& select, const std::string& verb);
/// `(statement)`, over several lines where it does not fit on one.
Doc Parenthesized(const sqltree::StatementPtr& statement);
/// The body of a function or DO block: declarations, BEGIN … END.
Doc BodyDoc(const sqltree::PlBody& body);

/// A statement as it stands in a script, without semicolon.
std::string Print(const sqltree::StatementPtr& statement);
/// An expression on its own, for messages.
std::string Print(const sqltree::Expr& expr);

}  // namespace tricklec::codegen::print
