#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tricklec/testsupport/bag.h"
#include "tricklec/testsupport/server.h"

/// Stream tables written by hand, for tests of the runtime alone: their triggers recompute
/// everything, what matters is how the runtime treats them.
namespace tricklec::testsupport {

struct HandMadeColumn {
  std::string name;
  std::string type;
  std::string role = "value";
  std::string compare = "equal";
};

struct HandMade {
  std::string schema = "app";
  std::string name;
  std::string source;          ///< qualified, as SQL
  std::string source_columns;  ///< elements of a text[] literal
  std::string query;
  std::vector<HandMadeColumn> columns;
  bool with_data = true;

  std::string Table() const { return QuoteIdentifier(schema) + "." + QuoteIdentifier(name); }
  std::string Id() const { return schema + "." + name; }
  std::string Function(std::string_view suffix) const {
    // Names of functions are the compiler's; here they only have to differ within 63 bytes.
    std::string id = Id().size() <= 30 ? Id() : Id().substr(0, 10) + std::to_string(Id().size());
    return "pgtrickle_impl." + QuoteIdentifier(id + "/" + std::string(suffix));
  }
  std::string View() const { return "pgtrickle_state." + QuoteIdentifier(Id()); }
};

inline const std::vector<std::string>& TriggerEvents() {
  static const std::vector<std::string> events = {"before", "insert", "update", "delete",
                                                  "truncate"};
  return events;
}

/// The view, the table and the functions: everything before the registration.
inline std::string ObjectsOf(const HandMade& made) {
  std::string columns;
  std::string names;
  for (const HandMadeColumn& column : made.columns) {
    columns += (columns.empty() ? "" : ", ") + QuoteIdentifier(column.name) + " " + column.type;
    names += (names.empty() ? "" : ", ") + QuoteIdentifier(column.name);
  }
  std::string script = "CREATE VIEW " + made.View() + " AS " + made.query + ";\n" +
                       "CREATE TABLE " + made.Table() + " (" + columns + ");\n";
  const std::string options =
      " LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$\n";
  script += "CREATE FUNCTION " + made.Function("fill") + "() RETURNS void" + options +
            "BEGIN DELETE FROM " + made.Table() + "; INSERT INTO " + made.Table() + " (" + names +
            ") SELECT " + names + " FROM " + made.View() + "; END $body$;\n" +
            "REVOKE ALL ON FUNCTION " + made.Function("fill") + "() FROM PUBLIC;\n";
  for (const std::string& event : TriggerEvents()) {
    std::string function = made.Function(made.source + "/" + event);
    script += "CREATE FUNCTION " + function + "() RETURNS trigger" + options + "BEGIN " +
              (event == "before" ? "" : "PERFORM " + made.Function("fill") + "(); ") +
              "RETURN NULL; END $body$;\n" + "REVOKE ALL ON FUNCTION " + function +
              "() FROM PUBLIC;\n";
  }
  return script;
}

/// The registration, without triggers and without the fill.
inline std::string RegistrationOf(const HandMade& made) {
  std::string table = QuoteLiteral(made.Table());
  std::string script = "SELECT pgtrickle.register_stream_table(" + table +
                       ", 'IMMEDIATE', 'algebraic', 'none', " + QuoteLiteral(made.query) +
                       ", 'CREATE STREAM TABLE', 'hash', 1, " +
                       QuoteLiteral(made.Function("fill") + "()") + ");\n";
  for (const HandMadeColumn& column : made.columns) {
    script += "SELECT pgtrickle.register_column(" + table + ", " + QuoteLiteral(column.name) +
              ", " + QuoteLiteral(column.role) + ", " + QuoteLiteral(column.compare) + ");\n";
  }
  script += "SELECT pgtrickle.register_dependency(" + table + ", " + QuoteLiteral(made.source) +
            ", " + QuoteLiteral("{" + made.source_columns + "}") + ");\n" +
            "SELECT pgtrickle.register_object(" + table + ", 'view', " + QuoteLiteral(made.View()) +
            ");\n";
  for (const std::string& event : TriggerEvents()) {
    script += "SELECT pgtrickle.register_object(" + table + ", 'function', " +
              QuoteLiteral(made.Function(made.source + "/" + event) + "()") + ");\n";
  }
  return script;
}

inline std::string AttachmentOf(const HandMade& made) {
  std::string script = "SELECT pgtrickle.attach_immediate(" + QuoteLiteral(made.Table()) + ", " +
                       QuoteLiteral(made.source);
  for (const std::string& event : TriggerEvents()) {
    script += ", " + QuoteLiteral(made.Function(made.source + "/" + event) + "()");
  }
  return script + ");\n";
}

/// The whole script, as the compiler lays it out; one transaction if sent at once.
inline std::string ScriptOf(const HandMade& made) {
  return ObjectsOf(made) + RegistrationOf(made) + AttachmentOf(made) + "SELECT pgtrickle." +
         (made.with_data ? "populate" : "postpone") + "(" + QuoteLiteral(made.Table()) + ");\n";
}

/// Whether the table holds what its query yields, compared by the test and not by the runtime.
inline testing::AssertionResult HoldsQueryOf(Session& session, const HandMade& made) {
  return HoldsQuery(session, made.Table(), made.query);
}

/// A database with the runtime, a schema `app` of role `app_owner`, which may make stream tables
/// and is nothing else, and a table `app.sales` (id, region, amount) with four rows.
class AppDatabase : public RuntimeDatabase {
 public:
  AppDatabase() {
    server().EnsureRole("app_owner");
    Session admin = Connect();
    admin.Run(
        "SELECT pgtrickle.grant_compile('app_owner');"
        "CREATE SCHEMA app AUTHORIZATION app_owner;");
    Session app = App();
    app.Run(
        "CREATE TABLE app.sales (id int PRIMARY KEY, region text, amount numeric);"
        "INSERT INTO app.sales VALUES (1, 'a', 1.0), (2, 'a', 2.50), (3, 'b', 7), (4, NULL, 1);");
  }

  Session App() const { return Connect("app_owner"); }
};

/// `app.by_region` over `app.sales`.
inline HandMade ByRegion() {
  HandMade made;
  made.name = "by_region";
  made.source = "app.sales";
  made.source_columns = "region,amount";
  made.query = "SELECT region, sum(amount) AS total, count(*) AS n FROM app.sales GROUP BY region";
  made.columns = {{"region", "text", "key", "image"}, {"total", "numeric"}, {"n", "bigint"}};
  return made;
}

}  // namespace tricklec::testsupport
