#include "tricklec/cli/commands/apply_checks.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace tricklec::cli {
namespace {

using source::Code;

std::optional<Code> Finding(const std::string& statement, bool with_ddl = true) {
  source::BufferPtr buffer = source::MakeBuffer("test.sql", statement);
  source::Diagnostics diagnostics;
  CheckApplicable(buffer->All(), with_ddl, diagnostics);
  if (diagnostics.all().empty()) return std::nullopt;
  EXPECT_EQ(diagnostics.all().size(), 1u);
  return diagnostics.all()[0].code;
}

TEST(ApplyChecksTest, OrdinaryStatementsNeedWithDdl) {
  for (const char* statement : {"CREATE INDEX ON t (a)", "CREATE TABLE t (a int)",
                                "INSERT INTO t VALUES (1)", "GRANT SELECT ON t TO r", "SELECT 1",
                                "ANALYZE t", "MERGE INTO nothing PostgreSQL 15 knows"}) {
    EXPECT_EQ(Finding(statement, false), Code::NeedsWithDdl) << statement;
    EXPECT_EQ(Finding(statement), std::nullopt) << statement;
  }
}

TEST(ApplyChecksTest, SettingsAreAlwaysFine) {
  EXPECT_EQ(Finding("SET search_path = app, public", false), std::nullopt);
  EXPECT_EQ(Finding("RESET search_path", false), std::nullopt);
}

TEST(ApplyChecksTest, TransactionControlIsNever) {
  for (const char* statement : {"BEGIN", "START TRANSACTION", "COMMIT", "END", "ROLLBACK", "ABORT",
                                "SAVEPOINT s", "RELEASE s", "PREPARE TRANSACTION 'p'"}) {
    EXPECT_EQ(Finding(statement), Code::TransactionControl) << statement;
    EXPECT_EQ(Finding(statement, false), Code::TransactionControl) << statement;
  }
}

TEST(ApplyChecksTest, WhatCannotRunInATransactionIsFound) {
  for (const char* statement :
       {"VACUUM t", "CREATE DATABASE d", "DROP DATABASE d", "ALTER SYSTEM SET work_mem = '1MB'",
        "CREATE TABLESPACE s LOCATION '/s'", "DROP TABLESPACE s",
        "CREATE INDEX CONCURRENTLY ON t (a)", "DROP INDEX CONCURRENTLY i",
        "REINDEX TABLE CONCURRENTLY t", "REINDEX (CONCURRENTLY) INDEX i",
        "ALTER TABLE p DETACH PARTITION c CONCURRENTLY"}) {
    EXPECT_EQ(Finding(statement), Code::NotInTransaction) << statement;
  }
  for (const char* statement :
       {"REINDEX TABLE t", "DROP INDEX i", "ALTER TABLE p DETACH PARTITION c"}) {
    EXPECT_EQ(Finding(statement), std::nullopt) << statement;
  }
}

TEST(ApplyChecksTest, FirstWordsAreOneShortLine) {
  auto first_words = [](const std::string& text) {
    source::BufferPtr buffer = source::MakeBuffer("test.sql", text);
    return FirstWords(buffer->All());
  };
  EXPECT_EQ(first_words("CREATE  INDEX\n\ti ON t (a)"), "CREATE INDEX i ON t (a)");
  // Cut between characters, not inside one.
  EXPECT_EQ(first_words(std::string(59, 'x') + "éé"), std::string(59, 'x') + "…");
}

}  // namespace
}  // namespace tricklec::cli
