#include "tricklec/tables/table_case.h"

#include "tricklec/testsupport/session.h"

namespace tricklec::tables {
namespace {

using testsupport::QuoteIdentifier;

std::string ReplaceAll(std::string text, std::string_view what, std::string_view with) {
  for (size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

}  // namespace

std::string TableCase::QualifiedTable(const std::string& in_schema) const {
  return QuoteIdentifier(in_schema) + "." + QuoteIdentifier(table);
}

std::string TableCase::Ddl(const std::string& in_schema) const {
  std::string ddl = "CREATE TABLE " + QualifiedTable(in_schema) + " (";
  bool first = true;
  for (const TableColumn& column : columns) {
    if (column.origin == ColumnOrigin::kAdded) continue;
    ddl += (first ? "\n  " : ",\n  ") + QuoteIdentifier(column.name) + " " + column.type;
    first = false;
    if (!column.constraints.empty()) ddl += " " + column.constraints;
  }
  for (size_t i = 0; i < key.size(); ++i) {
    ddl += (i == 0 ? ",\n  PRIMARY KEY (" : ", ") + QuoteIdentifier(columns[key[i]].name);
  }
  if (!key.empty()) ddl += deferrable_key ? ") DEFERRABLE" : ")";
  if (!table_constraints.empty()) ddl += ",\n  " + table_constraints;
  ddl += "\n);\n";
  std::string more = ReplaceAll(after_create, "{t}", QualifiedTable(in_schema));
  return ddl + ReplaceAll(more, "{s}", QuoteIdentifier(in_schema));
}

std::string TableCase::QueryText(const StreamQuery& query, const std::string& in_schema) const {
  return ReplaceAll(ReplaceAll(query.text, "{t}", QualifiedTable(in_schema)), "{s}",
                    QuoteIdentifier(in_schema));
}

std::string_view KindsDdl() {
  return R"(
CREATE SCHEMA kinds;
CREATE EXTENSION citext SCHEMA public;
CREATE TYPE kinds."Mo""od" AS ENUM ('sad', 'ok', 'it''s');
CREATE DOMAIN kinds.positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN kinds.label AS varchar(10) NOT NULL DEFAULT 'x' CHECK (VALUE <> '');
CREATE TYPE kinds.pair AS (a integer, b text);
CREATE COLLATION kinds.nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE FUNCTION kinds.nested() RETURNS trigger LANGUAGE plpgsql AS $function$
DECLARE
  command text := current_setting(TG_ARGV[0], true);
  calls_left int := coalesce(nullif(current_setting('nested.calls_left', true), ''), '0');
BEGIN
  -- A trigger that acts for each of a thousand rows tells no more than one that acts for a few.
  IF command <> '' AND calls_left > 0 AND pg_trigger_depth() = 1 THEN
    PERFORM set_config('nested.calls_left', (calls_left - 1)::text, false);
    EXECUTE command USING NEW, OLD;
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $function$;
)";
}

const std::vector<std::string>& NestedSettings() {
  static const std::vector<std::string> settings = {
      "nested.before_row",     "nested.before_statement",      "nested.after_row_first",
      "nested.after_row_last", "nested.after_statement_first", "nested.after_statement_last"};
  return settings;
}

std::string NestedTriggersDdl(const std::string& qualified_table) {
  std::string ddl;
  for (const std::string& setting : NestedSettings()) {
    bool row = setting.find("_row") != std::string::npos;
    bool before = setting.find("before") != std::string::npos;
    // Triggers of one kind fire in the order of their names: some before, some after ours.
    bool last = setting.find("last") != std::string::npos;
    ddl += std::string("CREATE TRIGGER \"") + (last ? "zz " : "Aa ") + setting + "\" " +
           (before ? "BEFORE" : "AFTER") + " INSERT OR UPDATE OR DELETE ON " + qualified_table +
           (row ? " FOR EACH ROW" : " FOR EACH STATEMENT") + " EXECUTE FUNCTION kinds.nested('" +
           setting + "');\n";
  }
  return ddl;
}

}  // namespace tricklec::tables
