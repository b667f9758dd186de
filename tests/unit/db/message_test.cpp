#include "tricklec/db/message.h"

#include <gtest/gtest.h>

#include "tricklec/db/connection.h"

namespace tricklec::db {
namespace {

TEST(ServerMessageTest, TakesAllPartsApart) {
  ServerMessage message = ParseServerMessage(
      "ERROR:  23505: duplicate key value violates unique constraint \"t_pkey\"\n"
      "DETAIL:  Key (id)=(1) already exists.\n"
      "HINT:  Try\nanother one.\n"
      "CONTEXT:  SQL statement \"INSERT INTO t\"\nPL/pgSQL function f() line 1\n"
      "LOCATION:  _bt_check_unique, nbtinsert.c:666\n");
  EXPECT_EQ(message.severity, "ERROR");
  EXPECT_EQ(message.parts.sqlstate, "23505");
  EXPECT_EQ(message.parts.message, "duplicate key value violates unique constraint \"t_pkey\"");
  EXPECT_EQ(message.parts.detail, "Key (id)=(1) already exists.");
  EXPECT_EQ(message.parts.hint, "Try\nanother one.");
  EXPECT_EQ(message.parts.context, "SQL statement \"INSERT INTO t\"\nPL/pgSQL function f() line 1");
  EXPECT_EQ(message.parts.line, 0u);
}

TEST(ServerMessageTest, FindsThePositionInCodePoints) {
  ServerMessage message = ParseServerMessage(
      "ERROR:  42703: column \"x\" does not exist\n"
      "LINE 12: SELECT 'é', x\n"
      "                     ^\n"
      "LOCATION:  errorMissingColumn, parse_relation.c:3667\n");
  EXPECT_EQ(message.parts.message, "column \"x\" does not exist");
  EXPECT_EQ(message.parts.line, 12u);
  EXPECT_EQ(message.parts.column, 13u);
}

TEST(ServerMessageTest, KnowsOnlyTheLineWhereLibpqCutIt) {
  ServerMessage message = ParseServerMessage(
      "ERROR:  42703: column \"x\" does not exist\n"
      "LINE 3: ...bbbbbbbbbbbbbbbbbbbbbbb, x\n"
      "                                    ^\n");
  EXPECT_EQ(message.parts.line, 3u);
  EXPECT_EQ(message.parts.column, 0u);
}

TEST(ServerMessageTest, GivesNoPositionForAStatementInsideAFunction) {
  ServerMessage message = ParseServerMessage(
      "ERROR:  42P01: relation \"r\" does not exist\n"
      "LINE 1: SELECT * FROM r\n"
      "                      ^\n"
      "QUERY:  SELECT * FROM r\n"
      "CONTEXT:  PL/pgSQL function f() line 1 at SQL statement\n");
  EXPECT_EQ(message.parts.line, 0u);
  EXPECT_EQ(message.parts.context,
            "query: SELECT * FROM r\nPL/pgSQL function f() line 1 at SQL statement");
}

TEST(ServerMessageTest, KeepsMessagesOfSeveralLines) {
  ServerMessage message = ParseServerMessage("ERROR:  P0001: one\n\ntwo\nDETAIL:  three\n");
  EXPECT_EQ(message.parts.message, "one\n\ntwo");
  EXPECT_EQ(message.parts.detail, "three");
}

TEST(ServerMessageTest, KeepsWhatLibpqItselfSays) {
  ServerMessage message = ParseServerMessage("could not connect to server:  no such file\n");
  EXPECT_EQ(message.parts.sqlstate, "");
  EXPECT_EQ(message.parts.message, "could not connect to server:  no such file");
}

TEST(ConnectionTest, AMissingServerIsAnErrorWithoutSqlstate) {
  Result<Connection> connection =
      Connection::Open("host=/nonexistent-directory port=1 dbname=x connect_timeout=2");
  ASSERT_FALSE(connection.ok());
  EXPECT_EQ(connection.error().sqlstate, "");
  EXPECT_NE(connection.error().message.find("/nonexistent-directory"), std::string::npos);
}

}  // namespace
}  // namespace tricklec::db
