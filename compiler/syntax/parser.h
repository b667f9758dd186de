#pragma once

#include "tricklec/source/diagnostic.h"
#include "tricklec/syntax/ast.h"

namespace tricklec::syntax {

/// What a file is for decides what may stand in it.
enum class FileRole {
  Stream,  ///< compiled and emitted: psql commands are errors
  Schema,  ///< describes what exists, often a dump: psql commands and COPY data are skipped
};

/// Splits a file into statements and parses those of the stream table language; DIALECT §1.
///
/// \param buffer must outlive the result
/// \param diagnostics receives every independent error of the file; a statement with a syntax
///     error becomes `Unreadable`, one with a semantic error keeps what could be understood
File ParseFile(const source::Buffer& buffer, source::Diagnostics& diagnostics,
               FileRole role = FileRole::Stream);

}  // namespace tricklec::syntax
