// Calls of every built-in function, operator and cast, made from the catalog of a live server: with columns of the
// arguments' types, with NULL and untyped literals in their places, with neighbouring types that are converted or are not.
// What the server takes is taken, with its type, collation and name, or rejected as what is outside the
// language (volatile, set-returning, a window function …); what it refuses is refused.

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tricklec/analyze/analyze.h"
#include "tricklec/catalog/loader.h"
#include "tricklec/pgparse/parse.h"
#include "tricklec/syntax/parser.h"
#include "tricklec/syntax/splitter.h"
#include "tricklec/testsupport/server.h"

namespace tricklec {
namespace {

/// A function or an operator of pg_catalog; types by their names in pg_type.
struct Signature {
  std::string name;
  char kind = 'f';  ///< pg_proc.prokind; 'o': operator, 'p' with one argument: prefix operator
  std::vector<std::string> args;
  int direct_args = -1;  ///< of an ordered-set aggregate, else -1
};

/// An expression and what we say about it.
struct Probe {
  std::string text;
  bool by_name = false;  ///< its name is compared, too: it is computed over columns alone
  bool taken = false;
  std::string answer = {};  ///< type and collation, or the reasons
  std::string name = {};
  bool outside = false;  ///< rejected as what the language does not have
};

/// Types that a polymorphic signature is called with.
struct Element {
  std::string element, array, range, multirange;
};

class Signatures : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    database_ = new testsupport::TestDatabase();
    session_ = new testsupport::Session(database_->Connect());
    session_->Run("SET search_path = public");
    std::string columns, narrow;
    types_ = new std::vector<std::string>();
    for (const testsupport::Row& row : session_->Rows(
             "SELECT t.typname, quote_ident('c_' || t.typname), quote_ident(t.typname) FROM "
             "pg_type t "
             "LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A' "
             "WHERE t.typnamespace = 'pg_catalog'::regnamespace AND coalesce(e.typtype, t.typtype) "
             "IN ('b', 'r', 'm') AND t.typname <> 'unknown' ORDER BY t.oid")) {
      columns += fmt::format("{} pg_catalog.{}, ", *row[1], *row[2]);
      narrow += fmt::format("CREATE TABLE n.{0} ({0} pg_catalog.{1});\n", *row[1], *row[2]);
      types_->push_back(*row[0]);
    }
    std::string own =
        "CREATE TYPE public.mood AS ENUM ('sad', 'glad');\n"
        "CREATE DOMAIN public.whole AS integer;\n";
    session_->Run(own + "CREATE TABLE public.t (" + columns +
                  "c_mood public.mood, c__mood public.mood[], c_whole public.whole)");
    // The same columns in tables of their own: a query is faster over few.
    schema_ = new std::string(own + "CREATE SCHEMA n;\n" + narrow +
                              "CREATE TABLE n.c_mood (c_mood public.mood);\n"
                              "CREATE TABLE n.c__mood (c__mood public.mood[]);\n"
                              "CREATE TABLE n.c_whole (c_whole public.whole);\n");
    // A state, or nothing where the server takes the expression.
    session_->Run(R"sql(
CREATE FUNCTION verdicts(expressions text[]) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE expression text;
BEGIN
  FOREACH expression IN ARRAY expressions LOOP
    BEGIN
      EXECUTE 'CREATE TEMP VIEW probe AS SELECT ' || expression || ' AS v FROM public.t';
      RAISE SQLSTATE 'ZZ000';
    EXCEPTION WHEN OTHERS THEN
      RETURN NEXT CASE SQLSTATE WHEN 'ZZ000' THEN '' ELSE SQLSTATE || ' ' || SQLERRM END;
    END;
  END LOOP;
END $$)sql");
  }
  static void TearDownTestSuite() {
    delete schema_;
    delete types_;
    delete session_;
    delete database_;
  }

  Signatures() : catalog_(testsupport::TestServer::Shared().version()) {
    buffer_ = source::MakeBuffer("schema.sql", *schema_);
    source::Diagnostics diagnostics;
    catalog::Loader loader(catalog_, diagnostics);
    loader.BeginFile();
    for (const syntax::Piece& piece : syntax::SplitStatements(*buffer_, diagnostics).pieces) {
      if (piece.kind == syntax::Piece::Kind::Other) loader.ApplyText(piece.range);
    }
    for (const auto& d : diagnostics.all()) ADD_FAILURE() << d.message;
  }

