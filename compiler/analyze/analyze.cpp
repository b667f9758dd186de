#include "tricklec/analyze/analyze.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "tricklec/analyze/query.h"
#include "tricklec/analyze/type_facts.h"
#include "tricklec/ir/verify.h"
#include "tricklec/pgparse/parse.h"

namespace tricklec::analyze {

using pgparse::Node;
using source::Code;

namespace {

ir::RefreshMode ModeOf(syntax::RefreshMode mode) {
  switch (mode) {
    case syntax::RefreshMode::Auto: return ir::RefreshMode::Auto;
    case syntax::RefreshMode::Immediate: return ir::RefreshMode::Immediate;
    case syntax::RefreshMode::Differential: return ir::RefreshMode::Differential;
    case syntax::RefreshMode::Full: return ir::RefreshMode::Full;
  }
  return ir::RefreshMode::Auto;
}

// Clauses that no stage acts on yet: an error each, never ignored.
void ReportUnsupportedClauses(const syntax::CreateStreamTable& statement,
                              source::Diagnostics& diagnostics) {
  auto report = [&](std::string_view what, source::Range range) {
    diagnostics.Report(Code::ClauseNotSupported, range, what);
  };
  if (statement.append_only) report("APPEND ONLY", statement.append_only->range);
  if (statement.gating && statement.gating->value.kind != syntax::Gating::Kind::NotGated) {
    report("GATED BY", statement.gating->range);
  }
  if (statement.capture) report("CAPTURE", statement.capture->range);
  if (statement.requirements) report("REQUIRE", statement.requirements->range);
  if (!statement.options) return;
  const syntax::Options& options = statement.options->value;
  if (options.hidden_columns && options.hidden_columns->value != syntax::HiddenColumns::Inline) {
    report("`hidden_columns = side`", options.hidden_columns->range);
  }
  if (options.auxiliary && options.auxiliary->value != syntax::Auxiliary::Auto) {
    report("the option `auxiliary`", options.auxiliary->range);
  }
  if (options.facts && options.facts->value != syntax::Facts::Trusted) {
    report("`facts = enforced`", options.facts->range);
  }
  if (options.float_mode && options.float_mode->value != syntax::FloatMode::Tolerant) {
    report("`float = exact`", options.float_mode->range);
  }
}

// What says the default of the runtime says nothing: the script is the same with and without it.
ir::RefreshProperties PropertiesOf(const syntax::CreateStreamTable& statement) {
  ir::RefreshProperties properties;
  if (statement.schedule && statement.schedule->value.kind != syntax::Schedule::Kind::Calculated) {
    properties.schedule = statement.schedule->value.text;
  }
  if (statement.diamond) {
    const syntax::Diamond& diamond = statement.diamond->value;
    if (diamond.consistency == syntax::Diamond::Consistency::Independent) properties.atomic = false;
    if (diamond.policy == syntax::Diamond::Policy::Slowest) properties.slowest = true;
  }
  if (statement.options && statement.options->value.full_threshold) {
    properties.full_threshold = statement.options->value.full_threshold->value;
  }
  return properties;
}

void ReportInstabilities(const Context& context, source::Diagnostics& diagnostics) {
  std::set<std::tuple<const source::Buffer*, uint32_t, std::string>> seen;
  for (const Instability& place : context.instabilities) {
    if (!seen.emplace(place.range.buffer, place.range.begin, place.what).second) continue;
    Code code = place.kind == Instability::Kind::Volatile ? Code::VolatileExpression
                : place.kind == Instability::Kind::Stable ? Code::StableExpression
                                                          : Code::SessionLiteral;
    auto report = diagnostics.Report(code, place.range, place.what);
    Reporter::AddDetours(report, place.detours);
    switch (place.kind) {
      case Instability::Kind::Volatile:
        report.AddNote("a change of one row must not change the result for others")
            .AddHelp(
                "compute the value when the row is written, for example by a column default, "
                "and select that column");
        break;
      case Instability::Kind::Stable:
        if (place.depends_on.empty()) {
          report.AddNote(
              "PostgreSQL calls it STABLE: it may depend on settings, on the time, or on "
              "other tables");
        } else {
          report.AddNote(fmt::format("it depends on {}", place.depends_on));
        }
        if (place.depends_on == "the current time") {
          report.AddHelp(
              "leave the comparison with the current time to the queries that read the "
              "stream table");
        } else if (place.depends_on == "the setting `TimeZone`") {
          report.AddHelp("name the time zone: `value AT TIME ZONE 'UTC'`");
        }
        break;
      case Instability::Kind::Literal:
        report.AddNote(place.depends_on);
        if (!place.remedy.empty()) report.AddHelp(place.remedy);
        break;
    }
  }
}

bool CheckColumns(const std::vector<ir::OutputColumn>& outputs, const catalog::Catalog& catalog,
                  const std::vector<std::string>& names, source::Range range,
                  source::Diagnostics& diagnostics) {
  constexpr std::array<std::string_view, 6> kSystem = {"ctid", "xmin", "xmax",
                                                       "cmin", "cmax", "tableoid"};
  bool fine = true;
  std::set<std::string> seen;
  for (size_t i = 0; i < names.size(); ++i) {
    if (!seen.insert(names[i]).second) {
      diagnostics.Report(Code::DuplicateOutputColumn, range, names[i])
          .AddHelp(
              "give one of them another name with AS, or list the names after the stream "
              "table's name");
      fine = false;
    }
    if (std::find(kSystem.begin(), kSystem.end(), names[i]) != kSystem.end()) {
      diagnostics.Report(Code::SystemColumnName, range, names[i])
          .AddNote("every table has a system column of that name");
      fine = false;
    }
    const ir::Type& type = outputs[i].props.type;
    const catalog::Type* found = type.known ? catalog.FindType(type.id) : nullptr;
    if (found != nullptr && found->kind == catalog::TypeKind::Pseudo) {
      diagnostics.Report(Code::PseudoTypeColumn, range, names[i], type.sql);
      fine = false;
    }
  }
  return fine;
}

std::optional<Node> ParseQuery(source::Range text, source::Diagnostics& diagnostics) {
  pgparse::ParseResult parsed = pgparse::Parse(text);
  if (parsed.error) {
    diagnostics.Report(Code::QuerySyntax, parsed.error->range, parsed.error->message)
        .AddNote("queries are read as PostgreSQL 15 reads them");
    return std::nullopt;
  }
  if (parsed.statements.size() != 1 || !parsed.statements[0].node.Is("SelectStmt")) {
    diagnostics.Report(Code::QuerySyntax, text, "the defining query is not one SELECT");
    return std::nullopt;
  }
  return parsed.statements[0].node;
}

std::optional<ir::ObjectName> TargetName(const syntax::CreateStreamTable& statement,
                                         const catalog::Catalog& catalog, const Options& options,
                                         source::Diagnostics& diagnostics) {
  if (statement.name.schema) {
    const std::string& schema = statement.name.schema->text;
    if (!catalog.HasSchema(schema)) {
      diagnostics.Report(Code::UnknownTargetSchema, statement.name.schema->range, schema);
      return std::nullopt;
    }
    return ir::ObjectName{schema, statement.name.name.text};
  }
  std::string schema = catalog.CreationSchema(options.search_path);
  if (schema.empty()) {
    diagnostics
        .Report(Code::UnknownTargetSchema, statement.name.range,
                options.search_path.schemas.empty() ? std::string("public")
                                                    : options.search_path.schemas.front())
        .AddNote("no schema of the search path exists");
    return std::nullopt;
  }
  return ir::ObjectName{schema, statement.name.name.text};
}

}  // namespace

ir::RelPtr AnalyzeQuery(const Node& select, const catalog::Catalog& catalog, const Options& options,
                        source::Diagnostics& diagnostics, std::shared_ptr<ir::ColumnIds> ids) {
  Context context{catalog, Reporter(diagnostics)};
  if (ids != nullptr) context.ids = std::move(ids);
  size_t errors_before = diagnostics.error_count();
  ir::RelPtr rel = QueryAnalyzer(context, options.search_path).Analyze(select);
  return diagnostics.error_count() > errors_before ? nullptr : rel;
}

std::optional<ir::Definition> AnalyzeDefinition(const syntax::Statement& statement,
                                                const catalog::Catalog& catalog,
                                                const Options& options,
                                                source::Diagnostics& diagnostics) {
  const auto* create = std::get_if<syntax::CreateStreamTable>(&statement.body);
  TRICKLEC_CHECK(create != nullptr, "a statement that defines no stream table");
  size_t errors_before = diagnostics.error_count();
  ReportUnsupportedClauses(*create, diagnostics);
  auto name = TargetName(*create, catalog, options, diagnostics);
  auto query = ParseQuery(create->query, diagnostics);
  if (!query) return std::nullopt;
  Context context{catalog, Reporter(diagnostics)};
  ir::RelPtr rel = QueryAnalyzer(context, options.search_path).Analyze(*query);
  ReportInstabilities(context, diagnostics);
  if (rel == nullptr || !name) {
    TRICKLEC_CHECK(diagnostics.error_count() > errors_before, "analysis failed without a reason");
    return std::nullopt;
  }
  ir::Definition definition;
  for (const ir::OutputColumn& output : rel->outputs)
    definition.column_names.push_back(output.name);
  if (create->columns.size() > definition.column_names.size()) {
    diagnostics.Report(Code::TooManyColumnNames, create->columns.back().range,
                       create->columns.size(), definition.column_names.size());
    return std::nullopt;
  }
  for (size_t i = 0; i < create->columns.size(); ++i) {
    definition.column_names[i] = create->columns[i].text;
  }
  CheckColumns(rel->outputs, catalog, definition.column_names, query->range(), diagnostics);
  if (diagnostics.error_count() > errors_before) return std::nullopt;

  auto problem = ir::Verify(rel);
  TRICKLEC_CHECK(!problem, fmt::format("analysis made a wrong tree: {}", problem.value_or("")));
  definition.name = *name;
  definition.mode = ModeOf(create->EffectiveMode());
  definition.if_not_exists = create->if_not_exists;
  definition.or_replace = create->or_replace;
  definition.with_data = create->FillsAtCreation();
  if (create->tablespace) definition.tablespace = create->tablespace->value.text;
  if (create->options) {
    for (const syntax::StorageParameter& parameter : create->options->value.storage) {
      std::string parameter_name =
          (parameter.space ? catalog::QuoteIdentifier(parameter.space->text) + "." : "") +
          catalog::QuoteIdentifier(parameter.name.text);
      definition.storage_parameters.emplace_back(std::move(parameter_name),
                                                 parameter.value ? parameter.value->value : "");
    }
  }
  definition.properties = PropertiesOf(*create);
  definition.query = std::move(rel);
  for (const auto& [schema, view] : context.inlined_views)
    definition.views.push_back({schema, view});
  definition.statement = statement.range;
  definition.name_range = create->name.range;
  definition.query_range = create->query;
  definition.ids = context.ids;
  return definition;
}

void InferColumns(catalog::Catalog& catalog, catalog::RelationId id) {
  const catalog::Relation* relation = catalog.FindRelation(id);
  if (relation == nullptr || !relation->view || !relation->view->query || relation->columns_known) {
    return;
  }
  source::Diagnostics ignored;
  ir::RelPtr rel = AnalyzeQuery(relation->view->query, catalog, {relation->view->path}, ignored);
  if (rel == nullptr) return;
  const std::vector<std::string>& names = relation->view->column_names;
  std::vector<catalog::Column> columns;
  for (size_t i = 0; i < rel->outputs.size(); ++i) {
    const ir::OutputColumn& output = rel->outputs[i];
    if (!output.props.type.known) return;
    catalog::Column column;
    column.name = i < names.size() ? names[i] : output.name;
    column.type = {output.props.type.id, output.props.type.typmod};
    catalog::QualifiedName collation{output.props.collation_schema, output.props.collation_name};
    if (collation != catalog.CollationOf(column.type.type)) column.collation = collation;
    columns.push_back(std::move(column));
  }
  catalog.SetColumns(id, std::move(columns));
}

}  // namespace tricklec::analyze
