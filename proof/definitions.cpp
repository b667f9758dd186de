#include "tricklec/proof/definitions.h"

#include <algorithm>
#include <set>

#include "tricklec/ivm/auxiliaries.h"
#include "tricklec/proof/names.h"
#include "tricklec/syntax/parser.h"
#include "tricklec/syntax/printer.h"

namespace tricklec::proof {
namespace {

StreamTable Describe(const ivm::Program& program) {
  StreamTable table;
  const ir::Definition& definition = program.definition;
  table.name = definition.name;
  table.sql_name = SqlName(definition.name.schema, definition.name.name);
  table.mode = program.mode;
  table.filled = definition.with_data;
  table.query = std::string(definition.query_range.text());
  for (const ivm::StoredColumn& column : program.storage.columns) {
    if (column.visible) table.columns.push_back({column.name, column.compare});
  }
  table.reads = ivm::TablesRead(program);
  return table;
}

bool IsBlank(const codegen::OutputPart& part) {
  return part.stream_table < 0 && (!part.statement.valid() || part.statement.size() == 0);
}

/// Appends the statements of one compiled file. The first stream tables of `result` are known.
void Append(const codegen::Output& output, const codegen::CompileResult& result,
            Definitions& definitions) {
  bool first = true;
  for (const codegen::OutputPart& part : output.parts) {
    if (IsBlank(part)) continue;
    SetupStep step{part.statement, part.sql, std::exchange(first, false), std::nullopt,
                   !part.pass_through};
    if (part.stream_table >= 0) {
      step.stream_table = definitions.stream_tables.size();
      definitions.stream_tables.push_back(
          Describe(result.stream_tables[static_cast<size_t>(part.stream_table)].program));
    }
    definitions.setup.push_back(std::move(step));
  }
}

/// Appends the statements of a file that only describes what exists.
void AppendSchema(const source::Buffer& buffer, Definitions& definitions) {
  source::Diagnostics reported_by_the_compiler;
  syntax::File file = syntax::ParseFile(buffer, reported_by_the_compiler, syntax::FileRole::Schema);
  bool first = true;
  for (const syntax::Statement& statement : file.statements) {
    if (!std::holds_alternative<syntax::PassThrough>(statement.body)) continue;
    if (statement.range.size() == 0) continue;
    definitions.setup.push_back({statement.range, std::string(statement.range.text()),
                                 std::exchange(first, false), std::nullopt, false});
  }
}

bool HasStreamTables(const source::Buffer& buffer) {
  source::Diagnostics unreported;
  syntax::File file = syntax::ParseFile(buffer, unreported, syntax::FileRole::Schema);
  return std::any_of(file.statements.begin(), file.statements.end(), [](const auto& statement) {
    return std::holds_alternative<syntax::CreateStreamTable>(statement.body);
  });
}

/// The statement for another mode: nothing of its clauses, some of which belong to one mode.
std::string InMode(const syntax::CreateStreamTable& create, Mode mode) {
  std::string text = "CREATE STREAM TABLE " + syntax::Quote(create.name);
  for (size_t i = 0; i < create.columns.size(); ++i) {
    text += (i == 0 ? " (" : ", ") + syntax::Quote(create.columns[i]);
  }
  if (!create.columns.empty()) text += ")";
  text += " " + std::string(NameOf(mode)) + " AS\n";
  return text + std::string(create.query.text()) + ";\n";
}

/// Compiles statement by statement, so that each stream table is accepted or rejected by itself.
class InOneMode {
 public:
  InOneMode(Mode mode, const codegen::CompileOptions& options, source::Diagnostics& diagnostics,
            std::vector<source::BufferPtr>& kept)
      : options_(options), diagnostics_(diagnostics), kept_(kept) {
    definitions_.mode = mode;
  }

  void AddSchema(const codegen::Input& input) {
    before_.push_back(input);
    AppendSchema(*input.buffer, definitions_);
  }

  void AddFile(const codegen::Input& input) {
    source::Diagnostics unreported;
    syntax::File file = syntax::ParseFile(*input.buffer, unreported);
    for (const source::BufferPtr& buffer : file.derived) kept_.push_back(buffer);
    std::string accepted;
    codegen::CompileResult last;
    for (const syntax::Statement& statement : file.statements) {
      const auto* create = std::get_if<syntax::CreateStreamTable>(&statement.body);
      if (create == nullptr) {
        // Other statements of ours are about what is declared.
        if (!statement.IsStream()) accepted += std::string(statement.Full().text());
        continue;
      }
      std::string candidate = accepted + "\n" + InMode(*create, definitions_.mode);
      if (Compiles(input, candidate, *create)) accepted = std::move(candidate);
    }
    source::BufferPtr buffer = source::MakeBuffer(input.buffer->name(), accepted);
    kept_.push_back(buffer);
    std::vector<codegen::Input> inputs = before_;
    inputs.push_back({buffer, codegen::InputRole::Compile});
    // Warnings have been given for the text as it was written, not for this one.
    source::Diagnostics found;
    codegen::CompileResult result = codegen::CompileUnit(inputs, options_, found);
    if (found.has_errors()) return diagnostics_.Append(found);
    for (const source::BufferPtr& derived : result.derived) kept_.push_back(derived);
    Append(result.outputs.front(), result, definitions_);
    before_.push_back({buffer, codegen::InputRole::Schema});
  }

