// The pipeline: one catalog that grows with every statement, in the order of the inputs.

#include "tricklec/codegen/compile.h"

#include <fmt/format.h>

#include <algorithm>

#include "tricklec/analyze/analyze.h"
#include "tricklec/catalog/loader.h"
#include "tricklec/catalog/print.h"
#include "tricklec/catalog/snapshot.h"
#include "tricklec/codegen/pipeline.h"
#include "tricklec/codegen/script/script.h"
#include "tricklec/ivm/plan.h"
#include "tricklec/rewrite/normalise.h"
#include "tricklec/syntax/parser.h"

namespace tricklec::codegen {

namespace {

class Compiler {
 public:
  Compiler(const CompileOptions& options, source::Diagnostics& diagnostics)
      : options_(options),
        diagnostics_(diagnostics),
        catalog_(options.target_version, {options.search_path}),
        loader_(catalog_, diagnostics) {}

  CompileResult Run(const std::vector<Input>& inputs) {
    for (const Input& input : inputs) {
      if (input.role == InputRole::Snapshot) {
        catalog::ReadSnapshot(*input.buffer, catalog_, diagnostics_, result_.derived);
        continue;
      }
      bool compiled = input.role == InputRole::Compile;
      loader_.BeginFile();
      syntax::File file =
          syntax::ParseFile(*input.buffer, diagnostics_,
                            compiled ? syntax::FileRole::Stream : syntax::FileRole::Schema);
      result_.derived.insert(result_.derived.end(), file.derived.begin(), file.derived.end());
      Output output;
      output.input = input.buffer;
      for (const syntax::Statement& statement : file.statements) {
        output.parts.push_back(Compile(statement));
      }
      if (!compiled) continue;
      output.script = Assemble(file, output.parts);
      result_.outputs.push_back(std::move(output));
    }
    result_.catalog = catalog::PrintCatalog(catalog_);
    return std::move(result_);
  }

 private:
  OutputPart Compile(const syntax::Statement& statement) {
    OutputPart part;
    part.statement = statement.range;
    part.pass_through = !statement.IsStream();
    std::visit([&](const auto& body) { Compile(statement, body, part); }, statement.body);
    return part;
  }

  void Compile(const syntax::Statement& statement, const syntax::CreateStreamTable& create,
               OutputPart& part) {
    // What its own text already says wrong would only be said again, in other words.
    if (HasErrors(statement.range)) return;
    if (create.or_replace) NotSupported("OR REPLACE", statement.range);
    ForgetDeployed(create.name);
    analyze::Options options{catalog_.search_path()};
    std::optional<ir::Definition> definition =
        analyze::AnalyzeDefinition(statement, catalog_, options, diagnostics_);
    if (!definition) return;
    rewrite::Options rewrite_options;
    rewrite_options.verify_each = options_.verify_each;
    if (options_.after_pass) {
      rewrite_options.after_pass = [&](std::string_view pass, const ir::RelPtr& tree) {
        options_.after_pass(pass, definition->name, tree);
      };
    }
    result_.definitions.push_back(rewrite::Normalise(*definition, rewrite_options));
    source::Diagnostics unreported;
    std::optional<ivm::Program> program = ivm::PlanMaintenance(
        result_.definitions.back(), options_.report_planning ? diagnostics_ : unreported);
    if (!program) return;
    script::StreamTableScript script = script::Create(*program);
    AddToCatalog(*program, catalog_);
    part.sql = script.sql;
    part.stream_table = static_cast<int>(result_.stream_tables.size());
    result_.stream_tables.push_back(
        {std::move(*program), std::move(script.definition_hash), std::move(script.sql)});
  }

  void Compile(const syntax::Statement& statement, const syntax::AlterStreamTable& alter,
               OutputPart& part) {
    if (HasErrors(statement.range)) return;
    ir::ObjectName name = Resolve(alter.name);
    const catalog::Relation* relation = catalog_.FindRelation(name.schema, name.name, {});
    if (relation != nullptr && relation->kind != catalog::RelationKind::StreamTable) {
      ReportOtherRelation(alter.name, name);
      return;
    }
    std::optional<script::Alteration> alteration =
        ReadAlteration(alter, relation != nullptr ? FindCompiled(name) : nullptr, diagnostics_);
    if (alteration) part.sql = script::Alter(name, *alteration, alter.if_exists);
  }

  void Compile(const syntax::Statement&, const syntax::DropStreamTable& drop, OutputPart& part) {
    for (const syntax::QualifiedName& written : drop.names) {
      ir::ObjectName name = Resolve(written);
      const catalog::Relation* relation = catalog_.FindRelation(name.schema, name.name, {});
      if (relation != nullptr && relation->kind != catalog::RelationKind::StreamTable) {
        ReportOtherRelation(written, name);
        continue;
      }
      if (relation != nullptr) catalog_.RemoveRelation(relation->id);
      part.sql += script::Drop(name, drop.if_exists, drop.cascade);
    }
  }

