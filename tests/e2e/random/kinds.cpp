#include "tricklec/randomdml/kinds.h"

#include <stdexcept>

namespace tricklec::randomdml {
namespace {

/// Text that neither fits an entry of a btree index nor compresses enough to fit.
constexpr std::string_view kLongText =
    "(SELECT string_agg(md5(i::text), '') FROM generate_series(1, 250) AS i)";
constexpr std::string_view kOtherLongText =
    "(SELECT string_agg(md5(i::text), '') FROM generate_series(1, 250) AS i) || 'z'";

std::vector<Kind> MakeKinds() {
  std::vector<Kind> kinds;
  kinds.push_back({.name = "int",
                   .type = "integer",
                   .values = {"0", "1", "2", "3", "-4", "100"},
                   .sum = true,
                   .avg = true,
                   .min_max = true,
                   .derived = {{"$ + 1", "int"},
                               {"-$", "int"},
                               {"$ % 3", "int"},
                               {"coalesce($, 0)", "int"},
                               {"nullif($, 1)", "int"},
                               {"abs($)", "int"},
                               {"$ IS NULL", "bool"},
                               {"$ > 1", "bool"},
                               {"$ IN (1, 2)", "bool"},
                               {"$ NOT IN (1, NULL)", "bool"},
                               {"$ IS DISTINCT FROM 2", "bool"},
                               {"$ = ANY (ARRAY[1, 3, NULL])", "bool"},
                               {"CASE WHEN $ > 1 THEN 'high' WHEN $ <= 1 THEN 'low' END", "text"},
                               {"CASE $ WHEN 1 THEN 10 WHEN 2 THEN 20 ELSE $ END", "int"},
                               {"$::text", "text"},
                               {"$::numeric / 8", "numeric"},
                               {"$::bigint * 1000000", "bigint"}},
                   .predicates = {"$ > 1", "$ IS NOT NULL", "$ IS NULL OR $ < 3", "$ <> 2",
                                  "$ BETWEEN 0 AND 2", "NOT ($ = 1)"},
                   .updates = {"$ + 1", "-$", "$", "coalesce($, 0) * 2"},
                   .series = "g + 1000"});
  kinds.push_back({.name = "smallint",
                   .type = "smallint",
                   .values = {"0", "1", "-2", "7", "300"},
                   .sum = true,
                   .avg = true,
                   .min_max = true,
                   .derived = {{"$ + 1", "int"}, {"coalesce($, 0::smallint)", "smallint"}},
                   .predicates = {"$ >= 1", "$ IS NOT NULL"},
                   .updates = {"$ + 1", "$"},
                   .series = {}});
  kinds.push_back({.name = "bigint",
                   .type = "bigint",
                   .values = {"0", "1", "2", "-5", "9000000000000000000", "4611686018427387904"},
                   .sum = true,
                   .avg = true,
                   .min_max = true,
                   .derived = {{"$ / 2", "bigint"}, {"$ % 7", "bigint"}, {"$::text", "text"}},
                   .predicates = {"$ > 0", "$ <> 1"},
                   .updates = {"$ / 2", "$", "1"},
                   .series = "g::bigint + 100000000000"});
  kinds.push_back({.name = "numeric",
                   .type = "numeric",
                   .values = {"1.0", "1.00", "0", "-2.5", "'NaN'", "'Infinity'", "'-Infinity'",
                              "12345678901234567890.123", "0.1"},
                   .sum = true,
                   .avg = true,
                   .min_max = true,
                   .derived = {{"$ * 2", "numeric"},
                               {"coalesce($, 0)", "numeric"},
                               {"$::text", "text"},
                               {"$ > 0", "bool"}},
                   .predicates = {"$ > 0", "$ <> 'NaN'", "$ = 1"},
                   .updates = {"$ * 1.0", "$ + 0.00", "$", "-$"},
                   .series = "g::numeric / 8"});
  kinds.push_back({.name = "finite",
                   .type = "numeric",
                   .values = {"1.0", "1.00", "0", "-2.5", "3.125", "0.1", "0.10"},
                   .sum = true,
                   .avg = true,
                   .min_max = true,
                   .derived = {{"$ * 2", "numeric"}, {"round($, 1)", "numeric"}},
                   .predicates = {"$ > 0", "$ = 1"},
                   .updates = {"$ * 1.0", "$ + 0.00", "$"},
                   .series = "g::numeric / 8"});
  kinds.push_back({.name = "decimal",
                   .type = "numeric(12,2)",
                   .values = {"1.10", "-3.25", "0", "99999.99", "'NaN'", "2"},
                   .sum = true,
                   .avg = true,
                   .min_max = true,
                   .derived = {{"$ * 1.5", "numeric"}, {"$ IS NULL", "bool"}},
                   .predicates = {"$ > 0", "$ IS NOT NULL"},
                   .updates = {"$ + 1", "$"},
                   .series = "(g % 1000)::numeric / 4"});
  // Sums of these values are exact in any order.
  const std::vector<std::string> floats = {"0.25",       "'-0'",        "0",     "'NaN'",
                                           "'Infinity'", "'-Infinity'", "-2.75", "1024.5"};
  for (const char* type : {"real", "double precision"}) {
    kinds.push_back({.name = type[0] == 'r' ? "float4" : "float8",
                     .type = type,
                     .values = floats,
                     .sum = true,
                     .avg = true,
                     .min_max = true,
                     .derived = {{"$ * 2", type[0] == 'r' ? "float4" : "float8"},
                                 {"$ > 0", "bool"},
                                 {"$ = 'NaN'", "bool"},
                                 {"$::text", "text"}},
                     .predicates = {"$ > 0", "$ <> 'NaN'", "$ = 0"},
                     .updates = {"-$", "$", "0.5"},
                     .series = "g * 0.25"});
  }
  kinds.push_back({.name = "text",
                   .type = "text",
                   .values = {"'a'", "'A'", "''", "'äß€😀'", "'it''s'", "E'tab\\tnew\\nline\\\\'",
                              "'x; -- /*'", "'a b'", "'$1 %s %%'"},
                   .min_max = true,
                   .derived = {{"upper($)", "text"},
                               {"$ || '!'", "text"},
                               {"length($)", "int"},
                               {"left($, 1)", "text"},
                               {"$ LIKE 'a%'", "bool"},
                               {"$ ILIKE 'A%'", "bool"},
                               {"$ SIMILAR TO '(a|b)%'", "bool"},
                               {"$ NOT LIKE '%\\_%'", "bool"},
                               {"$ ~ '^[a-z]'", "bool"},
                               {"coalesce($, 'none; -- '' \" \\')", "text"},
                               {"nullif($, '')", "text"},
                               {"$ COLLATE \"C\"", "text"},
                               {"ARRAY[$, 'x']", "text_array"},
                               {"$::varchar(2)", "varchar"}},
                   .predicates = {"$ <> 'a'", "$ LIKE '%a%'", "$ IS NOT NULL", "$ > 'b'",
                                  "$ IN ('a', '', 'it''s')"},
                   .updates = {"$ || 'b'", "$", "upper($)", "NULL"},
                   .series = "'k' || g"});
  kinds.push_back(
      {.name = "long_text",
       .type = "text",
       .values = {"'a'", "''", "'b'", std::string(kLongText), std::string(kOtherLongText)},
       .min_max = true,
       .derived = {{"left($, 1)", "text"}, {"length($)", "int"}},
       .predicates = {"length($) > 10", "$ <> 'a'"},
       .updates = {"$ || 'b'", "$"},
       .series = "'k' || g"});
  kinds.push_back({.name = "key_text",
                   .type = "text",
                   .values = {"'a'", "'A'", "''", "'b'", "'it''s'", "repeat('wide ', 300)"},
                   .min_max = true,
                   .derived = {{"$ || '-'", "text"}, {"length($)", "int"}},
                   .predicates = {"$ <> 'a'", "$ > 'a'"},
                   .updates = {"$ || 'b'", "$"},
                   .series = "'k' || g"});
  kinds.push_back({.name = "varchar",
                   .type = "varchar(20)",
                   .values = {"'a'", "'b'", "''", "'ä'", "'Zeile'"},
                   .min_max = true,
                   .derived = {{"$::text || 'x'", "text"}, {"lower($)", "text"}},
                   .predicates = {"$ > 'a'", "$ LIKE '_'"},
                   .updates = {"upper($)", "$"},
                   .series = "'v' || g"});
  kinds.push_back({.name = "char",
                   .type = "char(5)",
                   .values = {"'a'", "'a  '", "'b'", "''"},
                   .min_max = true,
                   .derived = {{"$ || '|'", "text"}, {"length($)", "int"}, {"$::text", "text"}},
                   .predicates = {"$ = 'a'", "$ > 'a'"},
                   .updates = {"upper($)", "$"},
                   .series = "lpad((g % 100000)::text, 5, '0')"});
  kinds.push_back({.name = "nocase",
                   .type = "text COLLATE kinds.nocase",
                   .values = {"'a'", "'A'", "'b'", "''", "'B'"},
                   .min_max = true,
                   .derived = {{"$ = 'a'", "bool"},
                               {"$ IN ('A', 'x')", "bool"},
                               {"nullif($, 'A')", "nocase"},
                               {"upper($)", "nocase"}},
                   .predicates = {"$ = 'A'", "$ <> 'b'"},
                   .updates = {"upper($)", "lower($)", "$"},
                   .series = {}});
  kinds.push_back({.name = "citext",
                   .type = "citext",
                   .values = {"'a'", "'A'", "'b'", "''", "'B'"},
                   .min_max = true,
                   .derived = {{"$ = 'a'", "bool"},
                               {"$ IN ('A', 'x')", "bool"},
                               {"$ LIKE 'A%'", "bool"},
                               {"nullif($, 'A')", "citext"},
                               {"CASE $ WHEN 'A' THEN 1 ELSE 2 END", "int"}},
                   .predicates = {"$ = 'A'", "$ <> 'b'", "$ IN ('A')"},
                   .updates = {"upper($)", "lower($)", "$"},
                   .series = "('c' || g)"});
  kinds.push_back({.name = "bool",
                   .type = "boolean",
                   .values = {"true", "false"},
                   .derived = {{"NOT $", "bool"},
                               {"$ IS TRUE", "bool"},
                               {"$::int", "int"},
                               {"CASE WHEN $ THEN 1 ELSE 0 END", "int"}},
                   .predicates = {"$", "NOT $", "$ IS NOT TRUE"},
                   .updates = {"NOT $", "$"},
                   .series = {}});
  kinds.push_back(
      {.name = "date",
       .type = "date",
       .values = {"'2024-02-29'", "'2024-03-01'", "'infinity'", "'0044-03-15 BC'"},
       .min_max = true,
       .derived = {{"$ > DATE '2024-01-01'", "bool"}, {"coalesce($, '2000-01-01')", "date"}},
       .predicates = {"$ > '2024-02-29'", "isfinite($)"},
       .updates = {"$ + 1", "$"},
       .series = "DATE '2000-01-01' + g"});
  kinds.push_back({.name = "timestamp",
                   .type = "timestamp",
                   .values = {"'2024-02-29 12:00'", "'2024-02-29 12:00:00.000001'", "'infinity'"},
                   .min_max = true,
                   .derived = {{"date_trunc('day', $)", "timestamp"},
                               {"$::date", "date"},
                               {"$ + interval '1 hour'", "timestamp"}},
                   .predicates = {"$ > '2024-02-29'", "$ IS NOT NULL"},
                   .updates = {"$ + interval '1 day'", "$"},
                   .series = "timestamp '2000-01-01' + g * interval '1 minute'"});
  kinds.push_back({.name = "timestamptz",
                   .type = "timestamptz",
                   .values = {"'2024-02-29 12:00+00'", "'2024-02-29 13:00+01'", "'-infinity'"},
                   .min_max = true,
                   .derived = {{"$ AT TIME ZONE 'Asia/Tokyo'", "timestamp"}},
                   .predicates = {"$ > '2024-02-29 00:00+00'"},
                   .updates = {"$ + interval '1 hour'", "$"},
                   .series = "timestamptz '2000-01-01 00:00+00' + g * interval '1 minute'"});
  kinds.push_back({.name = "interval",
                   .type = "interval",
                   .values = {"'1 mon'", "'30 days'", "'1 day'", "'24:00'", "'-1 day'", "'0'"},
                   .sum = true,
                   .avg = true,
                   .min_max = true,
                   .derived = {{"$ * 2", "interval"}, {"justify_days($)", "interval"}},
                   .predicates = {"$ > '1 day'", "$ = '30 days'"},
                   .updates = {"$ + '1 day'", "-$", "$"},
                   .series = "g * interval '1 minute'"});
  kinds.push_back({.name = "uuid",
                   .type = "uuid",
                   .values = {"'00000000-0000-0000-0000-000000000000'",
                              "'11111111-1111-1111-1111-111111111111'",
                              "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
                              "'22222222-2222-2222-2222-222222222222'"},
                   .derived = {{"$::text", "text"}},
                   .predicates = {"$ > '11111111-0000-0000-0000-000000000000'"},
                   .updates = {"$"},
                   .series = "md5(g::text)::uuid"});
  kinds.push_back({.name = "bytea",
                   .type = "bytea",
                   .values = {"'\\x00'", "'\\xdeadbeef'", "''"},
                   .derived = {{"length($)", "int"}, {"encode($, 'hex')", "text"}},
                   .predicates = {"$ <> '\\x00'", "length($) > 0"},
                   .updates = {"$ || '\\x01'", "$"},
                   .series = "decode(md5(g::text), 'hex')"});
  kinds.push_back(
      {.name = "json",
       .type = "json",
       .values = {"'{\"a\": 1}'", "'{\"a\":1}'", "'[]'", "'null'", "'{\"a\": \"it''s\"}'"},
       .equality = false,
       .derived = {{"$ ->> 'a'", "text"}, {"$ IS NULL", "bool"}},
       .predicates = {"$ IS NOT NULL", "$ ->> 'a' IS NULL"},
       .updates = {"$", "'{\"a\": 2}'"},
       .series = "to_json(g)"});
  kinds.push_back({.name = "jsonb",
                   .type = "jsonb",
                   .values = {"'{\"a\": 1}'", "'{\"a\": 1.0}'", "'{\"a\": {\"b\": \"x\"}}'", "'[]'",
                              "'null'", "'\"s\"'"},
                   .derived = {{"$ ->> 'a'", "text"},
                               {"$ -> 'a'", "jsonb"},
                               {"$ #>> '{a,b}'", "text"},
                               {"$ ? 'a'", "bool"},
                               {"$ @> '{\"a\": 1}'", "bool"},
                               {"$ -> 'a' -> 'b'", "jsonb"}},
                   .predicates = {"$ ? 'a'", "$ IS NOT NULL"},
                   .updates = {"jsonb_build_object('a', $)", "$"},
                   .series = "to_jsonb(g)"});
  kinds.push_back({.name = "int_array",
                   .type = "integer[]",
                   .values = {"'{}'", "'{1,2}'", "'{1,NULL}'", "'[0:1]={1,2}'", "'{{1,2},{3,4}}'"},
                   .min_max = true,
                   .derived = {{"$[1]", "int"},
                               {"cardinality($)", "int"},
                               {"2 = ANY ($)", "bool"},
                               {"$[1:1]", "int_array"},
                               {"3 <> ALL ($)", "bool"}},
                   .predicates = {"1 = ANY ($)", "cardinality($) > 0"},
                   .updates = {"$"},
                   .series = "ARRAY[g]"});
  kinds.push_back({.name = "text_array",
                   .type = "text[]",
                   .values = {"'{}'", "'{a,b}'", "'{NULL,\"it''s\"}'"},
                   .min_max = true,
                   .derived = {{"$[2]", "text"}, {"array_to_string($, ',')", "text"}},
                   .predicates = {"'a' = ANY ($)"},
                   .updates = {"$ || 'z'::text", "$"},
                   .series = "ARRAY['k' || g]"});
  kinds.push_back({.name = "mood",
                   .type = "kinds.\"Mo\"\"od\"",
                   .values = {"'sad'", "'ok'", "'it''s'"},
                   .min_max = true,
                   .derived = {{"$::text", "text"},
                               {"$ = 'ok'", "bool"},
                               {"$ > 'sad'", "bool"},
                               {"$ IN ('ok', 'sad')", "bool"},
                               {"coalesce($, 'ok')", "mood"}},
                   .predicates = {"$ > 'sad'", "$ <> 'ok'"},
                   .updates = {"$"},
                   .series = {}});
  kinds.push_back({.name = "positive",
                   .type = "kinds.positive",
                   .values = {"1", "2", "17"},
                   .sum = true,
                   .avg = true,
                   .min_max = true,
                   .derived = {{"$ + 1", "int"}, {"$::int", "int"}},
                   .predicates = {"$ > 1"},
                   .updates = {"$ + 1", "$"},
                   .series = "g"});
  kinds.push_back({.name = "label",
                   .type = "kinds.label",
                   .values = {"'x'", "'y'", "'it''s'"},
                   .min_max = true,
                   .derived = {{"$ || 'x'", "text"}},
                   .predicates = {"$ <> 'x'"},
                   .updates = {"$"},
                   .series = "'l' || g"});
  kinds.push_back({.name = "pair",
                   .type = "kinds.pair",
                   .values = {"'(1,a)'", "'(1,)'", "'(,)'", "'(2,\"it''s\")'"},
                   .derived = {{"($).a", "int"}, {"($).b", "text"}, {"$ IS NULL", "bool"}},
                   .predicates = {"($).a = 1", "$ IS NOT NULL"},
                   .updates = {"$"},
                   .series = {}});
  kinds.push_back({.name = "inet",
                   .type = "inet",
                   .values = {"'10.0.0.1'", "'10.0.0.0/8'", "'::1'"},
                   .min_max = true,
                   .derived = {{"host($)", "text"}, {"family($)", "int"}},
                   .predicates = {"$ << '10.0.0.0/8'"},
                   .updates = {"$"},
                   .series = "'10.0.0.0'::inet + g"});
  kinds.push_back({.name = "money",
                   .type = "money",
                   .values = {"1.10", "-2", "0"},
                   .sum = true,
                   .min_max = true,
                   .derived = {{"$ * 2", "money"}},
                   .predicates = {"$ IS NOT NULL"},
                   .updates = {"$ + 1::money", "$"},
                   .series = "g"});
  kinds.push_back({.name = "bit",
                   .type = "bit(4)",
                   .values = {"B'0000'", "B'1010'", "B'1111'"},
                   .derived = {{"~$", "bit"}, {"$ & B'1100'", "bit"}},
                   .predicates = {"$ <> B'0000'"},
                   .updates = {"~$", "$"},
                   .series = "(g % 16)::bit(4)"});
  kinds.push_back({.name = "point",
                   .type = "point",
                   .values = {"'(0,0)'", "'(1,2)'"},
                   .equality = false,
                   .derived = {{"$[0]", "float8"}},
                   .predicates = {"$ IS NOT NULL", "$[0] > 0"},
                   .updates = {"$"},
                   .series = {}});
  kinds.push_back({.name = "range",
                   .type = "int4range",
                   .values = {"'[1,5)'", "'empty'", "'(,3]'"},
                   .derived = {{"lower($)", "int"}, {"$ @> 2", "bool"}},
                   .predicates = {"NOT isempty($)"},
                   .updates = {"$"},
                   .series = "int4range(g, g + 5)"});
  kinds.push_back({.name = "tsvector",
                   .type = "tsvector",
                   .values = {"'a b'", "'b:2 c'", "''"},
                   .derived = {{"$ @@ 'a'::tsquery", "bool"}, {"length($)", "int"}},
                   .predicates = {"$ @@ 'b'::tsquery"},
                   .updates = {"$"},
                   .series = {}});
  return kinds;
}

}  // namespace

const Kind& FindKind(std::string_view name) {
  static const std::vector<Kind> kinds = MakeKinds();
  for (const Kind& kind : kinds) {
    if (kind.name == name) return kind;
  }
  throw std::logic_error("no kind called " + std::string(name));
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
)";
}

std::string Substitute(std::string_view text, std::string_view value) {
  std::string result;
  for (char c : text) {
    if (c == '$') {
      result += value;
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace tricklec::randomdml
