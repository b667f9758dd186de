// What values of PostgreSQL do that breaks naive maintenance.
#include "stream_fixture.h"

namespace tricklec::testsupport {
namespace {

using ValueTraps = StreamFixture;

TEST_F(ValueTraps, EqualValuesThatAreNotIdentical) {
  Schema(
      "CREATE EXTENSION citext; CREATE TABLE t (id int PRIMARY KEY, n numeric, i interval, f "
      "float8, "
      "c citext)");
  Stream("copied", "SELECT id, n, i, f, c FROM t", CompareBy::kImage);
  Stream("unkeyed", "SELECT n, i, f, c FROM t", CompareBy::kImage);
  Stream("by_n", "SELECT n, count(*) AS rows FROM t GROUP BY n");
  Stream("by_i", "SELECT i, count(*) AS rows FROM t GROUP BY i");
  Stream("by_f", "SELECT f, count(*) AS rows FROM t GROUP BY f");
  Stream("by_c", "SELECT c, count(*) AS rows FROM t GROUP BY c");
  EXPECT_TRUE(
      HoldAfter("INSERT INTO t VALUES (1, 1.0, '1 mon', 0, 'a'), (2, 1.00, '30 days', '-0', 'A')"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET n = 1.00, i = '30 days', f = '-0', c = 'A' WHERE id = 1"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET n = 1.000, i = '720:00', f = '0', c = 'a'"));
  EXPECT_TRUE(HoldAfter("DELETE FROM t WHERE id = 2"));
  EXPECT_TRUE(HoldAfter("DELETE FROM t"));
}

TEST_F(ValueTraps, KeyThatChangesOnlyItsImage) {
  Schema("CREATE TABLE t (id numeric PRIMARY KEY, v int)");
  Stream("copied", "SELECT id, v FROM t", CompareBy::kImage);
  EXPECT_TRUE(HoldAfter("INSERT INTO t VALUES (1.0, 1), (2, 2)"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET id = 1.00 WHERE id = 1"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET id = id + 0.000, v = v + 1"));
}

TEST_F(ValueTraps, SumOfNumericKeepsAScaleAndAverageDividesAsPostgresDoes) {
  Schema("CREATE TABLE t (id int PRIMARY KEY, k int, n numeric, i int, b bigint, s smallint)");
  Stream("sums",
         "SELECT k, sum(n) AS n, avg(n) AS an, sum(i) AS i, avg(i) AS ai, sum(b) AS b, "
         "avg(b) AS ab, sum(s) AS s, avg(s) AS a_s FROM t GROUP BY k");
  Stream("total", "SELECT avg(n) AS an, avg(i) AS ai, avg(b) AS ab, avg(s) AS a_s FROM t");
  EXPECT_TRUE(
      HoldAfter("INSERT INTO t VALUES (1, 1, 1.10, 1, 1, 1), (2, 1, 0.001, 2, 2, 2), "
                "(3, 1, 7, 2147483647, 9223372036854775807, 32767)"));
  EXPECT_TRUE(HoldAfter("DELETE FROM t WHERE id = 2"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET n = 1.0 / 3, i = -2147483648, b = -9223372036854775808"));
  EXPECT_TRUE(
      HoldAfter("INSERT INTO t VALUES (4, 1, 1e100, 5, 9223372036854775807, 0), "
                "(5, 2, 1e-20, 5, 5, 5)"));
  EXPECT_TRUE(HoldAfter("DELETE FROM t WHERE id = 4"));
}

TEST_F(ValueTraps, FloatSumsAreRecomputed) {
  Schema("CREATE TABLE t (id int PRIMARY KEY, k int, f float8, r real)");
  Stream("sums",
         "SELECT k, sum(f) AS f, avg(f) AS af, sum(r) AS r, avg(r) AS ar FROM t GROUP BY k");
  Stream("total", "SELECT sum(f) AS f, avg(r) AS r FROM t");
  EXPECT_TRUE(HoldAfter("INSERT INTO t VALUES (1, 1, 1e16, 1e7)"));
  EXPECT_TRUE(HoldAfter("INSERT INTO t VALUES (2, 1, 1, 1)"));
  EXPECT_TRUE(HoldAfter("DELETE FROM t WHERE id = 1"));
  EXPECT_EQ(session_.Text("SELECT f FROM sums"), "1");
  EXPECT_TRUE(
      HoldAfter("INSERT INTO t VALUES (3, 1, 'NaN', 'Infinity'), (4, 1, '-Infinity', 'NaN')"));
  EXPECT_TRUE(HoldAfter("DELETE FROM t WHERE id = 3"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET f = 'Infinity' WHERE id = 2"));
  EXPECT_TRUE(HoldAfter("DELETE FROM t WHERE id IN (2, 4)"));
}

TEST_F(ValueTraps, NumericSpecialsComeAndGo) {
  Schema("CREATE TABLE t (id int PRIMARY KEY, k int, n numeric)");
  Stream("sums",
         "SELECT k, sum(n) AS s, avg(n) AS a, min(n) AS low, max(n) AS high, count(n) AS c "
         "FROM t GROUP BY k");
  Stream("total", "SELECT sum(n) AS s, avg(n) AS a FROM t");
  EXPECT_TRUE(HoldAfter("INSERT INTO t VALUES (1, 1, 2.5), (2, 1, 'NaN')"));
  EXPECT_TRUE(HoldAfter("DELETE FROM t WHERE id = 2"));
  EXPECT_TRUE(HoldAfter("INSERT INTO t VALUES (3, 1, 'Infinity'), (4, 2, '-Infinity')"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET k = 1 WHERE id = 4"));
  EXPECT_TRUE(HoldAfter("DELETE FROM t WHERE id = 3"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET n = 1"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET n = 'NaN'"));
  EXPECT_TRUE(HoldAfter("DELETE FROM t WHERE id = 4"));
}

TEST_F(ValueTraps, NullGroupDeletedReappearingUpdatedInto) {
  Schema("CREATE TABLE t (id int PRIMARY KEY, k int, s text, v int)");
  Stream("by_k", "SELECT k, count(*) AS n, sum(v) AS total FROM t GROUP BY k");
  Stream("by_s", "SELECT s, count(*) AS n, sum(v) AS total FROM t GROUP BY s");
  Stream("by_both", "SELECT count(*) AS n, max(v) AS high FROM t GROUP BY k, s");
  Stream("distinct_k", "SELECT DISTINCT k, s FROM t");
  EXPECT_TRUE(
      HoldAfter("INSERT INTO t VALUES (1, NULL, NULL, 1), (2, NULL, 'a', 2), (3, 1, NULL, 3)"));
  EXPECT_TRUE(HoldAfter("DELETE FROM t WHERE k IS NULL"));
  EXPECT_TRUE(HoldAfter("INSERT INTO t VALUES (1, NULL, NULL, NULL)"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET k = NULL, s = NULL"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET k = 4 WHERE id = 1"));
  EXPECT_TRUE(HoldAfter("DELETE FROM t"));
}

TEST_F(ValueTraps, SumIsNullWhenItsLastValueGoes) {
  Schema("CREATE TABLE t (id int PRIMARY KEY, k int, v int, n numeric, b bool)");
  Stream(
      "sums",
      "SELECT k, sum(v) AS s, avg(v) AS a, sum(n) AS n, sum(v) FILTER (WHERE b) AS f, "
      "sum(CASE WHEN b THEN v ELSE 0 END) AS c, count(v) FILTER (WHERE b) AS fc FROM t GROUP BY k");
  Stream("total", "SELECT sum(v) AS s, max(n) AS n, count(*) AS rows FROM t");
  EXPECT_TRUE(HoldAfter(
      "INSERT INTO t VALUES (1, 1, 5, 1.5, true), (2, 1, NULL, NULL, NULL), (3, 1, 0, 0, false)"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET v = NULL, n = NULL WHERE id = 1"));
  EXPECT_TRUE(HoldAfter("DELETE FROM t WHERE id = 3"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET v = 1, b = NOT b"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET b = true"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET b = NULL"));
  EXPECT_TRUE(HoldAfter("DELETE FROM t"));
}

TEST_F(ValueTraps, AggregateWithoutGroupByHasOneRowOnEmptyInput) {
  Schema("CREATE TABLE t (id int PRIMARY KEY, v int)");
  Stream("total", "SELECT count(*) AS n, sum(v) AS s, min(v) AS low FROM t");
  Stream("constant", "SELECT 1 AS one, count(*) + 1 AS n FROM t WHERE v > 5");
  Stream("nothing_selected", "SELECT 7 AS seven, min(v) IS NULL AS none FROM t");
  EXPECT_TRUE(AllHold());
  EXPECT_TRUE(HoldAfter("INSERT INTO t VALUES (1, 9)"));
  EXPECT_TRUE(HoldAfter("DELETE FROM t"));
  EXPECT_TRUE(HoldAfter("TRUNCATE t"));
  EXPECT_TRUE(HoldAfter("INSERT INTO t SELECT g, g FROM generate_series(1, 3000) AS g"));
  EXPECT_TRUE(HoldAfter("TRUNCATE t"));
}

TEST_F(ValueTraps, ExtremesComeAndGo) {
  Schema("CREATE TABLE t (id int PRIMARY KEY, k int, v int, s text)");
  Stream("extremes",
         "SELECT k, min(v) AS low, max(v) AS high, min(s) AS first, max(s) AS last FROM t "
         "GROUP BY k");
  Stream("filtered",
         "SELECT k, min(v) FILTER (WHERE s > 'b') AS low, max(v) FILTER (WHERE v < 50) AS high "
         "FROM t GROUP BY k");
  EXPECT_TRUE(HoldAfter(
      "INSERT INTO t VALUES (1, 1, 5, 'a'), (2, 1, 9, 'c'), (3, 1, 9, NULL), (4, 2, NULL, 'z')"));
  EXPECT_TRUE(HoldAfter("DELETE FROM t WHERE id = 2"));
  EXPECT_TRUE(HoldAfter("DELETE FROM t WHERE id = 3"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET v = NULL, s = NULL WHERE id = 1"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET v = id * 10, s = 'q' || id"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET k = 3 - k"));
  EXPECT_TRUE(
      HoldAfter("INSERT INTO t VALUES (7, 1, 100, 'zz'), (1, 1, 1, 'a') "
                "ON CONFLICT (id) DO UPDATE SET v = -1"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET s = 'b'"));
}

TEST_F(ValueTraps, GroupKeyTooLongForAnIndex) {
  Schema(
      "CREATE TABLE t (id int PRIMARY KEY, long text, data bytea, doc jsonb, list int[], n "
      "numeric)");
  Stream("by_long", "SELECT long, count(*) AS n FROM t GROUP BY long");
  Stream("by_data", "SELECT data, count(*) AS n, max(id) AS high FROM t GROUP BY data");
  Stream("by_doc", "SELECT doc, count(*) AS n FROM t GROUP BY doc");
  Stream("by_list", "SELECT list, count(*) AS n FROM t GROUP BY list");
  Stream("by_expression", "SELECT long || 'x' AS long, sum(id) AS s FROM t GROUP BY long || 'x'");
  Stream("distinct_rows", "SELECT DISTINCT long, data, list FROM t");
  Stream("copied", "SELECT long, doc FROM t", CompareBy::kImage);
  session_.Run(
      "CREATE FUNCTION noise(int) RETURNS text LANGUAGE sql IMMUTABLE AS "
      "'SELECT string_agg(md5(g::text || $1::text), '''') FROM generate_series(1, 400) AS g'");
  EXPECT_TRUE(
      HoldAfter("INSERT INTO t SELECT g, noise(g % 3), convert_to(noise(g % 2), 'UTF8'), "
                "to_jsonb(noise(g % 2)), array(SELECT (random() * 0 + x * g)::int "
                "FROM generate_series(1, 2000) AS x), ('1e' || 3000 + g)::numeric "
                "FROM generate_series(1, 8) AS g"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET long = noise(1), doc = to_jsonb(noise(7)) WHERE id < 4"));
  EXPECT_TRUE(HoldAfter("DELETE FROM t WHERE id % 2 = 0"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET long = NULL, data = NULL, doc = NULL, list = NULL"));
}

TEST_F(ValueTraps, TypesWithoutEqualityOrHash) {
  Schema(
      "CREATE TABLE t (j json, p point, m money, b bit(3), v tsvector, x xid, c \"char\", d "
      "circle)");
  Stream("rows", "SELECT * FROM t", CompareBy::kImage);
  Stream("odd", "SELECT j, p FROM t", CompareBy::kImage);
  Stream("by_money", "SELECT m, b, count(*) AS n FROM t GROUP BY m, b");
  Stream("by_vector", "SELECT v, count(*) AS n FROM t GROUP BY v");
  Stream("by_char", "SELECT c, count(*) AS n FROM t GROUP BY c");
  Stream("by_xid", "SELECT x, count(*) AS n FROM t GROUP BY x", CompareBy::kImage);
  EXPECT_TRUE(
      HoldAfter("INSERT INTO t VALUES ('[1]', '(1,2)', 5, B'101', 'a b', '7', 'x', '<(1,1),2>'), "
                "('[1]', '(1,2)', 5, B'101', 'a b', '7', 'x', '<(1,1),2>'), "
                "('[ 1]', NULL, NULL, NULL, NULL, NULL, NULL, NULL)"));
  EXPECT_TRUE(HoldAfter("DELETE FROM t WHERE ctid = (SELECT min(ctid) FROM t)"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET j = '[1]', m = 6"));
  EXPECT_TRUE(HoldAfter("DELETE FROM t WHERE p IS NULL"));
}

TEST_F(ValueTraps, CitextComparesWithItsOwnOperators) {
  Schema("CREATE EXTENSION citext; CREATE TABLE t (id int PRIMARY KEY, c citext)");
  Stream("in_list", "SELECT id FROM t WHERE c IN ('A', 'b')", CompareBy::kImage);
  Stream("not_in", "SELECT id, c NOT IN ('A') AS x FROM t", CompareBy::kImage);
  Stream("nulled", "SELECT id, nullif(c, 'A') AS x FROM t", CompareBy::kImage);
  Stream("simple_case", "SELECT id, CASE c WHEN 'A' THEN 1 ELSE 2 END AS x FROM t",
         CompareBy::kImage);
  Stream("liked", "SELECT id FROM t WHERE c LIKE 'A%'", CompareBy::kImage);
  Stream("ranged", "SELECT id FROM t WHERE c BETWEEN 'A' AND 'b'", CompareBy::kImage);
  Stream("differs", "SELECT id, c IS DISTINCT FROM 'A' AS x FROM t", CompareBy::kImage);
  Stream("any_of", "SELECT id FROM t WHERE c = ANY (ARRAY['A', 'x']::citext[])", CompareBy::kImage);
  Stream("row_compared", "SELECT id FROM t WHERE (c, id) = ('A', 1)", CompareBy::kImage);
  EXPECT_TRUE(HoldAfter("INSERT INTO t VALUES (1, 'a'), (2, 'A'), (3, 'B'), (4, NULL), (5, 'ab')"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET c = upper(c::text)::citext"));
  EXPECT_TRUE(HoldAfter("DELETE FROM t WHERE id = 1"));
}

TEST_F(ValueTraps, GroupByAnAliasAndAPosition) {
  Schema("CREATE TABLE t (id int PRIMARY KEY, k int, v int)");
  Stream("alias", "SELECT k % 2 AS parity, sum(v) AS s FROM t GROUP BY parity");
  // In GROUP BY a column of the source wins over an alias.
  Stream("column_wins", "SELECT k % 2 AS v, count(*) AS n FROM t GROUP BY v, k");
  Stream("position", "SELECT sum(v) AS s, k / 2 AS half FROM t GROUP BY 2");
  Stream("constant_key", "SELECT 'x' AS x, count(*) AS n FROM t GROUP BY 1");
  Stream("dependent", "SELECT id, k, v, count(*) AS n FROM t GROUP BY id");
  EXPECT_TRUE(HoldAfter("INSERT INTO t SELECT g, g % 5, g FROM generate_series(1, 20) AS g"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET k = k + 1, v = -v WHERE id % 3 = 0"));
  EXPECT_TRUE(HoldAfter("DELETE FROM t WHERE k < 4"));
  EXPECT_TRUE(HoldAfter("DELETE FROM t"));
}

TEST_F(ValueTraps, SessionSettingsDoNotMatter) {
  Schema("CREATE TABLE t (id int PRIMARY KEY, d date, z timestamptz, s text, f float8, n int)");
  Stream("literal_date", "SELECT id FROM t WHERE d >= '2020-01-02'", CompareBy::kImage);
  Stream("backslash", "SELECT id, s FROM t WHERE s <> 'a\\b' AND s LIKE '%\\_%'",
         CompareBy::kImage);
  Stream("literal_zone", "SELECT id FROM t WHERE z < '2020-06-01 00:00+09'", CompareBy::kImage);
  Stream("escaped", "SELECT s || E'\\t\\'' AS x FROM t", CompareBy::kImage);
  Stream("equals_null", "SELECT id FROM t WHERE n IS NULL OR (n = NULL) IS NULL",
         CompareBy::kImage);
  Stream("floats", "SELECT f, count(*) AS n FROM t GROUP BY f");
  session_.Run(
      "SET DateStyle = 'SQL, DMY'; SET TimeZone = 'Asia/Tokyo'; SET extra_float_digits = -10;"
      "SET standard_conforming_strings = off; SET transform_null_equals = on; "
      "SET backslash_quote = off; SET escape_string_warning = off;"
      "SET search_path = pg_temp; SET IntervalStyle = 'iso_8601'");
  session_.Run(
      "INSERT INTO public.t SELECT g, DATE '2019-12-30' + g, timestamptz '2020-05-31 12:00+00' + "
      "g * interval '1 hour', 'a_' || g, 1 / g::float8, nullif(g % 3, 0) FROM "
      "generate_series(1, 60) AS g");
  session_.Run(
      "UPDATE public.t SET d = d + 1, z = z + interval '1 hour', n = n + 1 WHERE id % 2 = 0;"
      "DELETE FROM public.t WHERE id % 7 = 0");
  Session fresh = database_.Connect();
  EXPECT_TRUE(AllHold(fresh));
}

TEST_F(ValueTraps, WholeRowsAndStars) {
  Schema("CREATE TABLE t (id int PRIMARY KEY, a int, b text)");
  Stream("star", "SELECT *, a + 1 AS next FROM t", CompareBy::kImage);
  Stream("table_star", "SELECT x.* FROM t AS x", CompareBy::kImage);
  Stream("whole", "SELECT t AS whole, id FROM t", CompareBy::kImage);
  Stream("renamed", "SELECT x.p, x.q FROM t AS x(p, q)", CompareBy::kImage);
  Stream("row_value", "SELECT ROW(a, b) IS NULL AS none, count(*) AS n FROM t GROUP BY 1");
  EXPECT_TRUE(HoldAfter("INSERT INTO t VALUES (1, 1, 'x'), (2, NULL, NULL)"));
  EXPECT_TRUE(HoldAfter("UPDATE t SET a = NULL, b = NULL"));
  EXPECT_TRUE(HoldAfter("DELETE FROM t WHERE id = 1"));
}

}  // namespace
}  // namespace tricklec::testsupport
