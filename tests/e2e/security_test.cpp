// Writers without rights: what a role that may only change the source can do to a stream table, and
// with the rights of its owner.
#include "stream_fixture.h"

namespace tricklec::testsupport {
namespace {

class Security : public StreamFixture {
 protected:
  Security() {
    TestServer::Shared().EnsureRole("plain writer");
    TestServer::Shared().EnsureRole("table owner");
    TestServer::Shared().EnsureRole("stream owner");
    Schema("CREATE TABLE sale (id int PRIMARY KEY, k int, v int, s text)");
    session_.Run(
        "INSERT INTO sale SELECT g, g % 3, g, 'x' || g % 2 FROM generate_series(1, 9) AS g;"
        "GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON sale TO \"plain writer\";"
        "GRANT CREATE ON SCHEMA public TO \"plain writer\"");
    Stream("by_k", "SELECT k, count(*) AS n, sum(v) AS total, min(v) AS low FROM sale GROUP BY k");
    Stream("by_s",
           "SELECT s, count(*) AS n, sum(v) AS total, max(v) AS high FROM sale WHERE v > 1 GROUP "
           "BY s");
    Stream("copied", "SELECT id, v + 1 AS next FROM sale WHERE s = 'x1'", CompareBy::kImage);
    Stream("unkeyed", "SELECT v, s FROM sale", CompareBy::kImage);
    Stream("whole", "SELECT count(*) AS n, sum(v) AS total FROM sale");
  }

