#include "fixture.h"

namespace tricklec::catalog {
namespace {

using TypesTest = CatalogTest;

TEST_F(TypesTest, FormatTypeIsThatOfTheServer) {
  EXPECT_EQ(RoundTrip("int"), "integer");
  EXPECT_EQ(RoundTrip("int8"), "bigint");
  EXPECT_EQ(RoundTrip("float(10)"), "real");
  EXPECT_EQ(RoundTrip("float"), "double precision");
  EXPECT_EQ(RoundTrip("decimal(10,2)"), "numeric(10,2)");
  EXPECT_EQ(RoundTrip("numeric(3,-2)"), "numeric(3,-2)");
  EXPECT_EQ(RoundTrip("numeric(5)"), "numeric(5,0)");
  EXPECT_EQ(RoundTrip("numeric"), "numeric");
  EXPECT_EQ(RoundTrip("varchar(20)[]"), "character varying(20)[]");
  EXPECT_EQ(RoundTrip("text[][]"), "text[]");
  EXPECT_EQ(RoundTrip("char"), "character(1)");
  EXPECT_EQ(RoundTrip("bpchar"), "bpchar");
  EXPECT_EQ(RoundTrip("\"char\""), "\"char\"");
  EXPECT_EQ(RoundTrip("bit"), "bit(1)");
  EXPECT_EQ(RoundTrip("pg_catalog.bit"), "\"bit\"");
  EXPECT_EQ(RoundTrip("bit varying(7)"), "bit varying(7)");
  EXPECT_EQ(RoundTrip("timestamp(3)"), "timestamp(3) without time zone");
  EXPECT_EQ(RoundTrip("timestamptz"), "timestamp with time zone");
  EXPECT_EQ(RoundTrip("time(0) with time zone"), "time(0) with time zone");
  EXPECT_EQ(RoundTrip("interval"), "interval");
  EXPECT_EQ(RoundTrip("interval day to second(3)"), "interval day to second(3)");
  EXPECT_EQ(RoundTrip("interval year to month"), "interval year to month");
  EXPECT_EQ(RoundTrip("interval(2)"), "interval(2)");
  EXPECT_EQ(RoundTrip("int2vector"), "int2vector");
  EXPECT_EQ(RoundTrip("xml"), "xml");
  EXPECT_EQ(RoundTrip("tstzmultirange"), "tstzmultirange");
}

TEST_F(TypesTest, WrongModifiersAndNamesAreErrors) {
  EXPECT_EQ(RoundTrip("date(3)"), "error: type `date` takes no modifier");
  EXPECT_EQ(RoundTrip("numeric(0)").substr(0, 7), "error: ");
  EXPECT_EQ(RoundTrip("nosuch"), "error: there is no type `nosuch`");
}

TEST_F(TypesTest, UserTypesAreQualifiedAndQuoted) {
  LoadCleanly(R"(
    CREATE SCHEMA "My App";
    CREATE TYPE "My App"."Mood" AS ENUM ('ok', 'sad');
    CREATE DOMAIN money2 AS numeric(10,2) NOT NULL CHECK (value >= 0);
    CREATE DOMAIN price AS money2;
  )");
  EXPECT_EQ(RoundTrip("\"My App\".\"Mood\"[]"), "\"My App\".\"Mood\"[]");
  EXPECT_EQ(RoundTrip("price"), "public.price");
  TypeId price = TypeNamed("price");
  EXPECT_EQ(catalog_.FormatType(catalog_.BaseType(TypeRef{price, -1})), "numeric(10,2)");
  EXPECT_TRUE(catalog_.HasDomainConstraints(price));
  EXPECT_EQ(catalog_.GetType(price).category, 'N');
}

TEST_F(TypesTest, EqualityLooksIntoContainers) {
  LoadCleanly(R"(
    CREATE TYPE pair AS (a int, b text);
    CREATE TYPE with_json AS (a int, j json);
    CREATE TYPE mood AS ENUM ('ok');
    CREATE DOMAIN d AS mood;
  )");
  auto of = [&](const std::string& type) { return catalog_.EqualityOf(TypeNamed(type)); };
  EXPECT_TRUE(of("integer").has_btree && of("integer").has_hash);
  EXPECT_EQ(of("integer").equal_image, EqualImage::Always);
  EXPECT_EQ(of("numeric").equal_image, EqualImage::No);
  EXPECT_EQ(of("varchar").equality, of("text").equality);
  EXPECT_EQ(of("varchar").equal_image, EqualImage::ByCollation);
  EXPECT_EQ(of("cidr").equality, of("inet").equality);
  EXPECT_FALSE(of("json"));
  EXPECT_FALSE(of("point"));
  EXPECT_FALSE(of("json[]"));
  EXPECT_FALSE(of("with_json"));
  EXPECT_FALSE(of("money").has_hash);
  EXPECT_TRUE(of("money").has_btree);
  EXPECT_FALSE(of("xid").has_btree);
  EXPECT_TRUE(of("xid").has_hash);
  EXPECT_TRUE(of("xid[]"));
  EXPECT_FALSE(of("xid[]").has_btree);
  EXPECT_TRUE(of("pair").has_btree);
  EXPECT_TRUE(of("d").has_hash);
  EXPECT_TRUE(of("daterange").has_hash);
}

TEST_F(TypesTest, Coercions) {
  LoadCleanly("CREATE DOMAIN positive AS int CHECK (value > 0); CREATE TYPE mood AS ENUM ('ok');");
  auto find = [&](const std::string& source, const std::string& target, CastContext context) {
    return catalog_.FindCoercion(TypeNamed(source), TypeNamed(target), context);
  };
  EXPECT_EQ(find("int", "bigint", CastContext::Implicit).kind, CoercionKind::Function);
  EXPECT_EQ(find("bigint", "int", CastContext::Implicit).kind, CoercionKind::None);
  EXPECT_EQ(find("bigint", "int", CastContext::Assignment).kind, CoercionKind::Function);
  EXPECT_EQ(find("varchar", "text", CastContext::Implicit).kind, CoercionKind::Relabel);
  EXPECT_EQ(find("positive", "bigint", CastContext::Implicit).kind, CoercionKind::Function);
  EXPECT_TRUE(find("int", "positive", CastContext::Implicit).checks_domain);
  EXPECT_FALSE(find("positive", "int", CastContext::Implicit).checks_domain);
  EXPECT_EQ(find("int[]", "bigint[]", CastContext::Implicit).kind, CoercionKind::ArrayElements);
  EXPECT_EQ(find("int", "text", CastContext::Implicit).kind, CoercionKind::None);
  EXPECT_EQ(find("int", "text", CastContext::Assignment).kind, CoercionKind::InOut);
  EXPECT_EQ(find("text", "int", CastContext::Assignment).kind, CoercionKind::None);
  EXPECT_EQ(find("text", "int", CastContext::Explicit).kind, CoercionKind::InOut);
  EXPECT_EQ(find("mood", "text", CastContext::Explicit).kind, CoercionKind::InOut);
  EXPECT_EQ(find("int", "point", CastContext::Explicit).kind, CoercionKind::None);
  EXPECT_TRUE(catalog_.IsBinaryCoercible(TypeNamed("int[]"), types::kAnyArray));
  EXPECT_TRUE(catalog_.IsBinaryCoercible(TypeNamed("mood"), types::kAnyEnum));
  EXPECT_FALSE(catalog_.IsBinaryCoercible(TypeNamed("int"), TypeNamed("bigint")));
  EXPECT_NE(catalog_.TypmodFunction(types::kNumeric), 0u);
}

TEST_F(TypesTest, ExtensionsBringTheirObjects) {
  LoadCleanly(R"(
    CREATE EXTENSION citext WITH SCHEMA public;
    CREATE EXTENSION hstore;
    CREATE EXTENSION cube; CREATE EXTENSION earthdistance;
    CREATE TABLE t (name citext, tags hstore, place earth);
  )");
  EXPECT_EQ(Columns("t"), "name public.citext, tags public.hstore, place public.earth");
  TypeId citext = TypeNamed("citext");
  Equality equality = catalog_.EqualityOf(citext);
  ASSERT_TRUE(equality);
  EXPECT_EQ(catalog_.GetOperator(equality.equality).schema, "public");
  EXPECT_EQ(catalog_.GetOperator(equality.equality).left, citext);
  EXPECT_EQ(equality.equal_image, EqualImage::No);
  EXPECT_EQ(catalog_.FindCoercion(citext, types::kText, CastContext::Implicit).kind,
            CoercionKind::Relabel);
  EXPECT_EQ(catalog_.FormatType(catalog_.BaseType(TypeNamed("earth"))), "public.cube");
}

TEST_F(TypesTest, UnknownExtensionsCostNoDiagnostic) {
  LoadCleanly(R"(
    CREATE EXTENSION postgis WITH SCHEMA public;
    CREATE TABLE t (place public.geometry(Point,4326), shapes geometry[]);
  )");
  EXPECT_EQ(TypeOf("t", "place"), "public.geometry(point, 4326)");
  EXPECT_EQ(TypeOf("t", "shapes"), "public.geometry[]");
  EXPECT_EQ(catalog_.GetType(TypeNamed("geometry")).kind, TypeKind::Opaque);
  EXPECT_FALSE(catalog_.EqualityOf(TypeNamed("geometry")));
}

TEST_F(TypesTest, UnknownTypesAreWarnedOf) {
  Load("CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (a moood);");
  EXPECT_EQ(Messages(), std::vector<std::string>{"ST2005 there is no type `moood`"});
  ASSERT_EQ(diagnostics_.all()[0].helps.size(), 1u);
  EXPECT_EQ(diagnostics_.all()[0].helps[0].text, "did you mean `mood`?");
  EXPECT_EQ(TypeOf("t", "a"), "public.moood");
}

TEST_F(TypesTest, EnumsDomainsRangesCompositesChange) {
  LoadCleanly(R"(
    CREATE TYPE mood AS ENUM ('sad', 'ok');
    ALTER TYPE mood ADD VALUE 'glad' AFTER 'sad';
    ALTER TYPE mood ADD VALUE IF NOT EXISTS 'ok';
    ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';
    CREATE DOMAIN d AS text;
    ALTER DOMAIN d ADD CONSTRAINT short CHECK (length(value) < 9) NOT VALID;
    ALTER DOMAIN d SET NOT NULL;
    CREATE TYPE floatrange AS RANGE (subtype = float8, subtype_diff = float8mi);
    CREATE TYPE pair AS (a int, b text);
    ALTER TYPE pair ADD ATTRIBUTE c date;
    ALTER TYPE pair RENAME ATTRIBUTE a TO x;
    ALTER TYPE pair DROP ATTRIBUTE b;
    CREATE TABLE typed OF pair (x WITH OPTIONS NOT NULL);
  )");
  EXPECT_EQ(catalog_.GetType(TypeNamed("mood")).enum_labels,
            (std::vector<std::string>{"sad", "glad", "fine"}));
  const Type& domain = catalog_.GetType(TypeNamed("d"));
  EXPECT_TRUE(domain.not_null);
  ASSERT_EQ(domain.checks.size(), 1u);
  EXPECT_FALSE(domain.checks[0].validated);
  EXPECT_EQ(catalog_.GetType(TypeNamed("floatrange")).subtype, types::kFloat8);
  EXPECT_EQ(catalog_.GetType(TypeNamed("floatmultirange")).kind, TypeKind::Multirange);
  EXPECT_EQ(catalog_.FindFunctions("", "floatrange", catalog_.search_path()).size(), 2u);
  EXPECT_EQ(Columns("pair"), "x integer, c date");
  EXPECT_TRUE(ColumnOf("typed", "x").not_null);
}

TEST_F(TypesTest, DroppingATypeInUseIsRefused) {
  Load("CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (a mood, b mood[]); DROP TYPE mood;");
  ASSERT_EQ(Messages().size(), 1u);
  EXPECT_EQ(Messages()[0].substr(0, 6), "ST2006");
  Load("DROP TYPE mood CASCADE;");
  EXPECT_EQ(Columns("t"), "");
}

TEST_F(TypesTest, CollationsAndTheirDeterminism) {
  LoadCleanly(R"(
    CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    CREATE COLLATION copy FROM ci;
    CREATE TABLE t (a text COLLATE ci, b text COLLATE "C", c text COLLATE "default",
                    d text COLLATE "de-DE-x-icu", e int);
  )");
  EXPECT_FALSE(catalog_.FindCollation("", "copy", catalog_.search_path())->deterministic);
  EXPECT_EQ(ColumnOf("t", "a").collation, (QualifiedName{"public", "ci"}));
  EXPECT_EQ(ColumnOf("t", "b").collation, (QualifiedName{"pg_catalog", "C"}));
  EXPECT_TRUE(ColumnOf("t", "c").collation.empty());
  EXPECT_EQ(ColumnOf("t", "d").collation, (QualifiedName{"pg_catalog", "de-DE-x-icu"}));
  EXPECT_TRUE(catalog_.CollationOf(types::kInt4).empty());
  EXPECT_EQ(catalog_.CollationOf(types::kText).name, "default");
}

TEST_F(TypesTest, QuotingFollowsKeywords) {
  EXPECT_EQ(QuoteIdentifier("orders"), "orders");
  EXPECT_EQ(QuoteIdentifier("order"), "\"order\"");
  EXPECT_EQ(QuoteIdentifier("Orders"), "\"Orders\"");
  EXPECT_EQ(QuoteIdentifier("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(QuoteIdentifier("1a"), "\"1a\"");
  EXPECT_EQ(QuoteIdentifier("größe"), "\"größe\"");
  EXPECT_EQ(QuoteIdentifier("name"), "name");
}

}  // namespace
}  // namespace tricklec::catalog
