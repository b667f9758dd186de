// CREATE EXTENSION for the contrib extensions whose objects we have as data.

#include <algorithm>
#include <map>
#include <utility>

#include "tricklec/catalog/builtin_data.h"
#include "tricklec/catalog/builtin_rows.h"
#include "tricklec/catalog/catalog.h"
#include "tricklec/catalog/table_reader.h"

namespace tricklec::catalog {

namespace {

// Extensions that add nothing a query's types could depend on; their objects need no data.
constexpr std::string_view kWithoutTypes[] = {
    "plpgsql",
    "adminpack",
    "amcheck",
    "auto_explain",
    "autoinc",
    "bloom",
    "dict_xsyn",
    "file_fdw",
    "insert_username",
    "moddatetime",
    "old_snapshot",
    "pageinspect",
    "pg_buffercache",
    "pg_cron",
    "pg_freespacemap",
    "pg_prewarm",
    "pg_stat_statements",
    "pg_surgery",
    "pg_visibility",
    "pg_walinspect",
    "pgrowlocks",
    "pgstattuple",
    "plpgsql_check",
    "postgres_fdw",
    "refint",
    "sslinfo",
    "tcn",
    "tsm_system_rows",
    "tsm_system_time",
};

// References of the table of extensions: `=name` for another object of extensions, else an OID.
class NamedReferences final : public ReferenceReader {
 public:
  TypeId ReadTypeId(std::string_view text) const override {
    return text.starts_with('=') ? At(types, text) : ReferenceReader::ReadTypeId(text);
  }
  FunctionId ReadFunctionId(std::string_view text) const override {
    return text.starts_with('=') ? At(functions, text) : ReferenceReader::ReadFunctionId(text);
  }
  OperatorId ReadOperatorId(std::string_view text) const override {
    return text.starts_with('=') ? At(operators, text) : ReferenceReader::ReadOperatorId(text);
  }

  std::map<std::string, uint32_t, std::less<>> types, functions, operators;