  Definitions Take() { return std::move(definitions_); }

 private:
  bool Compiles(const codegen::Input& input, const std::string& text,
                const syntax::CreateStreamTable& create) {
    source::BufferPtr buffer = source::MakeBuffer(input.buffer->name(), text);
    std::vector<codegen::Input> inputs = before_;
    inputs.push_back({buffer, codegen::InputRole::Compile});
    source::Diagnostics found;
    codegen::CompileUnit(inputs, options_, found);
    if (!found.has_errors()) return true;
    for (const source::Diagnostic& diagnostic : found.all()) {
      if (diagnostic.severity != source::Severity::Error) continue;
      std::string name = create.name.schema ? create.name.schema->text + "." : "";
      definitions_.rejections.push_back({name + create.name.name.text, definitions_.mode,
                                         std::string(source::InfoOf(diagnostic.code).id),
                                         diagnostic.message});
      break;
    }
    return false;
  }

  const codegen::CompileOptions& options_;
  source::Diagnostics& diagnostics_;
  std::vector<source::BufferPtr>& kept_;
  std::vector<codegen::Input> before_;
  Definitions definitions_;
};

}  // namespace

std::string_view NameOf(Mode mode) {
  switch (mode) {
    case Mode::Declared: return "as declared";
    case Mode::Immediate: return "IMMEDIATE";
    case Mode::Differential: return "DIFFERENTIAL";
    case Mode::Full: return "FULL";
  }
  return "";
}

Definitions Define(const std::vector<codegen::Input>& inputs, Mode mode,
                   const codegen::CompileOptions& options, source::Diagnostics& diagnostics,
                   std::vector<source::BufferPtr>& kept) {
  std::vector<codegen::Input> roles = inputs;
  for (codegen::Input& input : roles) {
    // Stream tables of a schema file have to exist as well, if others read them.
    if (HasStreamTables(*input.buffer)) input.role = codegen::InputRole::Compile;
  }
  if (mode != Mode::Declared) {
    InOneMode unit(mode, options, diagnostics, kept);
    for (const codegen::Input& input : roles) {
      if (input.role == codegen::InputRole::Schema) {
        unit.AddSchema(input);
      } else {
        unit.AddFile(input);
      }
    }
    return unit.Take();
  }
  Definitions definitions;
  codegen::CompileResult result = codegen::CompileUnit(roles, options, diagnostics);
  for (const source::BufferPtr& derived : result.derived) kept.push_back(derived);
  if (diagnostics.has_errors()) return definitions;
  size_t output = 0;
  for (const codegen::Input& input : roles) {
    if (input.role == codegen::InputRole::Schema) {
      AppendSchema(*input.buffer, definitions);
    } else {
      Append(result.outputs[output++], result, definitions);
    }
  }
  return definitions;
}

Definitions Restricted(const Definitions& definitions, const std::vector<size_t>& stream_tables) {
  std::set<size_t> wanted(stream_tables.begin(), stream_tables.end());
  for (size_t i = definitions.stream_tables.size(); i-- > 0;) {
    if (!wanted.contains(i)) continue;
    for (size_t j = 0; j < i; ++j) {
      const std::vector<ir::ObjectName>& reads = definitions.stream_tables[i].reads;
      const ir::ObjectName& name = definitions.stream_tables[j].name;
      if (std::find(reads.begin(), reads.end(), name) != reads.end()) wanted.insert(j);
    }
  }
  Definitions restricted;
  restricted.mode = definitions.mode;
  for (const SetupStep& step : definitions.setup) {
    // ALTER STREAM TABLE and its like may be about one that is left out.
    if (step.about_stream_tables && !step.stream_table) continue;
    if (step.stream_table && !wanted.contains(*step.stream_table)) continue;
    restricted.setup.push_back(step);
    if (!step.stream_table) continue;
    restricted.setup.back().stream_table = restricted.stream_tables.size();
    restricted.stream_tables.push_back(definitions.stream_tables[*step.stream_table]);
  }
  return restricted;
}

}  // namespace tricklec::proof
