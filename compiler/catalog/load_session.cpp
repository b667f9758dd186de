// The search path (SET, RESET, set_config as dumps call it), schemas and extensions.

#include <algorithm>

#include "tricklec/catalog/load_context.h"

namespace tricklec::catalog {

namespace {

// Splits the text of a search_path setting: names separated by commas, quoted where needed.
SearchPath ParsePath(std::string_view text) {
  SearchPath path;
  size_t i = 0;
  while (i < text.size()) {
    std::string name;
    while (i < text.size() && (text[i] == ' ' || text[i] == ',')) ++i;
    if (i < text.size() && text[i] == '"') {
      for (++i; i < text.size(); ++i) {
        if (text[i] == '"' && (i + 1 >= text.size() || text[i + 1] != '"')) break;
        if (text[i] == '"') ++i;
        name += text[i];
      }
      ++i;
    } else {
      for (; i < text.size() && text[i] != ',' && text[i] != ' '; ++i) {
        char c = text[i];
        name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      }
    }
    if (!name.empty()) path.schemas.push_back(std::move(name));
  }
  return path;
}

std::string StringOf(const pgparse::Node& node) {
  if (node.Is("TypeCast")) return StringOf(node["arg"]);
  return node.Is("A_Const") && node["sval"] ? node["sval"].Str("sval") : std::string();
}

void Set(LoadContext& context, const pgparse::Node& statement) {
  std::string_view kind = statement.Enum("kind");
  if (kind == "VAR_RESET_ALL") {
    context.catalog.ResetSearchPath();
    return;
  }
  if (statement.Str("name") != "search_path") return;
  if (kind == "VAR_SET_DEFAULT" || kind == "VAR_RESET") {
    context.catalog.ResetSearchPath();
    return;
  }
  SearchPath path;
  for (const pgparse::Node& argument : statement.List("args")) {
    // An empty string names no schema.
    if (std::string schema = StringOf(argument); !schema.empty()) path.schemas.push_back(schema);
  }
  context.catalog.set_search_path(std::move(path));
}

// SELECT pg_catalog.set_config('search_path', '…', false)
void Select(LoadContext& context, const pgparse::Node& statement) {
  if (pgparse::Node into = statement["into_clause"]) {
    LoadCreateTableAs(context, into, statement, false, false);
    return;
  }
  for (const pgparse::Node& target : statement.List("target_list")) {
    pgparse::Node call = target["val"];
    if (!call.Is("FuncCall")) continue;
    std::vector<std::string> names = call.Names("funcname");
    std::vector<pgparse::Node> arguments = call.List("args");
    if (names.empty() || names.back() != "set_config" || arguments.size() != 3) continue;
    if (StringOf(arguments[0]) != "search_path") continue;
    context.catalog.set_search_path(ParsePath(StringOf(arguments[1])));
  }
}

void CreateExtension(LoadContext& context, const pgparse::Node& statement) {
  std::string name = statement.Str("extname");
  const auto& known = context.catalog.extensions();
  if (std::any_of(known.begin(), known.end(), [&](const auto& e) { return e.name == name; })) {
    return;
  }
  std::string schema;
  bool cascade = false;
  for (const pgparse::Node& option : statement.List("options")) {
    if (option.Str("defname") == "schema") schema = OptionText(option);
    if (option.Str("defname") == "cascade") cascade = OptionBool(option, true);
  }
  if (schema.empty()) schema = context.CreationSchemaOf({});
  context.catalog.AddSchema(schema);
  bool needs_cube =
      name == "earthdistance" && cascade &&
      std::none_of(known.begin(), known.end(), [](const auto& e) { return e.name == "cube"; });
  if (needs_cube) context.catalog.AddExtension("cube", schema);
  context.catalog.AddExtension(name, schema);
}

}  // namespace

bool LoadSessionStatement(LoadContext& context, const pgparse::Node& statement) {
  if (statement.Is("VariableSetStmt")) {
    Set(context, statement);
  } else if (statement.Is("SelectStmt")) {
    Select(context, statement);
  } else if (statement.Is("DiscardStmt")) {
    if (statement.Enum("target") == "DISCARD_ALL") context.catalog.ResetSearchPath();
  } else if (statement.Is("CreateExtensionStmt")) {
    CreateExtension(context, statement);
  } else if (statement.Is("ImportForeignSchemaStmt")) {
    // Any table may exist afterwards: as after an extension nothing is known of.
    context.catalog.AddSchema(statement.Str("local_schema"));
    context.catalog.AddExtension("import of foreign schema " + statement.Str("remote_schema"),
                                 statement.Str("local_schema"));
  } else {
    return false;
  }
  return true;
}

}  // namespace tricklec::catalog