  /// The tables with the columns that an expression reads.
  static std::string TablesOf(const std::string& text) {
    std::set<std::string> tables = {"n.\"c_int4\""};
    for (size_t at = text.find("c_"); at != std::string::npos; at = text.find("c_", at + 1)) {
      if (text[at - 1] != '"') continue;
      tables.insert("n.\"" + text.substr(at, text.find('"', at) - at) + "\"");
    }
    return fmt::format("{}", fmt::join(tables, ", "));
  }

  /// What we say.
  void Ask(Probe& probe) {
    source::BufferPtr buffer =
        source::MakeBuffer("query.sql", "SELECT " + probe.text + " FROM " + TablesOf(probe.text));
    source::Diagnostics diagnostics;
    pgparse::ParseResult parsed = pgparse::Parse(buffer->All());
    if (parsed.error) {
      probe.answer = parsed.error->message;
      return;
    }
    ir::RelPtr rel;
    try {
      rel = analyze::AnalyzeQuery(parsed.statements[0].node, catalog_, {catalog_.search_path()},
                                  diagnostics);
    } catch (const source::InternalError& error) {
      ADD_FAILURE() << probe.text << ": " << error.what();
      return;
    }
    if (rel == nullptr) {
      EXPECT_TRUE(diagnostics.has_errors()) << probe.text;
      probe.outside = true;
      for (const auto& d : diagnostics.all()) {
        std::string_view id = source::InfoOf(d.code).id;
        probe.outside = probe.outside && id.starts_with("ST3");
        probe.answer += fmt::format("{} {}; ", id, d.message);
      }
      return;
    }
    const ir::OutputColumn& output = rel->outputs[0];
    if (catalog_.GetType(output.props.type.id).kind == catalog::TypeKind::Pseudo) {
      probe.answer = "no type of a column";  // which the definition of a stream table says
      return;
    }
    probe.taken = true;
    probe.name = output.name;
    probe.answer = fmt::format("{} {}", output.props.type.sql, output.props.collation_name);
  }

  /// Whether a stream table can have the expression.
  bool CanBeDefined(const Probe& probe) {
    source::BufferPtr buffer =
        source::MakeBuffer("stream.sql", "CREATE STREAM TABLE public.s AS SELECT " + probe.text +
                                             " AS v FROM " + TablesOf(probe.text) + ";");
    source::Diagnostics diagnostics;
    syntax::File file = syntax::ParseFile(*buffer, diagnostics);
    return analyze::AnalyzeDefinition(file.statements.at(0), catalog_, {catalog_.search_path()},
                                      diagnostics)
        .has_value();
  }

  /// Compares expressions of one kind (aggregates stand by themselves) with the server.
  void Compare(std::vector<Probe>& probes) {
    std::vector<Probe*> taken, refused;
    std::set<std::string> seen;
    for (Probe& probe : probes) {
      if (!seen.insert(probe.text).second) continue;  // NULLs make signatures the same
      Ask(probe);
      (probe.taken ? taken : refused).push_back(&probe);
    }
    constexpr size_t kColumns = 200;
    for (size_t at = 0; at < taken.size(); at += kColumns) {
      CompareTaken(
          {taken.begin() + static_cast<std::ptrdiff_t>(at),
           taken.begin() + static_cast<std::ptrdiff_t>(std::min(at + kColumns, taken.size()))});
    }
    constexpr size_t kCalls = 500;
    for (size_t at = 0; at < refused.size(); at += kCalls) {
      CompareRefused(
          {refused.begin() + static_cast<std::ptrdiff_t>(at),
           refused.begin() + static_cast<std::ptrdiff_t>(std::min(at + kCalls, refused.size()))});
    }
    taken_ += taken.size();
    refused_ += refused.size();
  }