 private:
  static uint32_t At(const std::map<std::string, uint32_t, std::less<>>& ids,
                     std::string_view name) {
    auto found = ids.find(name);
    return found == ids.end() ? 0 : found->second;
  }
};

std::string FunctionKey(const Row& row) {
  std::string arguments(row[10]);
  std::replace(arguments.begin(), arguments.end(), ' ', ',');
  return "=" + std::string(row[3]) + "(" + arguments + ")";
}

std::string OperatorKey(const Row& row) {
  std::string left(row[4].empty() ? "0" : row[4]);
  return "=" + std::string(row[3]) + "(" + left + "," + std::string(row[5]) + ")";
}

}  // namespace

void Catalog::AddExtension(std::string name, std::string schema) {
  // The lines of this extension, up to the next one's head.
  std::vector<Row> rows;
  bool has_data = false;
  bool inside = false;
  ForEachLine(builtin_data::extensions(), 1u << (server_version_ - kFirstVersion),
              [&](std::string_view line) {
                Row row(line);
                if (row[1] == "extension") {
                  inside = row[2] == name;
                  has_data = has_data || inside;
                } else if (inside) {
                  rows.push_back(row);
                }
              });
  bool harmless = std::find(std::begin(kWithoutTypes), std::end(kWithoutTypes), name) !=
                  std::end(kWithoutTypes);
  extensions_.push_back({name, schema, has_data || harmless});

  NamedReferences references;
  // Objects of extensions made before: earthdistance uses the type of cube.
  for (const auto& [id, type] : types_) {
    if (!type.extension.empty()) references.types["=" + type.name] = id;
  }
  constexpr size_t kAt = 2;  // the columns of an object follow mask and section

  // Types first get an id, so that they can refer to each other in any order.
  std::vector<std::pair<TypeId, const Row*>> types;
  for (const Row& row : rows) {
    if (row[1] != "types") continue;
    Type type;
    type.schema = schema;
    type.name = row[3];
    type.kind = TypeKind::Array;  // for now: AddType is to make no further array type
    type.extension = name;
    TypeId id = AddType(std::move(type));
    references.types["=" + std::string(row[3])] = id;
    types.emplace_back(id, &row);
  }
  for (const Row& row : rows) {
    if (row[1] != "composites") continue;
    Relation composite;
    composite.schema = schema;
    composite.name = row[3];
    composite.kind = RelationKind::Composite;
    composite.extension = name;
    for (std::string_view rest = row[4]; !rest.empty();) {
      Column column;
      column.name = TakeUpTo(rest, ' ');
      column.type.type = references.ReadTypeId(TakeUpTo(rest, ' '));
      composite.columns.push_back(std::move(column));
    }
    RelationId id = AddRelation(std::move(composite));
    references.types["=" + std::string(row[3])] = GetRelation(id).row_type;
  }
  for (const Row& row : rows) {
    if (row[1] != "functions") continue;
    Function function = ReadFunction(row, kAt, references);
    function.schema = schema;
    function.extension = name;
    references.functions[FunctionKey(row)] = AddFunction(std::move(function));
  }
  std::vector<std::pair<OperatorId, const Row*>> operators;
  for (const Row& row : rows) {
    if (row[1] != "operators") continue;
    Operator op;
    op.name = row[3];
    OperatorId id = AddOperator(std::move(op));
    references.operators[OperatorKey(row)] = id;
    operators.emplace_back(id, &row);
  }
  for (auto [id, row] : types) {
    Type type = ReadType(*row, kAt, references);
    type.id = id;
    type.schema = schema;
    type.extension = name;
    *MutableType(id) = std::move(type);
  }
  for (const Row& row : rows) {
    if (row[1] != "checks") continue;
    Type& domain = *MutableType(references.ReadTypeId(row[4]));
    domain.checks.push_back({std::string(row[3]), {}, true});
  }
  for (auto [id, row] : operators) {
    Operator op = ReadOperator(*row, kAt, references);
    op.id = id;
    op.schema = schema;
    op.extension = name;
    *MutableOperator(id) = std::move(op);
  }
  for (const Row& row : rows) {
    if (row[1] != "casts") continue;
    Cast cast = ReadCast(row, kAt, references);
    cast.extension = name;
    AddCast(std::move(cast));
  }
}

void Catalog::MoveExtension(std::string_view name, const std::string& schema) {
  AddSchema(schema);
  for (Extension& extension : extensions_) {
    if (extension.name == name) extension.schema = schema;
  }
  auto move = [&](auto& objects) {
    for (auto& [id, object] : objects) {
      if (object.extension == name) object.schema = schema;
    }
  };
  move(types_);
  move(relations_);
  move(functions_);
  move(operators_);
}

void Catalog::RemoveExtension(std::string_view name) {
  std::erase_if(extensions_, [&](const Extension& e) { return e.name == name; });
  std::erase_if(casts_, [&](const Cast& cast) { return cast.extension == name; });
  std::vector<uint32_t> gone;
  for (const auto& [id, op] : operators_) {
    if (op.extension == name) gone.push_back(id);
  }
  for (uint32_t id : gone) RemoveOperator(id);
  gone.clear();
  for (const auto& [id, function] : functions_) {
    if (function.extension == name) gone.push_back(id);
  }
  for (uint32_t id : gone) RemoveFunction(id);
  gone.clear();
  for (const auto& [id, relation] : relations_) {
    if (relation.extension == name) gone.push_back(id);
  }
  for (uint32_t id : gone) RemoveRelation(id);
  gone.clear();
  for (const auto& [id, type] : types_) {
    if (type.extension == name && type.relation == 0) gone.push_back(id);
  }
  for (uint32_t id : gone) RemoveType(id);
}

bool Catalog::HasUnknownExtension() const {
  return std::any_of(extensions_.begin(), extensions_.end(),
                     [](const Extension& e) { return !e.known; });
}

}  // namespace tricklec::catalog
