#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tricklec/ivm/program.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::codegen {

/// What an input is for.
enum class InputRole {
  Schema,  ///< DDL that describes what exists (tables, views, earlier stream tables); emits nothing
  Snapshot,  ///< the same as JSON: what `--emit=catalog` printed, or was read from a live server
  Compile,
};

struct Input {
  source::BufferPtr buffer;
  InputRole role = InputRole::Compile;
};

struct CompileOptions {
  int target_version = 15;                            ///< PostgreSQL major version, 15 to 18
  std::vector<std::string> search_path = {"public"};  ///< without the implicit pg_catalog
  bool verify_each = false;                           ///< verify the IR after every pass
  /// Whether it matters that a query cannot be maintained; false for `--emit=ir`, which shows it.
  bool report_planning = true;
  /// Called with the name of each rewrite pass and the definition's tree after it (`--print-after`).
  std::function<void(std::string_view pass, const ir::ObjectName& definition,
                     const ir::RelPtr& tree)>
      after_pass;
};

/// One compiled stream table.
struct CompiledStreamTable {
  ivm::Program program;
  std::string definition_hash;  ///< 32 hex digits; equal hashes mean the same deployed objects
  std::string sql;              ///< its part of the script
};

/// A statement of an input in order: a stream statement's SQL or a pass-through text.
struct OutputPart {
  bool pass_through = false;
  source::Range statement;
  std::string sql;
  int stream_table = -1;  ///< index in `stream_tables` for CREATE STREAM TABLE, else -1
};

struct Output {
  source::BufferPtr input;
  std::vector<OutputPart> parts;
  std::string script;  ///< the whole file as it is written
};

struct CompileResult {
  std::vector<Output> outputs;  ///< one per input with role Compile
  std::vector<CompiledStreamTable> stream_tables;
  /// Every stream table whose query was understood, normalised, in order (`--emit=ir`).
  std::vector<ir::Definition> definitions;
  /// What is known after the last input, as JSON (`--emit=catalog`).
  std::string catalog;
  /// Buffers made for queries inside literals; ranges of diagnostics may point into them.
  std::vector<source::BufferPtr> derived;
};

/// The pipeline: parse, catalog, analyze, rewrite, ivm, codegen, self-check. Does no I/O.
/// The result is complete only if `diagnostics` has no errors; callers write nothing otherwise.
CompileResult CompileUnit(const std::vector<Input>& inputs, const CompileOptions& options,
                          source::Diagnostics& diagnostics);

}  // namespace tricklec::codegen