  void CompareTaken(const std::vector<Probe*>& probes) {
    std::vector<std::string> list, names, named;
    for (size_t i = 0; i < probes.size(); ++i) {
      list.push_back(probes[i]->text);
      names.push_back(fmt::format("c{}", i));
      if (probes[i]->by_name) named.push_back(probes[i]->text);
    }
    auto error =
        session_->TryRun(fmt::format("SET search_path = public; DROP VIEW IF EXISTS probe; CREATE "
                                     "TEMP VIEW probe ({}) AS SELECT {} "
                                     "FROM public.t",
                                     fmt::join(names, ", "), fmt::join(list, ", ")));
    if (error && probes.size() > 1) {
      auto middle = probes.begin() + static_cast<std::ptrdiff_t>(probes.size() / 2);
      CompareTaken({probes.begin(), middle});
      CompareTaken({middle, probes.end()});
      return;
    }
    if (error) {
      // The input function of a type has the last word about a literal; a stream table's query may not
      // contain all that a query may.
      if (error->sqlstate().starts_with("22") || !CanBeDefined(*probes[0])) return;
      ADD_FAILURE() << probes[0]->text << "\n  ours:   " << probes[0]->answer
                    << "\n  server: " << std::string(error->what()).substr(0, 160);
      return;
    }
    std::vector<testsupport::Row> columns = session_->Rows(
        "SET search_path = pg_catalog; SELECT format_type(atttypid, atttypmod) || ' ' || "
        "coalesce((SELECT collname FROM pg_collation c WHERE c.oid = attcollation AND "
        "collname <> 'default'), '') FROM pg_attribute "
        "WHERE attrelid = 'pg_temp.probe'::regclass AND attnum > 0 ORDER BY attnum");
    for (size_t i = 0; i < probes.size(); ++i) {
      EXPECT_EQ(probes[i]->answer, *columns[i][0]) << probes[i]->text;
    }
    if (named.empty()) return;
    std::vector<std::string> theirs = session_->ColumnNames(fmt::format(
        "SET search_path = public; SELECT {} FROM public.t LIMIT 0", fmt::join(named, ", ")));
    for (size_t i = 0, next = 0; i < probes.size(); ++i) {
      if (probes[i]->by_name) {
        EXPECT_EQ(probes[i]->name, theirs[next++]) << probes[i]->text;
      }
    }
  }

  void CompareRefused(const std::vector<Probe*>& probes) {
    std::vector<std::string> list;
    for (const Probe* probe : probes) list.push_back(testsupport::QuoteLiteral(probe->text));
    std::vector<testsupport::Row> verdicts = session_->Rows(fmt::format(
        "SET search_path = public; SELECT * FROM verdicts(ARRAY[{}])", fmt::join(list, ", ")));
    for (size_t i = 0; i < probes.size(); ++i) {
      bool is_taken = verdicts[i][0]->empty();
      EXPECT_TRUE(!is_taken || probes[i]->outside)
          << probes[i]->text << "\n  ours:   " << probes[i]->answer << "\n  server: takes it";
      if (is_taken && probes[i]->outside) ++outside_[probes[i]->answer.substr(0, 6)];
    }
  }

