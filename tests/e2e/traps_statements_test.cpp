// What statements and triggers of PostgreSQL do that breaks naive maintenance; each test has a
// concrete case by name.
#include "stream_fixture.h"

namespace tricklec::testsupport {
namespace {

class StatementTraps : public StreamFixture {
 protected:
  void MakeSales() {
    Schema("CREATE TABLE sale (id int PRIMARY KEY, k int, v int, s text)");
    Stream("by_k",
           "SELECT k, count(*) AS n, sum(v) AS total, min(v) AS low, max(v) AS high "
           "FROM sale GROUP BY k");
    Stream("added", "SELECT k, count(*) AS n, sum(v) AS total FROM sale GROUP BY k");
    Stream("by_s", "SELECT s, count(*) AS n, sum(v) AS total, max(k) AS high FROM sale GROUP BY s");
    Stream("whole", "SELECT count(*) AS n, sum(v) AS total, max(v) AS high FROM sale");
    Stream("copied", "SELECT id, v FROM sale WHERE k IS NOT NULL", CompareBy::kImage);
    Stream("unkeyed", "SELECT v, s FROM sale", CompareBy::kImage);
    Stream("values_of_v", "SELECT DISTINCT v FROM sale");
  }
};

TEST_F(StatementTraps, OneStatementWithSeveralDataModifyingCtes) {
  MakeSales();
  EXPECT_TRUE(
      HoldAfter("INSERT INTO sale SELECT g, g % 3, g, 'a' FROM generate_series(1, 9) AS g"));
  EXPECT_TRUE(
      HoldAfter("WITH i AS (INSERT INTO sale VALUES (20, 1, 5, 'a')), "
                "j AS (INSERT INTO sale VALUES (21, 1, 6, 'b')), "
                "u AS (UPDATE sale SET v = v + 1 WHERE k = 1), "
                "d AS (DELETE FROM sale WHERE k = 2) SELECT 1"));
  EXPECT_TRUE(
      HoldAfter("WITH d AS (DELETE FROM sale WHERE k = 1 RETURNING *) "
                "INSERT INTO sale SELECT id + 100, k, -v, s FROM d"));
}

TEST_F(StatementTraps, MergeAndUpsertFireInsertAndUpdateTriggers) {
  MakeSales();
  EXPECT_TRUE(
      HoldAfter("INSERT INTO sale SELECT g, g % 3, g, 'a' FROM generate_series(1, 9) AS g"));
  EXPECT_TRUE(
      HoldAfter("INSERT INTO sale VALUES (1, 7, 7, 'x'), (50, 7, 8, 'x') "
                "ON CONFLICT (id) DO UPDATE SET k = excluded.k, v = sale.v + excluded.v"));
  EXPECT_TRUE(
      HoldAfter("MERGE INTO sale USING (VALUES (2, 5), (3, 6), (60, 1)) AS x(id, v) "
                "ON sale.id = x.id WHEN MATCHED AND x.v = 6 THEN DELETE "
                "WHEN MATCHED THEN UPDATE SET v = x.v, k = NULL "
                "WHEN NOT MATCHED THEN INSERT VALUES (x.id, 0, x.v, NULL)"));
}

TEST_F(StatementTraps, CascadesWithinOneTable) {
  Schema(
      "CREATE TABLE node (id int PRIMARY KEY, parent int REFERENCES node ON DELETE CASCADE "
      "ON UPDATE CASCADE, other int REFERENCES node ON DELETE SET NULL ON UPDATE CASCADE, v int)");
  Stream("children",
         "SELECT parent, count(*) AS n, sum(v) AS total, max(v) AS high FROM node "
         "GROUP BY parent");
  Stream("others", "SELECT other, count(*) AS n, sum(v) AS total FROM node GROUP BY other");
  Stream("copied", "SELECT id, parent, other FROM node", CompareBy::kImage);
  Stream("unkeyed", "SELECT parent, v FROM node", CompareBy::kImage);
  EXPECT_TRUE(
      HoldAfter("INSERT INTO node SELECT g, nullif(g / 2, 0), nullif(g / 3, 0), g "
                "FROM generate_series(1, 40) AS g"));
  EXPECT_TRUE(HoldAfter("UPDATE node SET id = 1000 WHERE id = 5"));
  EXPECT_TRUE(HoldAfter("UPDATE node SET id = id + 2000 WHERE id < 4"));
  EXPECT_TRUE(HoldAfter("DELETE FROM node WHERE id IN (2002, 8)"));
  EXPECT_TRUE(
      HoldAfter("WITH d AS (DELETE FROM node WHERE id = 2003) "
                "UPDATE node SET v = -v WHERE id > 20"));
  EXPECT_TRUE(HoldAfter("DELETE FROM node"));
}

TEST_F(StatementTraps, OneRowChangedSeveralTimesByCascades) {
  Schema(
      "CREATE TABLE place (id int PRIMARY KEY);"
      "CREATE TABLE trip (id int PRIMARY KEY, start int REFERENCES place ON UPDATE CASCADE "
      "ON DELETE SET NULL, stop int REFERENCES place ON UPDATE CASCADE ON DELETE CASCADE, v int);"
      "CREATE TABLE single (id int PRIMARY KEY REFERENCES place ON UPDATE CASCADE, v int)");
  // Each sees some of the changes of a row as none.
  Stream("by_start", "SELECT start, count(*) AS n, sum(v) AS total FROM trip GROUP BY start");
  Stream("by_stop", "SELECT stop, count(*) AS n, max(v) AS high FROM trip GROUP BY stop");
  Stream("copied", "SELECT id, start FROM trip", CompareBy::kImage);
  Stream("unkeyed", "SELECT stop, v FROM trip", CompareBy::kImage);
  Stream("singles", "SELECT id, v FROM single", CompareBy::kImage);
  Stream("by_v", "SELECT v, count(*) AS n, min(id) AS low FROM single GROUP BY v");
  session_.Run(
      "INSERT INTO place SELECT generate_series(1, 8);"
      "INSERT INTO trip SELECT g, 1 + g % 8, 1 + g % 3, g FROM generate_series(1, 24) AS g;"
      "INSERT INTO single SELECT g, g % 2 FROM generate_series(1, 8) AS g");
  EXPECT_TRUE(HoldAfter("UPDATE place SET id = id + 100 WHERE id < 4"));
  EXPECT_TRUE(
      HoldAfter("WITH u AS (UPDATE trip SET v = v + 1 WHERE id % 2 = 0), "
                "s AS (UPDATE single SET v = 5 WHERE id > 3) "
                "UPDATE place SET id = id + 1000"));
  EXPECT_TRUE(
      HoldAfter("WITH u AS (UPDATE single SET id = 1102 WHERE id = 1101 AND false), "
                "t AS (UPDATE trip SET start = 1104 WHERE id < 9) "
                "UPDATE place SET id = id + 1 WHERE id = 1103"));
  session_.Run("DELETE FROM single");
  EXPECT_TRUE(
      HoldAfter("WITH u AS (UPDATE trip SET v = v - 1 WHERE id % 3 = 0) "
                "DELETE FROM place WHERE id IN (1102, 1005)"));
  EXPECT_TRUE(HoldAfter("BEGIN ISOLATION LEVEL REPEATABLE READ"));
  EXPECT_TRUE(HoldAfter("UPDATE place SET id = id * 2"));
  EXPECT_TRUE(HoldAfter("COMMIT"));
}

TEST_F(StatementTraps, RowTriggerOfTheUserChangesTheSameTable) {
  MakeSales();
  session_.Run(R"(
    CREATE FUNCTION set_four() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NEW.v = 3 THEN UPDATE sale SET v = 4 WHERE id = NEW.id; END IF;
      IF NEW.v = 13 THEN DELETE FROM sale WHERE id = NEW.id; END IF;
      RETURN NULL; END $$;
    CREATE TRIGGER aaa AFTER INSERT ON sale FOR EACH ROW EXECUTE FUNCTION set_four();
    CREATE TRIGGER zzz AFTER UPDATE ON sale FOR EACH ROW WHEN (NEW.v = 13)
      EXECUTE FUNCTION set_four();)");
  // Nested changes are delivered first: the group is at count 0 with a sum, then complete.
  EXPECT_TRUE(HoldAfter("INSERT INTO sale VALUES (1, 1, 3, 'a')"));
  EXPECT_TRUE(HoldAfter("INSERT INTO sale VALUES (2, 2, 13, 'b')"));
  EXPECT_TRUE(
      HoldAfter("INSERT INTO sale VALUES (3, 3, NULL, 'c'), (4, 3, 3, 'c'), (5, 4, 13, 'c')"));
  EXPECT_TRUE(HoldAfter("UPDATE sale SET v = 13 WHERE id = 3"));
  EXPECT_TRUE(HoldAfter("UPDATE sale SET v = 13"));
}

TEST_F(StatementTraps, UpdateMakesAGroupWhoseTermsCancel) {
  MakeSales();
  EXPECT_TRUE(
      HoldAfter("INSERT INTO sale VALUES (1, 1, 5, 'a'), (2, 1, -5, 'a'), (3, 2, NULL, 'a')"));
  EXPECT_TRUE(HoldAfter("UPDATE sale SET k = 9 WHERE k = 1"));
  EXPECT_TRUE(HoldAfter("UPDATE sale SET v = NULL WHERE k = 9"));
  EXPECT_TRUE(HoldAfter("UPDATE sale SET k = 9, v = 0 WHERE k = 2"));
  EXPECT_TRUE(HoldAfter("DELETE FROM sale WHERE id = 3"));
}

TEST_F(StatementTraps, SettingOfTheCounterIsUndoneWithItsSubtransaction) {
  MakeSales();
  EXPECT_TRUE(HoldAfter(R"(DO $$ BEGIN
    BEGIN
      INSERT INTO sale VALUES (1, 1, 1, 'a');
      PERFORM 1 / 0;
    EXCEPTION WHEN division_by_zero THEN NULL; END;
    INSERT INTO sale VALUES (2, 1, 2, 'a');
  END $$)"));
  session_.Run(
      "CREATE FUNCTION fail_at(int) RETURNS int LANGUAGE plpgsql AS "
      "'BEGIN IF $1 = 7 THEN RAISE division_by_zero; END IF; RETURN $1; END'");
  EXPECT_TRUE(HoldAfter(R"(DO $$ BEGIN
    BEGIN
      INSERT INTO sale SELECT fail_at(g), 1, 1, 'a' FROM generate_series(5, 8) AS g;
    EXCEPTION WHEN division_by_zero THEN NULL; END;
    UPDATE sale SET v = 9;
  END $$)"));
  session_.Run(
      "BEGIN; INSERT INTO sale VALUES (30, 3, 3, 'c'); SAVEPOINT s;"
      "DELETE FROM sale; ROLLBACK TO s; UPDATE sale SET k = 3");
  EXPECT_TRUE(AllHold());
  EXPECT_TRUE(HoldAfter("RELEASE s; DELETE FROM sale WHERE id = 30"));
  EXPECT_TRUE(HoldAfter("COMMIT"));
}

TEST_F(StatementTraps, StatementThatTouchesNoRow) {
  MakeSales();
  session_.Run("INSERT INTO sale VALUES (1, 1, 1, 'a')");
  EXPECT_TRUE(HoldAfter("UPDATE sale SET v = 5 WHERE false"));
  EXPECT_TRUE(HoldAfter("DELETE FROM sale WHERE id = 99"));
  EXPECT_TRUE(HoldAfter("INSERT INTO sale SELECT * FROM sale WHERE false"));
  EXPECT_TRUE(HoldAfter("INSERT INTO sale VALUES (1, 2, 2, 'b') ON CONFLICT DO NOTHING"));
}

TEST_F(StatementTraps, UpdateOfUnusedColumnsWritesNothing) {
  Schema("CREATE TABLE wide (id int PRIMARY KEY, k int, v numeric, note text)");
  Stream("by_k", "SELECT k, sum(v) AS total, max(v) AS high FROM wide GROUP BY k");
  Stream("rows", "SELECT id, v FROM wide", CompareBy::kImage);
  session_.Run("INSERT INTO wide SELECT g, g % 2, g, 'x' FROM generate_series(1, 6) AS g");
  std::string before = Printed(session_.Rows("SELECT ctid, xmin FROM rows ORDER BY id")) +
                       Printed(session_.Rows("SELECT ctid, xmin FROM by_k ORDER BY k"));
  EXPECT_TRUE(HoldAfter("UPDATE wide SET note = 'y'"));
  EXPECT_TRUE(HoldAfter("UPDATE wide SET v = v, k = k"));
  EXPECT_EQ(before, Printed(session_.Rows("SELECT ctid, xmin FROM rows ORDER BY id")) +
                        Printed(session_.Rows("SELECT ctid, xmin FROM by_k ORDER BY k")));
  // Equal is not identical: 1 becomes 1.00 in the copied row.
  EXPECT_TRUE(HoldAfter("UPDATE wide SET v = v + 0.00"));
}

TEST_F(StatementTraps, CopyFiresOneInsertTrigger) {
  MakeSales();
  EXPECT_TRUE(HoldAfter("COPY sale FROM PROGRAM 'printf \"1,1,1,a\\n2,1,2,b\\n3,,,c\\n\"' CSV"));
}

TEST_F(StatementTraps, TruncateThenInsertInOneTransaction) {
  MakeSales();
  session_.Run("INSERT INTO sale SELECT g, g % 3, g, 'a' FROM generate_series(1, 9) AS g");
  session_.Run("BEGIN");
  EXPECT_TRUE(HoldAfter("TRUNCATE sale"));
  EXPECT_TRUE(HoldAfter("INSERT INTO sale VALUES (1, 1, 1, 'a')"));
  EXPECT_TRUE(HoldAfter("TRUNCATE sale; INSERT INTO sale VALUES (2, 1, 1, 'a')"));
  EXPECT_TRUE(HoldAfter("COMMIT"));
  session_.Run("BEGIN; SAVEPOINT s; TRUNCATE sale");
  EXPECT_TRUE(AllHold());
  EXPECT_TRUE(HoldAfter("ROLLBACK TO s"));
  EXPECT_TRUE(HoldAfter("INSERT INTO sale VALUES (3, 1, 1, 'a'); COMMIT"));
}

TEST_F(StatementTraps, TruncateInsideATriggerOfAnotherStatement) {
  MakeSales();
  Schema("CREATE TABLE other (a int)");
  session_.Run(R"(
    CREATE FUNCTION empty_sale() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO sale VALUES (90, 9, 9, 'z');
      TRUNCATE sale;
      INSERT INTO sale VALUES (91, 9, 1, 'z');
      RETURN NULL; END $$;
    CREATE TRIGGER empty AFTER INSERT ON other FOR EACH STATEMENT EXECUTE FUNCTION empty_sale();
    INSERT INTO sale VALUES (1, 1, 1, 'a');)");
  EXPECT_TRUE(HoldAfter("INSERT INTO other VALUES (1)"));
  // Never inside a statement on the table itself: PostgreSQL refuses, so no change can be pending.
  EXPECT_TRUE(FailsWith(session_, "55006",
                        "WITH i AS (INSERT INTO other VALUES (1)) "
                        "INSERT INTO sale VALUES (5, 5, 5, 'e')"));
  EXPECT_TRUE(AllHold());
  EXPECT_TRUE(HoldAfter("INSERT INTO sale VALUES (5, 5, 5, 'e')"));
}

TEST_F(StatementTraps, KeysSwappedInOneUpdate) {
  Schema("CREATE TABLE pair (id int PRIMARY KEY DEFERRABLE, k int, v numeric)");
  Stream("copied", "SELECT id, k, v FROM pair", CompareBy::kImage);
  Stream("by_id", "SELECT id, sum(v) AS total FROM pair GROUP BY id");
  session_.Run("INSERT INTO pair VALUES (1, 10, 1.0), (2, 20, 2.00), (3, 30, 3)");
  EXPECT_TRUE(HoldAfter("UPDATE pair SET id = CASE id WHEN 1 THEN 2 ELSE 1 END WHERE id < 3"));
  EXPECT_TRUE(HoldAfter("UPDATE pair SET id = 1 + id % 3"));
  // A deferrable key proves nothing inside a transaction.
  session_.Run("BEGIN; SET CONSTRAINTS ALL DEFERRED; INSERT INTO pair VALUES (1, 99, 9)");
  EXPECT_TRUE(AllHold());
  EXPECT_TRUE(HoldAfter("UPDATE pair SET v = v + 1 WHERE id = 1"));
  EXPECT_TRUE(HoldAfter("DELETE FROM pair WHERE k = 99"));
  EXPECT_TRUE(HoldAfter("COMMIT"));
}

TEST_F(StatementTraps, KeyMovesOntoAKeyThatGoesInTheSameStatement) {
  Schema("CREATE TABLE pair (id int PRIMARY KEY, v int)");
  Stream("copied", "SELECT id, v FROM pair", CompareBy::kImage);
  Stream("doubled", "SELECT v * 2 AS twice, id FROM pair WHERE v < 100", CompareBy::kImage);
  session_.Run("INSERT INTO pair SELECT g, g FROM generate_series(1, 5) AS g");
  EXPECT_TRUE(
      HoldAfter("WITH d AS (DELETE FROM pair WHERE id = 2 RETURNING *) "
                "INSERT INTO pair SELECT 2, v + 50 FROM d"));
  EXPECT_TRUE(HoldAfter("UPDATE pair SET id = id + 10"));
  EXPECT_TRUE(
      HoldAfter("WITH d AS (DELETE FROM pair WHERE id = 11) "
                "UPDATE pair SET v = 200 WHERE id = 12"));
}

TEST_F(StatementTraps, OneOfThreeEqualRowsIsDeleted) {
  Schema("CREATE TABLE bag (a int, b text)");
  Stream("rows", "SELECT a, b FROM bag", CompareBy::kImage);
  Stream("values_of_a", "SELECT DISTINCT a FROM bag");
  Stream("groups", "SELECT a, b, count(*) AS n FROM bag GROUP BY a, b");
  session_.Run("INSERT INTO bag VALUES (1, 'x'), (1, 'x'), (1, 'x'), (NULL, NULL), (NULL, NULL)");
  EXPECT_TRUE(HoldAfter("DELETE FROM bag WHERE ctid = (SELECT min(ctid) FROM bag WHERE a = 1)"));
  EXPECT_TRUE(
      HoldAfter("DELETE FROM bag WHERE ctid = (SELECT max(ctid) FROM bag WHERE a IS NULL)"));
  EXPECT_TRUE(HoldAfter("UPDATE bag SET a = 1, b = 'x' WHERE a IS NULL"));
  EXPECT_TRUE(HoldAfter("UPDATE bag SET a = 2 WHERE ctid = (SELECT min(ctid) FROM bag)"));
  EXPECT_TRUE(HoldAfter("DELETE FROM bag WHERE a = 1"));
}

TEST_F(StatementTraps, InsertUpdateAndDeleteOfOneRowInOneTransaction) {
  MakeSales();
  session_.Run("BEGIN; INSERT INTO sale VALUES (1, 1, 1, 'a')");
  EXPECT_TRUE(HoldAfter("UPDATE sale SET v = 2, k = 2"));
  EXPECT_TRUE(HoldAfter("UPDATE sale SET id = 5"));
  EXPECT_TRUE(HoldAfter("DELETE FROM sale"));
  EXPECT_TRUE(HoldAfter("COMMIT"));
}

TEST_F(StatementTraps, PreparedTransactionHoldsChanges) {
  MakeSales();
  EXPECT_TRUE(HoldAfter("BEGIN; INSERT INTO sale VALUES (1, 1, 1, 'a'); PREPARE TRANSACTION 'p'"));
  EXPECT_TRUE(HoldAfter("COMMIT PREPARED 'p'"));
  EXPECT_TRUE(
      HoldAfter("BEGIN; INSERT INTO sale VALUES (2, 1, 1, 'a') ON CONFLICT (id) DO UPDATE "
                "SET v = 3; PREPARE TRANSACTION 'q'"));
  EXPECT_TRUE(HoldAfter("ROLLBACK PREPARED 'q'"));
}

TEST_F(StatementTraps, MaintenanceErrorNamesStreamTableAndSource) {
  Schema("CREATE TABLE sale (id int PRIMARY KEY, v int)");
  Stream("ratio", "SELECT id, 10 / v AS q FROM sale", CompareBy::kImage);
  EXPECT_TRUE(
      FailsWith(session_, "22012", "INSERT INTO sale VALUES (1, 0)", "public.ratio/public.sale"));
  EXPECT_EQ(session_.Text("SELECT count(*) FROM sale"), "0");
  EXPECT_TRUE(HoldAfter("INSERT INTO sale VALUES (1, 5)"));
  EXPECT_TRUE(FailsWith(session_, "22012", "UPDATE sale SET v = 0"));
  EXPECT_TRUE(AllHold());
}

TEST_F(StatementTraps, FilterIsEvaluatedBeforeTheProjectionThatWouldRaise) {
  Schema("CREATE TABLE sale (id int PRIMARY KEY, k int, v int)");
  Stream("ratio", "SELECT id, 10 / v AS q FROM sale WHERE v <> 0", CompareBy::kImage);
  Stream("ratios", "SELECT 10 / v AS q, count(*) AS n FROM sale WHERE v <> 0 GROUP BY 10 / v");
  Stream("inner_filter",
         "SELECT k, sum(10 / x.v) AS q FROM (SELECT * FROM sale WHERE v <> 0) AS x "
         "GROUP BY k");
  Stream("case_filter",
         "SELECT k, sum(CASE WHEN v <> 0 THEN 10 / v END) AS q, "
         "max(10 / nullif(v, 0)) AS m FROM sale GROUP BY k");
  EXPECT_TRUE(HoldAfter("INSERT INTO sale VALUES (1, 1, 0), (2, 1, 5), (3, 2, 0)"));
  EXPECT_TRUE(HoldAfter("UPDATE sale SET v = 5 - v"));
  EXPECT_TRUE(HoldAfter("UPDATE sale SET v = 0 WHERE id = 1"));
  EXPECT_TRUE(HoldAfter("DELETE FROM sale WHERE v = 0"));
}

TEST_F(StatementTraps, RowOfOldStateWouldRaiseButTheQueryNeverDoes) {
  Schema("CREATE TABLE sale (id int PRIMARY KEY, k int, v int)");
  Stream("share", "SELECT k, 100 / sum(v) AS q, count(*) AS n FROM sale GROUP BY k");
  session_.Run("INSERT INTO sale VALUES (1, 1, 5), (2, 2, 7)");
  // In between, one of the groups has a sum of zero; no state of the table ever has.
  EXPECT_TRUE(
      HoldAfter("WITH d AS (DELETE FROM sale WHERE id = 1) INSERT INTO sale VALUES (3, 1, 9)"));
  EXPECT_TRUE(HoldAfter("UPDATE sale SET k = 3 - k"));
  EXPECT_TRUE(
      HoldAfter("INSERT INTO sale VALUES (3, 5, 5), (4, 4, 4) "
                "ON CONFLICT (id) DO UPDATE SET k = excluded.k, v = excluded.v"));
  EXPECT_TRUE(FailsWith(session_, "22012", "INSERT INTO sale VALUES (10, 4, -4)"));
  EXPECT_TRUE(AllHold());
}

TEST_F(StatementTraps, WritesThroughAViewAndAFunction) {
  MakeSales();
  session_.Run(
      "CREATE VIEW writable AS SELECT * FROM sale WHERE k = 1 WITH CHECK OPTION;"
      "CREATE FUNCTION add_sale(int) RETURNS void LANGUAGE sql AS "
      "'INSERT INTO sale VALUES ($1, 1, $1, ''f'')';"
      "CREATE RULE also AS ON DELETE TO writable DO ALSO UPDATE sale SET v = 0");
  EXPECT_TRUE(HoldAfter("INSERT INTO writable VALUES (1, 1, 1, 'a'), (2, 1, 1, 'a')"));
  EXPECT_TRUE(HoldAfter("SELECT add_sale(g) FROM generate_series(10, 13) AS g"));
  EXPECT_TRUE(HoldAfter("DELETE FROM writable WHERE id = 1"));
}

TEST_F(StatementTraps, RowsWrittenInLoopsOfOneTransaction) {
  MakeSales();
  EXPECT_TRUE(HoldAfter(R"(DO $$ BEGIN
    FOR i IN 1 .. 300 LOOP
      INSERT INTO sale VALUES (i, i % 4, i, 'x' || i % 3);
      IF i % 3 = 0 THEN UPDATE sale SET v = -v WHERE id = i - 1; END IF;
      IF i % 7 = 0 THEN DELETE FROM sale WHERE id = i - 3; END IF;
    END LOOP; END $$)"));
}

}  // namespace
}  // namespace tricklec::testsupport
