#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tricklec/codegen/compile.h"

namespace tricklec::proof {

/// The mode in which stream tables are tested: as they are declared, or all of them in one.
enum class Mode { Declared, Immediate, Differential, Full };

std::string_view NameOf(Mode mode);

/// A visible column of a stream table and what DESIGN calls equal for it.
struct StoredColumn {
  std::string name;
  ivm::Compare compare = ivm::Compare::Equal;
};

struct StreamTable {
  ir::ObjectName name;
  std::string sql_name;
  ir::RefreshMode mode = ir::RefreshMode::Immediate;  ///< what AUTO came to
  bool filled = true;                                 ///< false: WITH NO DATA
  std::string query;                                  ///< the user's own text
  std::vector<StoredColumn> columns;
  std::vector<ir::ObjectName> reads;  ///< tables and other stream tables, without inner results

  bool immediate() const { return mode == ir::RefreshMode::Immediate; }
};

/// What is run, in order, to make a database: ordinary statements and scripts of stream tables.
struct SetupStep {
  source::Range statement;
  std::string sql;
  bool starts_input = false;  ///< the first one of a file: settings of the one before do not last
  std::optional<size_t> stream_table;  ///< index in `Definitions::stream_tables`
  bool about_stream_tables = false;    ///< another statement of ours, such as ALTER STREAM TABLE
};

/// A stream table that cannot be maintained in the mode asked for.
struct Rejection {
  std::string name;
  Mode mode = Mode::Declared;
  std::string code;  ///< "ST3002", or empty if it reads another one that was rejected
  std::string message;
};

struct Definitions {
  Mode mode = Mode::Declared;
  std::vector<SetupStep> setup;
  std::vector<StreamTable> stream_tables;
  std::vector<Rejection> rejections;
};

/// Compiles the inputs in one mode.
///
/// \param diagnostics receives what is wrong with the inputs themselves; in another mode than
///     `Declared`, what cannot be maintained is no error but a rejection
Definitions Define(const std::vector<codegen::Input>& inputs, Mode mode,
                   const codegen::CompileOptions& options, source::Diagnostics& diagnostics,
                   std::vector<source::BufferPtr>& kept);

/// Only the stream tables at these places, with the stream tables that they read, and all other
/// statements.
Definitions Restricted(const Definitions& definitions, const std::vector<size_t>& stream_tables);

}  // namespace tricklec::proof