  /// Every function (aggregates, window functions) or operator.
  static std::vector<Signature> All(bool operators) {
    const char* const functions =
        "SELECT quote_ident(p.proname), p.prokind, coalesce((SELECT string_agg(t.typname, ' ' "
        "ORDER BY a.n) "
        "FROM unnest(p.proargtypes) WITH ORDINALITY a(type, n) JOIN pg_type t ON t.oid = a.type), "
        "''), "
        "CASE WHEN g.aggkind <> 'n' THEN g.aggnumdirectargs ELSE -1 END "
        "FROM pg_proc p LEFT JOIN pg_aggregate g ON g.aggfnoid = p.oid "
        "WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.oid < 16384 ORDER BY p.oid";
    const char* const ops =
        "SELECT o.oprname, 'o', concat_ws(' ', l.typname, r.typname), -1 FROM pg_operator o "
        "LEFT JOIN pg_type l ON l.oid = o.oprleft JOIN pg_type r ON r.oid = o.oprright "
        "WHERE o.oid < 16384 ORDER BY o.oid";
    std::vector<Signature> all;
    for (const testsupport::Row& row : session_->Rows(operators ? ops : functions)) {
      Signature signature{*row[0], (*row[1])[0], {}, std::stoi(*row[3])};
      std::string_view rest = *row[2];
      while (!rest.empty()) {
        size_t end = std::min(rest.find(' '), rest.size());
        signature.args.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
      all.push_back(std::move(signature));
    }
    return all;
  }

  /// Types that are converted to this one or from it, in any context; `types_` by turns where there is none.
  static std::map<std::string, std::vector<std::string>> Neighbours() {
    std::map<std::string, std::vector<std::string>> neighbours;
    for (const testsupport::Row& row : session_->Rows(
             "SELECT s.typname, t.typname FROM pg_cast c JOIN pg_type s ON s.oid = c.castsource "
             "JOIN pg_type t ON t.oid = c.casttarget WHERE c.oid < 16384 AND s.oid <> t.oid "
             "ORDER BY c.castcontext = 'e', s.oid, t.oid")) {
      neighbours[*row[1]].push_back(*row[0]);
      neighbours[*row[0]].push_back(*row[1]);
    }
    neighbours["int4"].push_back("whole");
    neighbours["text"].push_back("mood");
    return neighbours;
  }

  /// A column of a type; for a pseudo-type one of what may stand there, nothing where there is nothing.
  static std::string Argument(const std::string& type, const Element& element) {
    std::string name = type;
    if (type == "any" || type == "anyelement" || type == "anynonarray" || type == "anycompatible" ||
        type == "anycompatiblenonarray") {
      name = element.element;
    } else if (type == "anyarray" || type == "anycompatiblearray") {
      name = element.array;
    } else if (type == "anyrange" || type == "anycompatiblerange") {
      name = element.range;
    } else if (type == "anymultirange" || type == "anycompatiblemultirange") {
      name = element.multirange;
    } else if (type == "anyenum") {
      name = "mood";
    } else if (type == "cstring") {
      return "CAST('1' AS cstring)";
    } else if (type == "_cstring") {
      return "CAST('{1}' AS cstring[])";
    } else if (type == "record") {
      return "ROW(c_int4, c_text)";
    } else if (type == "_record") {
      return "ARRAY[ROW(c_int4, c_text)]";
    } else if (type != "mood" && type != "whole" &&
               std::find(types_->begin(), types_->end(), type) == types_->end()) {
      return "";  // internal, trigger, …: no column has it
    }
    return testsupport::QuoteIdentifier("c_" + name);
  }

  static std::string Call(const Signature& signature, const std::vector<std::string>& args) {
    if (signature.kind == 'o') {
      // Spaces, since `- -1` and `@ -x` are other operators without.
      return args.size() == 1 ? fmt::format("({} {})", signature.name, args[0])
                              : fmt::format("({} {} {})", args[0], signature.name, args[1]);
    }
    if (signature.direct_args >= 0) {
      auto first =
          args.begin() +
          std::min<std::ptrdiff_t>(signature.direct_args, static_cast<std::ptrdiff_t>(args.size()));
      return fmt::format("pg_catalog.{}({}) WITHIN GROUP (ORDER BY {})", signature.name,
                         fmt::join(std::vector<std::string>(args.begin(), first), ", "),
                         fmt::join(std::vector<std::string>(first, args.end()), ", "));
    }
    return fmt::format("pg_catalog.{}({}){}", signature.name, fmt::join(args, ", "),
                       signature.kind == 'w' ? " OVER (ORDER BY c_int4)" : "");
  }

  /// All ways to call it.
  void AddCalls(const Signature& signature, size_t number, std::vector<Probe>& probes) {
    static const std::vector<Element> kElements = {
        {"int4", "_int4", "int4range", "int4multirange"},
        {"text", "_text", "numrange", "nummultirange"},
        {"timestamptz", "_timestamptz", "tstzrange", "tstzmultirange"},
        {"numeric", "_numeric", "numrange", "nummultirange"},
        {"json", "_json", "daterange", "datemultirange"},
        {"mood", "_mood", "int8range", "int8multirange"},
        {"whole", "_int4", "int4range", "int4multirange"}};
    bool is_polymorphic = std::any_of(signature.args.begin(), signature.args.end(),
                                      [](const auto& type) { return type.starts_with("any"); });
    for (const Element& element : kElements) {
      std::vector<std::string> exact;
      for (const std::string& type : signature.args) exact.push_back(Argument(type, element));
      bool callable = std::find(exact.begin(), exact.end(), "") == exact.end();
      if (!callable) {
        // What takes an internal argument can be called with nothing that SQL can write.
        for (std::string& arg : exact) arg = arg.empty() ? "c_int4" : arg;
      }
      std::string call = Call(signature, exact);
      // A constant argument would be computed, and what it reads may be no value.
      probes.push_back({call, call.find("CAST('") == std::string::npos});
      if (callable && &element == kElements.data()) Vary(signature, exact, number, probes);
      if (!is_polymorphic) return;
    }
  }

  void Vary(const Signature& signature, const std::vector<std::string>& exact, size_t number,
            std::vector<Probe>& probes) {
    size_t count = exact.size();
    if (count == 0) return;
    probes.push_back({Call(signature, std::vector<std::string>(count, "NULL"))});
    probes.push_back({Call(signature, std::vector<std::string>(count, "'1'"))});
    for (size_t i = 0; i < count; ++i) {
      auto with = [&](const std::string& arg) {
        std::vector<std::string> args = exact;
        args[i] = arg;
        probes.push_back({Call(signature, args)});
      };
      if (count > 1) {
        with("NULL");
        with("'1'");
      }
      auto near = neighbours_.find(signature.args[i]);
      constexpr size_t kNear = 3;
      if (near != neighbours_.end()) {
        for (size_t n = 0; n < std::min(kNear, near->second.size()); ++n) {
          with(Argument(near->second[(number + n) % near->second.size()], {}));
        }
      }
      // Any type at all, another one at every call.
      with(Argument((*types_)[(number * 7 + i * 3) % types_->size()], {}));
    }
    std::vector<std::string> longer = exact, shorter(exact.begin() + 1, exact.end());
    longer.push_back(exact.back());
    if (signature.kind != 'o') {
      probes.push_back({Call(signature, longer)});
      probes.push_back({Call(signature, shorter)});
    }
  }

  void Report() {
    std::cout << taken_ << " expressions taken, " << refused_ << " not";
    for (const auto& [code, count] : outside_) std::cout << ", " << count << " by " << code;
    std::cout << '\n';
  }

  static testsupport::TestDatabase* database_;
  static testsupport::Session* session_;
  static std::string* schema_;
  static std::vector<std::string>* types_;
  catalog::Catalog catalog_;
  source::BufferPtr buffer_;
  std::map<std::string, std::vector<std::string>> neighbours_ = Neighbours();
  size_t taken_ = 0, refused_ = 0;
  std::map<std::string, size_t> outside_;
};

testsupport::TestDatabase* Signatures::database_ = nullptr;
testsupport::Session* Signatures::session_ = nullptr;
std::string* Signatures::schema_ = nullptr;
std::vector<std::string>* Signatures::types_ = nullptr;

TEST_F(Signatures, EveryFunctionIsCalledAsOnTheServer) {
  std::vector<Probe> calls, aggregates;
  size_t number = 0;
  for (const Signature& signature : All(false)) {
    AddCalls(signature, number++, signature.kind == 'a' ? aggregates : calls);
  }
  Compare(calls);
  Compare(aggregates);
  Report();
  EXPECT_GT(number, 3000U);
  EXPECT_GT(taken_, 10000U);
}

TEST_F(Signatures, EveryOperatorIsFoundAsOnTheServer) {
  std::vector<Probe> calls;
  size_t number = 0;
  for (const Signature& signature : All(true)) AddCalls(signature, number++, calls);
  Compare(calls);
  Report();
  EXPECT_GT(number, 700U);
}

/// Types that pg_cast knows.
std::vector<std::string> ConvertedTypes(
    const std::map<std::string, std::vector<std::string>>& all) {
  std::vector<std::string> types;
  for (const auto& [type, others] : all) types.push_back(type);
  return types;
}

TEST_F(Signatures, EveryPairOfTypesIsConvertedAsOnTheServer) {
  std::vector<Probe> casts;
  for (const std::string& from : ConvertedTypes(neighbours_)) {
    for (const std::string& to : ConvertedTypes(neighbours_)) {
      std::string target =
          to == "mood" || to == "whole" ? to : "pg_catalog." + testsupport::QuoteIdentifier(to);
      casts.push_back({fmt::format("CAST({} AS {})", Argument(from, {}), target), true});
      casts.push_back({fmt::format("CAST(ARRAY[{}] AS {}[])", Argument(from, {}), target), true});
    }
  }
  Compare(casts);
  Report();
}

TEST_F(Signatures, EveryPairOfTypesHasTheCommonTypeOfTheServer) {
  std::vector<Probe> pairs;
  for (const std::string& one : ConvertedTypes(neighbours_)) {
    // Whether values can be compared is found out when it runs, so that there is no name to see.
    pairs.push_back({fmt::format("GREATEST({0}, NULL)", Argument(one, {}))});
    for (const std::string& other : ConvertedTypes(neighbours_)) {
      pairs.push_back(
          {fmt::format("COALESCE({}, {})", Argument(one, {}), Argument(other, {})), true});
      pairs.push_back({fmt::format("CASE c_int4 WHEN 1 THEN {} WHEN 2 THEN NULL ELSE {} END",
                                   Argument(one, {}), Argument(other, {})),
                       true});
      pairs.push_back(
          {fmt::format("ARRAY[NULL, {}, {}]", Argument(one, {}), Argument(other, {})), true});
    }
  }
  Compare(pairs);
  Report();
}

}  // namespace
}  // namespace tricklec