  /// Statements of every kind, as a script.
  static std::string Changes() {
    return "INSERT INTO public.sale VALUES (20, 1, 5, 'x1'), (21, NULL, NULL, NULL);"
           "UPDATE public.sale SET v = v * 2, s = 'x1' WHERE k = 1;"
           "INSERT INTO public.sale VALUES (1, 2, 2, 'a') ON CONFLICT (id) DO UPDATE SET v = 7, k "
           "= 0;"
           "DELETE FROM public.sale WHERE k = 2 OR k IS NULL;";
  }
};

TEST_F(Security, WriterNeedsNothingButTheSource) {
  Session writer = database_.Connect("plain writer");
  writer.Run(Changes());
  EXPECT_TRUE(AllHold());
  writer.Run("TRUNCATE public.sale; INSERT INTO public.sale VALUES (1, 1, 1, 'x1')");
  EXPECT_TRUE(AllHold());
  EXPECT_TRUE(FailsWith(writer, "42501", "SELECT * FROM by_k"));
}

TEST_F(Security, FunctionsOperatorsAndCastsOfTheWriterAreNeverCalled) {
  Session writer = database_.Connect("plain writer");
  // Each would be chosen if a name were looked up in the writer's path before pg_catalog.
  writer.Run(R"(
    CREATE TABLE public.trace (who text, what text);
    GRANT ALL ON public.trace TO PUBLIC;
    CREATE FUNCTION public.evil(int, int) RETURNS boolean LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO public.trace VALUES (current_user, 'operator'); RETURN false; END $$;
    CREATE FUNCTION public.evil_plus(bigint, bigint) RETURNS bigint LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO public.trace VALUES (current_user, 'plus'); RETURN 0; END $$;
    CREATE FUNCTION public.evil_text(text, text) RETURNS boolean LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO public.trace VALUES (current_user, 'text'); RETURN false; END $$;
    CREATE OPERATOR public.= (LEFTARG = int, RIGHTARG = int, FUNCTION = public.evil);
    CREATE OPERATOR public.<> (LEFTARG = int, RIGHTARG = int, FUNCTION = public.evil);
    CREATE OPERATOR public.> (LEFTARG = int, RIGHTARG = int, FUNCTION = public.evil);
    CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = public.evil_text);
    CREATE OPERATOR public.<> (LEFTARG = text, RIGHTARG = text, FUNCTION = public.evil_text);
    CREATE OPERATOR public.+ (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = public.evil_plus);
    CREATE FUNCTION public.count(int) RETURNS bigint LANGUAGE sql AS 'SELECT 99::bigint';
    CREATE FUNCTION public.coalesce_(int) RETURNS int LANGUAGE sql AS 'SELECT 99';
    CREATE FUNCTION public.set_config(text, text, boolean) RETURNS text LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO public.trace VALUES (current_user, 'set_config'); RETURN '5'; END $$;
    CREATE FUNCTION public.current_setting(text, boolean) RETURNS text LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO public.trace VALUES (current_user, 'current_setting'); RETURN '5'; END $$;
    CREATE FUNCTION public.current_setting(text) RETURNS text LANGUAGE sql AS $$ SELECT '5' $$;
    CREATE TABLE public.__pgt_new (LIKE public.sale);
    CREATE TABLE public.__pgt_old (LIKE public.sale);
    SET search_path = public, pg_catalog;)");
  writer.Run(Changes());
  EXPECT_TRUE(AllHold());
  // And in the temporary schema, which is searched first where a path does not say otherwise.
  writer.Run(R"(
    CREATE TEMP TABLE sale AS TABLE public.sale WITH NO DATA;
    CREATE TEMP TABLE by_k (k int, n bigint, total bigint, low int);
    CREATE TEMP TABLE __pgt_new (id int, k int, v int, s text);
    CREATE TEMP TABLE __pgt_old (id int, k int, v int, s text);
    CREATE TEMP TABLE version (id text, xid xid8);
    CREATE TEMP TABLE pg_class (oid oid);
    INSERT INTO pg_temp.__pgt_new VALUES (77, 77, 77, '77');
    CREATE DOMAIN pg_temp.int4 AS pg_catalog.int4 CHECK (VALUE <> 5);
    CREATE TYPE pg_temp.bigint AS ENUM ('x');
    CREATE FUNCTION pg_temp.evil_sum(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
    SET search_path = pg_temp, public, pg_catalog;)");
  writer.Run("DELETE FROM public.sale");
  writer.Run(Changes());
  writer.Run(
      "RESET search_path; INSERT INTO public.sale SELECT g, g % 3, g, 'x1' FROM "
      "generate_series(100, 1500) AS g; DELETE FROM public.sale WHERE id OPERATOR(pg_catalog.>) "
      "200;");
  EXPECT_TRUE(AllHold());
  EXPECT_EQ(session_.Text("SELECT count(*) FROM trace WHERE who <> 'plain writer'"), "0");
}

TEST_F(Security, ForgedDepthIsNeverSilentlyStale) {
  std::string settings;
  for (const std::vector<Value>& row :
       session_.Rows("SELECT DISTINCT m[1] FROM pg_proc, regexp_matches(prosrc, "
                     "'(pgtrickle\\.depth_[0-9a-f]+)', 'g') AS m "
                     "ORDER BY 1")) {
    settings += row[0].value() + " ";
  }
  ASSERT_NE(settings, "");
  std::vector<std::string> names;
  for (size_t at = 0; at < settings.size();) {
    size_t end = settings.find(' ', at);
    names.push_back(settings.substr(at, end - at));
    at = end + 1;
  }
  for (const std::string& name : names) {
    for (const char* value : {"1", "2", "-1", "x", "99999999999999999999", "''"}) {
      Session writer = database_.Connect("plain writer");
      writer.Run("SET " + name + " = " + (std::string(value) == "''" ? "''" : QuoteLiteral(value)));
      (void)writer.TryRun("INSERT INTO sale VALUES (500, 1, 3, 'x1')");
      (void)writer.TryRun("UPDATE sale SET v = v + 1");
      (void)writer.TryRun("BEGIN; DELETE FROM sale WHERE k = 1; COMMIT");
      (void)writer.TryRun("ROLLBACK");
      ASSERT_TRUE(AllHold()) << name << " = " << value;
      (void)writer.TryRun(
          "BEGIN; INSERT INTO sale VALUES (501, 2, 3, 'x1'); SELECT set_config('" + name +
          "', '2', true); INSERT INTO sale VALUES (502, 2, 3, 'x1'); SELECT set_config('" + name +
          "', '0', true); INSERT INTO sale VALUES (503, 2, 3, 'x1'); COMMIT");
      (void)writer.TryRun("ROLLBACK");
      ASSERT_TRUE(AllHold()) << name << " in a transaction";
      (void)writer.TryRun("DELETE FROM sale WHERE id > 499");
      session_.Run("DELETE FROM sale WHERE id > 499");
      ASSERT_TRUE(AllHold());
    }
  }
}

TEST_F(Security, ForgedDepthIsAnErrorAtTheLatestAtCommit) {
  std::string name = session_.Text(
      "SELECT m[1] FROM pg_proc, regexp_matches(prosrc, '(pgtrickle\\.depth_[0-9a-f]+)') AS m "
      "WHERE proname = 'public.by_k/public.sale/insert'");
  Session writer = database_.Connect("plain writer");
  writer.Run("SET " + name + " = '2'");
  std::optional<SqlError> error = writer.TryRun("INSERT INTO sale VALUES (500, 1, 3, 'x1')");
  ASSERT_TRUE(error.has_value());
  EXPECT_NE(error->sqlstate().substr(0, 2), "XX");
  EXPECT_TRUE(AllHold());
}

TEST_F(Security, NobodyChangesTheStreamTableDirectly) {
  Session writer = database_.Connect("plain writer");
  for (const char* change : {"INSERT INTO by_k (k) VALUES (1)", "UPDATE by_k SET n = 0",
                             "DELETE FROM by_k", "TRUNCATE by_k"}) {
    EXPECT_TRUE(FailsWith(writer, "42501", change)) << change;
    EXPECT_TRUE(FailsWith(session_, "55000", change)) << change;
  }
  // Nested in a maintained statement the door is as closed.
  session_.Run(
      "CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS "
      "'BEGIN UPDATE by_k SET n = 0; RETURN NULL; END';"
      "CREATE TRIGGER meddle AFTER INSERT ON sale EXECUTE FUNCTION meddle()");
  EXPECT_TRUE(FailsWith(writer, "42501", "INSERT INTO sale VALUES (90, 1, 1, 'x')"));
  EXPECT_TRUE(AllHold());
  session_.Run("GRANT ALL ON by_k TO \"plain writer\"");
  EXPECT_TRUE(FailsWith(writer, "55000", "UPDATE by_k SET n = 0"));
  EXPECT_TRUE(AllHold());
}

TEST_F(Security, GeneratedFunctionsAreNobodysToCall) {
  Session writer = database_.Connect("plain writer");
  for (const std::vector<Value>& row : session_.Rows(
           "SELECT p.oid::regprocedure::text, p.prorettype = 'trigger'::regtype FROM pg_proc AS p "
           "JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE n.nspname = 'pgtrickle_impl'")) {
    std::string oid = row[0].value();
    EXPECT_EQ(session_.Text("SELECT has_function_privilege('plain writer', " + QuoteLiteral(oid) +
                            ", 'EXECUTE')"),
              "f")
        << oid;
    // A trigger function of ours on a table of the writer's would run with the owner's rights.
    if (row[1] == "t") {
      std::optional<SqlError> error = writer.TryRun(
          "BEGIN; CREATE TABLE mine (id int, k int, v int, s text); CREATE TRIGGER x AFTER INSERT "
          "ON mine "
          "REFERENCING NEW TABLE AS __pgt_new EXECUTE FUNCTION " +
          oid);
      EXPECT_TRUE(error.has_value()) << oid;
      (void)writer.TryRun("ROLLBACK");
    }
  }
  EXPECT_NE(
      session_.Text(
          "SELECT count(*) FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace "
          "WHERE n.nspname = 'pgtrickle_impl'"),
      "0");
}

TEST_F(Security, GeneratedFunctionsPinTheirPathAndAreDefiners) {
  EXPECT_EQ(Printed(session_.Rows("SELECT p.oid::regprocedure FROM pg_proc AS p JOIN pg_namespace "
                                  "AS n ON n.oid = p.pronamespace "
                                  "WHERE n.nspname = 'pgtrickle_impl' AND (NOT p.prosecdef OR NOT "
                                  "('search_path=pg_catalog, pg_temp' = ANY (p.proconfig)))")),
            "");
}

TEST_F(Security, StateAndPendingRowsAreNobodysToRead) {
  Session writer = database_.Connect("plain writer");
  size_t tables = 0;
  for (const std::vector<Value>& row : session_.Rows(
           "SELECT c.oid::regclass::text FROM pg_class AS c JOIN pg_namespace AS n ON "
           "n.oid = c.relnamespace "
           "WHERE n.nspname IN ('pgtrickle_changes', 'pgtrickle_state') AND c.relkind IN "
           // Names, transaction ids and definitions are everybody's to see, as in the catalog.
           "('r', 'v') AND c.oid <> ALL ('{pgtrickle_state.version, pgtrickle_state.alerts, "
           "pgtrickle_state.detached}'::regclass[])")) {
    ++tables;
    EXPECT_TRUE(FailsWith(writer, "42501", "SELECT * FROM " + row[0].value()));
    EXPECT_TRUE(writer.TryRun("DELETE FROM " + row[0].value()).has_value());
  }
  EXPECT_GE(tables, 5u);
  for (const char* table : {"version", "alerts", "detached"}) {
    EXPECT_TRUE(FailsWith(writer, "42501", std::string("DELETE FROM pgtrickle_state.") + table));
  }
}

TEST_F(Security, WriterCannotRefreshDropOrRegister) {
  Session writer = database_.Connect("plain writer");
  EXPECT_TRUE(FailsWith(writer, "42501", "SELECT pgtrickle.drop_stream_table('by_k')"));
  EXPECT_TRUE(FailsWith(writer, "42501", "SELECT pgtrickle.refresh_stream_table('by_k')"));
  EXPECT_TRUE(FailsWith(writer, "42501", "SELECT pgtrickle.populate('by_k')"));
  EXPECT_TRUE(FailsWith(writer, "42501", "ALTER TABLE sale DISABLE TRIGGER ALL"));
  EXPECT_TRUE(FailsWith(writer, "42501", "SET session_replication_role = replica"));
  EXPECT_TRUE(AllHold());
}

TEST_F(Security, OwnerOfTheStreamTableIsAnOrdinaryRole) {
  session_.Run(
      "CREATE SCHEMA shop AUTHORIZATION \"stream owner\"; ALTER TABLE sale OWNER TO \"table "
      "owner\";"
      "GRANT SELECT, TRIGGER ON sale TO \"stream owner\";"
      "SELECT pgtrickle.grant_compile('stream owner')");
  Session owner = database_.Connect("stream owner");
  std::string query = "SELECT k, count(*) AS n, max(v) AS high FROM public.sale GROUP BY k";
  owner.Run(Compile("CREATE STREAM TABLE shop.mine IMMEDIATE AS " + query + ";",
                    schema_ + "CREATE SCHEMA shop;"));
  EXPECT_TRUE(HoldsQuery(session_, "shop.mine", query));
  Session writer = database_.Connect("plain writer");
  writer.Run(Changes());
  EXPECT_TRUE(HoldsQuery(session_, "shop.mine", query));
  EXPECT_TRUE(AllHold());
  EXPECT_TRUE(FailsWith(owner, "42501", "INSERT INTO public.sale VALUES (600, 1, 1, 'x')"));
  EXPECT_TRUE(FailsWith(owner, "55000", "DELETE FROM shop.mine"));
  EXPECT_TRUE(FailsWith(owner, "42501", "SELECT pgtrickle.drop_stream_table('public.by_k')"));
  owner.Run("SELECT pgtrickle.refresh_stream_table('shop.mine')");
  EXPECT_TRUE(HoldsQuery(session_, "shop.mine", query));
  owner.Run("SELECT pgtrickle.drop_stream_table('shop.mine')");
  writer.Run("DELETE FROM public.sale");
  EXPECT_TRUE(AllHold());
}

}  // namespace
}  // namespace tricklec::testsupport
