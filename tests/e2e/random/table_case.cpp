#include "tricklec/randomdml/table_case.h"

#include "tricklec/testsupport/session.h"

namespace tricklec::randomdml {
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
    ddl += (first ? "\n  " : ",\n  ") + QuoteIdentifier(column.name) + " " + column.kind->type;
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

std::vector<size_t> TableCase::WritableColumns() const {
  std::vector<size_t> positions;
  for (size_t i = 0; i < columns.size(); ++i) {
    ColumnOrigin origin = columns[i].origin;
    if (origin == ColumnOrigin::kDeclared || origin == ColumnOrigin::kAdded) positions.push_back(i);
  }
  return positions;
}

std::vector<size_t> TableCase::ReadableColumns() const {
  std::vector<size_t> positions;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].origin != ColumnOrigin::kDropped) positions.push_back(i);
  }
  return positions;
}

}  // namespace tricklec::randomdml