  void Compile(const syntax::Statement&, const syntax::RefreshStreamTable& refresh,
               OutputPart& part) {
    part.sql = script::Refresh(Resolve(refresh.name));
  }

  void Compile(const syntax::Statement& statement, const syntax::GateSource&, OutputPart&) {
    NotSupported("GATE SOURCE", statement.range);
  }
  void Compile(const syntax::Statement& statement, const syntax::UngateSource&, OutputPart&) {
    NotSupported("UNGATE SOURCE", statement.range);
  }

  void Compile(const syntax::Statement& statement, const syntax::PassThrough&, OutputPart& part) {
    part.sql = std::string(statement.Full().text());
    bool refused = false;
    for (const pgparse::ParsedStatement& parsed : pgparse::Parse(statement.range).statements) {
      refused |= ReportChangesOfStreamTables(parsed.node, catalog_, diagnostics_);
    }
    if (refused) return;
    loader_.ApplyText(statement.range);
    InferNewColumns();
  }

  void Compile(const syntax::Statement& statement, const syntax::PsqlMeta&, OutputPart& part) {
    part.sql = std::string(statement.Full().text());
  }
  void Compile(const syntax::Statement& statement, const syntax::CopyData&, OutputPart& part) {
    part.sql = std::string(statement.Full().text());
  }
  void Compile(const syntax::Statement&, const syntax::Unreadable&, OutputPart&) {}

  // A database that was read may have the stream table already: what is compiled is its definition.
  void ForgetDeployed(const syntax::QualifiedName& written) {
    ir::ObjectName name = Resolve(written);
    const catalog::Relation* relation = catalog_.FindRelation(name.schema, name.name, {});
    bool deployed = relation != nullptr && relation->kind == catalog::RelationKind::StreamTable &&
                    !relation->definition.valid();
    if (deployed) catalog_.RemoveRelation(relation->id);
  }

  bool HasErrors(source::Range range) const {
    const std::vector<source::Diagnostic>& all = diagnostics_.all();
    return std::any_of(all.begin(), all.end(), [range](const source::Diagnostic& d) {
      return d.severity == source::Severity::Error && d.range.buffer == range.buffer &&
             d.range.begin >= range.begin && d.range.end <= range.end;
    });
  }

  void NotSupported(std::string_view what, source::Range range) {
    if (HasErrors(range)) return;
    diagnostics_.Report(source::Code::StatementNotSupported, range, what);
  }

  void ReportOtherRelation(const syntax::QualifiedName& written, const ir::ObjectName& name) {
    diagnostics_.Report(source::Code::NotAStreamTable, written.range,
                        fmt::format("{}.{}", name.schema, name.name));
  }

  // The latest of that name; nullptr if it was not compiled here.
  const ivm::Program* FindCompiled(const ir::ObjectName& name) const {
    const std::vector<CompiledStreamTable>& all = result_.stream_tables;
    auto found = std::find_if(all.rbegin(), all.rend(), [&](const CompiledStreamTable& compiled) {
      return compiled.program.definition.name == name;
    });
    return found == all.rend() ? nullptr : &found->program;
  }

  // Views and CREATE TABLE AS whose columns follow from a query, once each definition.
  void InferNewColumns() {
    std::vector<catalog::RelationId> open;
    for (const auto& [id, relation] : catalog_.relations()) {
      if (relation.columns_known || !relation.view) continue;
      if (inferred_.emplace(id, relation.definition.begin).second) open.push_back(id);
    }
    for (catalog::RelationId id : open) analyze::InferColumns(catalog_, id);
  }

  ir::ObjectName Resolve(const syntax::QualifiedName& name) const {
    if (name.schema) return {name.schema->text, name.name.text};
    const catalog::SearchPath& path = catalog_.search_path();
    const catalog::Relation* relation = catalog_.FindRelation("", name.name.text, path);
    if (relation != nullptr) return {relation->schema, relation->name};
    return {catalog_.CreationSchema(path), name.name.text};
  }

  // Statements of ours in place, everything else byte for byte.
  static std::string Assemble(const syntax::File& file, const std::vector<OutputPart>& parts) {
    std::string script;
    for (size_t i = 0; i < parts.size(); ++i) {
      if (parts[i].pass_through) {
        script += parts[i].sql;
        continue;
      }
      script += file.statements[i].leading.text();
      std::string_view sql = parts[i].sql;
      while (sql.ends_with('\n')) sql.remove_suffix(1);
      script += sql;
    }
    script += file.trailing.text();
    if (!script.empty() && script.back() != '\n') script += '\n';
    return script;
  }

  const CompileOptions& options_;
  source::Diagnostics& diagnostics_;
  catalog::Catalog catalog_;
  catalog::Loader loader_;
  std::set<std::pair<catalog::RelationId, uint32_t>> inferred_;
  CompileResult result_;
};

}  // namespace

CompileResult CompileUnit(const std::vector<Input>& inputs, const CompileOptions& options,
                          source::Diagnostics& diagnostics) {
  return Compiler(options, diagnostics).Run(inputs);
}

}  // namespace tricklec::codegen
