#include "tricklec/syntax/splitter.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tricklec::syntax {
namespace {

/// The pieces of a text, one string each: its kind, then its text.
std::vector<std::string> Pieces(const std::string& text, size_t errors = 0) {
  source::Buffer buffer("t.sql", text);
  source::Diagnostics diagnostics;
  Split split = SplitStatements(buffer, diagnostics);
  EXPECT_EQ(diagnostics.error_count(), errors);
  std::vector<std::string> result;
  uint32_t at = text.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0;
  for (const Piece& piece : split.pieces) {
    // Nothing between two pieces is lost.
    EXPECT_EQ(piece.leading.begin, at);
    EXPECT_EQ(piece.leading.end, piece.range.begin);
    EXPECT_EQ(piece.range.end, piece.terminator.begin);
    at = piece.terminator.end;
    static constexpr const char* kKinds[] = {"stream: ", "sql: ", "psql: ", "data: "};
    result.push_back(kKinds[static_cast<int>(piece.kind)] + std::string(piece.range.text()));
  }
  EXPECT_EQ(split.trailing.begin, at);
  EXPECT_EQ(split.trailing.end, buffer.size());
  return result;
}

using Lines = std::vector<std::string>;

TEST(Splitter, EmptyTexts) {
  EXPECT_EQ(Pieces(""), Lines{});
  EXPECT_EQ(Pieces(" \n-- only a comment\n/* and one more */"), Lines{});
  EXPECT_EQ(Pieces(";;\n;"), Lines{});
  EXPECT_EQ(Pieces("\xEF\xBB\xBFSELECT 1;"), Lines{"sql: SELECT 1"});
}

TEST(Splitter, SemicolonsInLiteralsNamesAndComments) {
  EXPECT_EQ(Pieces("SELECT ';', E'\\';', \"a;\"\"b\", U&'\\003b;', $$;$$, $a$;$b$;$a$; SELECT 2"),
            (Lines{"sql: SELECT ';', E'\\';', \"a;\"\"b\", U&'\\003b;', $$;$$, $a$;$b$;$a$",
                   "sql: SELECT 2"}));
  // A comment before the semicolon is part of the terminator.
  EXPECT_EQ(Pieces("SELECT 1 -- ;\n + 2 /* ; /* ; */ ; */; SELECT '\\'; SELECT 3;"),
            (Lines{"sql: SELECT 1 -- ;\n + 2", "sql: SELECT '\\'", "sql: SELECT 3"}));
}

TEST(Splitter, StringsContinueOnTheNextLine) {
  EXPECT_EQ(Pieces("SELECT E'a\\''\n  '\\'; b'; SELECT 2"),
            (Lines{"sql: SELECT E'a\\''\n  '\\'; b'", "sql: SELECT 2"}));
  // On the same line they are two literals, the second one without escapes.
  EXPECT_EQ(Pieces("SELECT E'a' '\\'; SELECT 2"),
            (Lines{"sql: SELECT E'a' '\\'", "sql: SELECT 2"}));
}

TEST(Splitter, DollarsThatQuoteNothing) {
  EXPECT_EQ(Pieces("SELECT $1; SELECT a$b$; SELECT $2$; SELECT 4"),
            (Lines{"sql: SELECT $1", "sql: SELECT a$b$", "sql: SELECT $2$", "sql: SELECT 4"}));
}

TEST(Splitter, AtomicBodies) {
  EXPECT_EQ(Pieces("CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC\n"
                   "  SELECT CASE WHEN true THEN CASE 1 WHEN 1 THEN 2 END END;\n"
                   "  SELECT x.end, y AS end, z.case FROM t;\nEND; SELECT 2;"),
            (Lines{"sql: CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC\n"
                   "  SELECT CASE WHEN true THEN CASE 1 WHEN 1 THEN 2 END END;\n"
                   "  SELECT x.end, y AS end, z.case FROM t;\nEND",
                   "sql: SELECT 2"}));
  EXPECT_EQ(
      Pieces("create or replace procedure p() begin atomic insert into t values (1); end;"
             "BEGIN; SELECT 1; END;"),
      (Lines{"sql: create or replace procedure p() begin atomic insert into t values (1); end",
             "sql: BEGIN", "sql: SELECT 1", "sql: END"}));
  EXPECT_EQ(Pieces("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1;", 1).size(), 1u);
}

TEST(Splitter, RuleActionsStayTogether) {
  EXPECT_EQ(Pieces("CREATE OR REPLACE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT (2)); "
                   "CREATE RULE s AS ON UPDATE TO t DO NOTHING; SELECT 3"),
            (Lines{"sql: CREATE OR REPLACE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT (2))",
                   "sql: CREATE RULE s AS ON UPDATE TO t DO NOTHING", "sql: SELECT 3"}));
}

TEST(Splitter, AForgottenParenthesisSpoilsOneStatement) {
  EXPECT_EQ(Pieces("CREATE STREAM TABLE a (x AS SELECT (1; SELECT 2;"),
            (Lines{"stream: CREATE STREAM TABLE a (x AS SELECT (1", "sql: SELECT 2"}));
}

TEST(Splitter, CopyData) {
  EXPECT_EQ(
      Pieces("COPY public.t (a, b) FROM stdin;\n1\t'\n2\t;\n\\.\n\nSELECT 1;"),
      (Lines{"sql: COPY public.t (a, b) FROM stdin", "data: 1\t'\n2\t;\n\\.", "sql: SELECT 1"}));
  EXPECT_EQ(Pieces("COPY t FROM STDIN WITH (FORMAT csv);\r\n\\.\r\nSELECT 1;"),
            (Lines{"sql: COPY t FROM STDIN WITH (FORMAT csv)", "data: \\.", "sql: SELECT 1"}));
  EXPECT_EQ(Pieces("COPY t FROM 'stdin'; COPY t TO stdout; SELECT 1;").size(), 3u);
  EXPECT_EQ(Pieces("COPY t FROM stdin;\n1\n", 1).size(), 2u);
}

TEST(Splitter, PsqlCommands) {
  EXPECT_EQ(Pieces("\\restrict abc\r\nSELECT 1;\n  \\i 'a;b.sql'\nSELECT 2 \\gset\nSELECT 3"),
            (Lines{"psql: \\restrict abc", "sql: SELECT 1", "psql: \\i 'a;b.sql'", "sql: SELECT 2",
                   "psql: \\gset", "sql: SELECT 3"}));
}

TEST(Splitter, StreamStatements) {
  EXPECT_EQ(
      Pieces("create stream table a as select 1; CREATE OR REPLACE STREAM TABLE b AS SELECT 1;"
             "ALTER STREAM TABLE a SUSPEND; DROP STREAM TABLE a; REFRESH STREAM TABLE a;"
             "GATE SOURCE a; UNGATE SOURCE a;"
             "CREATE TABLE stream (a int); CREATE OR REPLACE VIEW stream AS SELECT 1;"
             "REFRESH MATERIALIZED VIEW stream; DROP TABLE stream;"),
      (Lines{"stream: create stream table a as select 1",
             "stream: CREATE OR REPLACE STREAM TABLE b AS SELECT 1",
             "stream: ALTER STREAM TABLE a SUSPEND", "stream: DROP STREAM TABLE a",
             "stream: REFRESH STREAM TABLE a", "stream: GATE SOURCE a", "stream: UNGATE SOURCE a",
             "sql: CREATE TABLE stream (a int)", "sql: CREATE OR REPLACE VIEW stream AS SELECT 1",
             "sql: REFRESH MATERIALIZED VIEW stream", "sql: DROP TABLE stream"}));
}

TEST(Splitter, UnterminatedTokensReachTheEnd) {
  EXPECT_EQ(Pieces("SELECT 1; SELECT 'a;\nSELECT 2;", 1).size(), 2u);
  EXPECT_EQ(Pieces("SELECT \"a; SELECT 2;", 1).size(), 1u);
  EXPECT_EQ(Pieces("SELECT $x$ a $y$; SELECT 2;", 1).size(), 1u);
  EXPECT_EQ(Pieces("SELECT 1; /* /* */ SELECT 2;", 1).size(), 1u);
}

TEST(Splitter, DeepNestingIsNoProblem) {
  std::string comments(200000, ' ');
  for (size_t i = 0; i < comments.size(); i += 2) comments.replace(i, 2, "/*");
  EXPECT_EQ(Pieces(comments, 1), Lines{});
  EXPECT_EQ(Pieces(std::string(200000, '(') + ";").size(), 1u);
}

}  // namespace
}  // namespace tricklec::syntax
