#include "tricklec/proof/runner.h"

#include <fmt/format.h>

#include <algorithm>

#include "tricklec/proof/names.h"

namespace tricklec::proof {
namespace {

std::optional<db::Error> Try(db::Connection& connection, const std::string& sql) {
  db::Result<db::Rows> done = connection.Run(sql);
  if (done.ok()) return std::nullopt;
  return done.error();
}

std::string Describe(const db::Error& error) {
  return fmt::format("{} (SQLSTATE {})", error.message, error.sqlstate);
}

/// Snapshots that are older than what they would have to show; docs/RUNTIME.md.
bool IsByDesign(const db::Error& error, const Transaction& transaction) {
  bool old_snapshot = transaction.begin.find("ISOLATION") != std::string::npos;
  return old_snapshot && (error.sqlstate == "25001" || error.sqlstate == "40001");
}

}  // namespace

std::string_view NameOf(FailureKind kind) {
  switch (kind) {
    case FailureKind::Differs: return "differs from its query";
    case FailureKind::RefusedHere: return "a statement fails because of stream tables";
    case FailureKind::AcceptedHere: return "a statement that has to fail does not";
    case FailureKind::QueryFails: return "the query fails over rows that were accepted";
    case FailureKind::RefreshFails: return "a refresh fails although the query does not";
    case FailureKind::FallsBack: return "a differential refresh failed and was repeated in full";
    case FailureKind::SourcesDiffer: return "a source has other rows than without stream tables";
    case FailureKind::Server: return "the test could not go on";
  }
  return "";
}

void Counters::Add(const Counters& other) {
  for (const auto& [kind, count] : other.statements) statements[kind] += count;
  for (const auto& [kind, count] : other.refused_by_kind) refused_by_kind[kind] += count;
  for (const auto& [state, count] : other.refused) refused[state] += count;
  refused_by_query += other.refused_by_query;
  refused_by_design += other.refused_by_design;
  transactions += other.transactions;
  comparisons += other.comparisons;
  for (const auto& [name, count] : other.rows) rows[name] = std::max(rows[name], count);
  for (const auto& [name, count] : other.function_calls) function_calls[name] += count;
  branches.insert(other.branches.begin(), other.branches.end());
}

Transaction WithoutLostSavepoints(const Transaction& transaction) {
  Transaction kept = transaction;
  kept.steps.clear();
  std::vector<int> live;
  for (const Step& step : transaction.steps) {
    bool goes_back = step.kind == Step::Kind::RollbackTo || step.kind == Step::Kind::Release;
    auto found = std::find(live.begin(), live.end(), step.level);
    if (goes_back && found == live.end()) continue;
    if (step.kind == Step::Kind::Savepoint) live.push_back(step.level);
    if (step.kind == Step::Kind::RollbackTo) live.erase(found + 1, live.end());
    if (step.kind == Step::Kind::Release) live.erase(found, live.end());
    kept.steps.push_back(step);
  }
  return kept;
}

std::string SavepointSql(const Step& step) {
  switch (step.kind) {
    case Step::Kind::Savepoint: return fmt::format("SAVEPOINT s{}", step.level);
    case Step::Kind::RollbackTo: return fmt::format("ROLLBACK TO SAVEPOINT s{}", step.level);
    case Step::Kind::Release: return fmt::format("RELEASE SAVEPOINT s{}", step.level);
    case Step::Kind::Statement:
    case Step::Kind::Refresh: break;
  }
  return "";
}

Runner::Runner(const Setup& setup, Counters& counters, bool with_twin)
    : setup_(setup), counters_(counters), with_twin_(with_twin) {}

Runner::~Runner() {
  main_.reset();
  twin_.reset();
  for (const std::string& name : {main_name_, twin_name_}) {
    if (!name.empty()) setup_.databases().Drop(name);
  }
}

Failure Runner::ServerFailure(const db::Error& error) const {
  return {FailureKind::Server, std::nullopt, "", Describe(error), error.context, {}, {}};
}

std::optional<Failure> Runner::Start(bool rows_first) {
  rows_first_ = rows_first;
  Databases& databases = setup_.databases();
  auto open = [&](const std::string& original, std::string& name,
                  std::optional<db::Connection>& connection) -> std::optional<Failure> {
    db::Result<std::string> made = databases.Make(original);
    if (!made.ok()) return ServerFailure(made.error());
    name = made.value();
    db::Result<db::Connection> opened = databases.Connect(name);
    if (!opened.ok()) return ServerFailure(opened.error());
    connection.emplace(std::move(opened.value()));
    return std::nullopt;
  };
  std::optional<Failure> failure = open(
      rows_first ? setup_.without_stream_tables() : setup_.with_stream_tables(), main_name_, main_);
  if (!failure && with_twin_) failure = open(setup_.twin(), twin_name_, twin_);
  return failure;
}

std::optional<Failure> Runner::RunRows(const Step& step) {
  bool aborted = false;
  return RunStatement(step, {}, aborted);
}

std::optional<Failure> Runner::EndRows() {
  if (rows_first_) {
    for (const std::string& sql : setup_.StreamTableStatements()) {
      std::optional<db::Error> error = Try(*main_, sql);
      if (!error) continue;
      if (twin_ && QueryFailsOnTwin(false)) {
        // Nothing can be made over such rows: this history is over.
        ++counters_.refused_by_query;
        main_.reset();
        return std::nullopt;
      }
      return Failure{FailureKind::RefusedHere, std::nullopt, "", Describe(*error),
                     error->context,           {},           {}};
    }
    rows_first_ = false;
    (void)Try(*main_, "RESET search_path");
    std::optional<Failure> failure = CompareSources();
    return failure ? failure : Compare(true);
  }
  bool aborted = false;
  std::optional<Failure> failure = Refresh({}, aborted);
  if (!failure) failure = Compare(!aborted);
  return failure ? failure : CompareSources();
}

bool Runner::QueryFailsOnTwin(bool in_transaction) {
  if (in_transaction) (void)twin_->Run("SAVEPOINT tricklec_look");
  bool fails = false;
  for (const StreamTable& table : setup_.definitions().stream_tables) {
    // The text of every row, so that no column is optimised away.
    std::string sql = fmt::format("SELECT count(q::text) FROM {} AS q", table.sql_name);
    if (Try(*twin_, sql)) {
      fails = true;
      break;
    }
  }
  if (in_transaction) {
    (void)twin_->Run("ROLLBACK TO SAVEPOINT tricklec_look; RELEASE SAVEPOINT tricklec_look");
  }
  return fails;
}

std::optional<Failure> Runner::Judge(const std::optional<db::Error>& here,
                                     const std::optional<db::Error>& there,
                                     const Transaction& transaction, bool& query_refuses) {
  if (!twin_) return std::nullopt;
  if (here && there) {
    ++counters_.refused[there->sqlstate];
    return std::nullopt;
  }
  if (there) {
    return Failure{
        FailureKind::AcceptedHere, std::nullopt, "", Describe(*there), there->context, {}, {}};
  }
  if (!here) return std::nullopt;
  if (IsByDesign(*here, transaction)) {
    ++counters_.refused_by_design;
    return std::nullopt;
  }
  query_refuses = QueryFailsOnTwin(true);
  if (query_refuses) {
    ++counters_.refused_by_query;
    return std::nullopt;
  }
  return Failure{
      FailureKind::RefusedHere, std::nullopt, "", Describe(*here), here->context, {}, {}};
}

std::optional<Failure> Runner::RunStatement(const Step& step, const Transaction& transaction,
                                            bool& aborted) {
  std::string sql = Render(step.sql);
  ++counters_.statements[step.statement_kind];
  bool alone = transaction.begin.empty();
  std::optional<db::Error> there;
  if (twin_) {
    // The twin waits until it is known what happens to the other, constraints that are checked
    // at the end included.
    if (alone) (void)twin_->Run("BEGIN");
    there = Try(*twin_, sql);
    if (!there && alone) there = Try(*twin_, "SET CONSTRAINTS ALL IMMEDIATE");
  }
  std::optional<db::Error> here = Try(*main_, sql);
  if (here) ++counters_.refused_by_kind[step.statement_kind];
  bool query_refuses = false;
  bool in_between = here && !there && here->sqlstate.starts_with("22") &&
                    step.statement_kind == StatementKind::Block;
  std::optional<Failure> failure;
  if (in_between) {
    // The query may fail over rows that are there for a moment only.
    ++counters_.refused_by_query;
  } else {
    failure = Judge(here, there, transaction, query_refuses);
  }
  if (failure) return failure;
  if (alone) {
    if (twin_) (void)twin_->Run(here ? "ROLLBACK" : "COMMIT");
  } else if (here) {
    aborted = true;
    return std::nullopt;
  }
  return Compare(false);
}

std::optional<Failure> Runner::CompareOne(size_t index) {
  const StreamTable& table = setup_.definitions().stream_tables[index];
  ++counters_.comparisons;
  db::Result<std::vector<Difference>> found = setup_.comparisons()[index].Run(*main_);
  if (!found.ok()) {
    if (found.error().sqlstate.empty() || found.error().sqlstate.starts_with("08")) {
      return ServerFailure(found.error());
    }
    return Failure{FailureKind::QueryFails,
                   index,
                   table.sql_name,
                   Describe(found.error()),
                   found.error().context,
                   {},
                   {}};
  }
  if (found.value().empty()) return std::nullopt;
  return Failure{
      FailureKind::Differs,
      index,
      table.sql_name,
      fmt::format("{} row{}", found.value().size(), found.value().size() == 1 ? "" : "s"),
      "",
      found.value(),
      {}};
}

std::optional<Failure> Runner::Compare(bool refreshed_too) {
  if (rows_first_ || !main_) return std::nullopt;
  const std::vector<StreamTable>& tables = setup_.definitions().stream_tables;
  for (size_t i = 0; i < tables.size(); ++i) {
    if (!tables[i].immediate() && !refreshed_too) continue;
    if (std::optional<Failure> failure = CompareOne(i)) return failure;
  }
  return std::nullopt;
}

std::optional<Failure> Runner::Refresh(const Transaction& transaction, bool& aborted) {
  const std::vector<StreamTable>& tables = setup_.definitions().stream_tables;
  bool alone = transaction.begin.empty();
  for (size_t i = 0; i < tables.size(); ++i) {
    if (tables[i].immediate()) continue;
    ++counters_.statements[StatementKind::Refresh];
    std::optional<db::Error> error =
        Try(*main_,
            fmt::format("SELECT pgtrickle.refresh_stream_table({})", SqlText(tables[i].sql_name)));
    if (error) {
      if (IsByDesign(*error, transaction)) {
        ++counters_.refused_by_design;
      } else if (twin_ && QueryFailsOnTwin(!alone)) {
        ++counters_.refused_by_query;
      } else if (twin_) {
        return Failure{FailureKind::RefreshFails,
                       i,
                       tables[i].sql_name,
                       Describe(*error),
                       error->context,
                       {},
                       {}};
      }
      aborted = true;
      return std::nullopt;
    }
    if (std::optional<Failure> failure = CompareOne(i)) return failure;
    if (tables[i].mode != ir::RefreshMode::Differential) continue;
    db::Result<db::Rows> reason = main_->Run(fmt::format(
        "SELECT h.reason FROM pgtrickle.pgt_refresh_history h JOIN pgtrickle.pgt_stream_tables s "
        "USING (pgt_id) WHERE s.pgt_relid = {}::regclass ORDER BY h.refresh_id DESC LIMIT 1",
        SqlText(tables[i].sql_name)));
    if (!reason.ok()) return ServerFailure(reason.error());
    if (reason.value().rows.empty()) continue;
    std::string text = reason.value().rows[0][0].value_or("");
    if (text.starts_with("the differential refresh failed")) {
      return Failure{FailureKind::FallsBack, i, tables[i].sql_name, text, "", {}, {}};
    }
  }
  return std::nullopt;
}

std::optional<Failure> Runner::Run(const Transaction& given) {
  if (!main_) return std::nullopt;
  Transaction transaction = WithoutLostSavepoints(given);
  ++counters_.transactions;
  bool alone = transaction.begin.empty();
  bool aborted = false;
  auto both = [&](const std::string& sql) {
    std::optional<db::Error> error = Try(*main_, sql);
    if (twin_) (void)twin_->Run(sql);
    return error;
  };
  if (!alone) both(transaction.begin);
  for (const Step& step : transaction.steps) {
    if (aborted && !alone && step.kind != Step::Kind::RollbackTo) {
      // The twin may not know yet that the transaction is lost; what follows is skipped on both.
      continue;
    }
    std::optional<Failure> failure;
    switch (step.kind) {
      case Step::Kind::Statement: failure = RunStatement(step, transaction, aborted); break;
      case Step::Kind::Refresh: {
        bool refused = false;
        failure = Refresh(transaction, refused);
        if (!failure && !refused) failure = Compare(true);
        if (refused && !alone) aborted = true;
        break;
      }
      case Step::Kind::RollbackTo:
        // A savepoint that was skipped is not there: the transaction stays lost.
        aborted = both(SavepointSql(step)).has_value();
        if (!aborted) failure = Compare(false);
        break;
      case Step::Kind::Savepoint:
      case Step::Kind::Release:
        if (!alone && both(SavepointSql(step))) aborted = true;
        break;
    }
    if (failure) {
      if (!alone) failure->place = Failure::Place::InTransaction;
      return failure;
    }
    if (alone) aborted = false;
  }
  if (alone) return std::nullopt;
  if (aborted || !transaction.commits) {
    both("ROLLBACK");
    return Compare(false);
  }
  std::optional<db::Error> there;
  if (twin_) there = Try(*twin_, "SET CONSTRAINTS ALL IMMEDIATE");
  std::optional<db::Error> here = Try(*main_, "COMMIT");
  bool query_refuses = false;
  std::optional<Failure> failure = Judge(here, there, transaction, query_refuses);
  if (failure) return failure;
  if (twin_) (void)twin_->Run(here ? "ROLLBACK" : "COMMIT");
  return Compare(false);
}

std::optional<Failure> Runner::CompareSources() {
  for (const Table& table : setup_.facts().tables) {
    // Triggers of the user may write the time, or something random.
    static const std::set<std::string> kOfTheMoment = {"timestamp", "timestamptz", "time", "timetz",
                                                       "uuid"};
    std::vector<std::string> columns;
    for (const Column& column : table.columns) {
      if (!kOfTheMoment.contains(column.base)) columns.push_back("t." + column.name);
    }
    std::string row = fmt::format("ROW({})::text COLLATE \"C\"", fmt::join(columns, ", "));
    std::string sql = fmt::format(
        "SELECT count(*), md5(string_agg({}, '|' ORDER BY {})) FROM {} AS t", row, row, table.sql);
    db::Result<db::Rows> here = main_->Run(sql);
    if (!here.ok()) return ServerFailure(here.error());
    size_t count = std::stoul(here.value().rows[0][0].value_or("0"));
    size_t& most = counters_.rows[table.sql];
    most = std::max(most, count);
    if (!twin_) continue;
    db::Result<db::Rows> there = twin_->Run(sql);
    if (!there.ok()) return ServerFailure(there.error());
    if (here.value().rows != there.value().rows) {
      return Failure{FailureKind::SourcesDiffer,
                     std::nullopt,
                     "",
                     fmt::format("table {}", table.sql),
                     "",
                     {},
                     {}};
    }
  }
  return std::nullopt;
}

void Runner::ReadFunctionCalls() {
  db::Result<db::Rows> flushed = main_->Run("SELECT pg_stat_force_next_flush()");
  db::Result<db::Rows> calls = main_->Run(
      "SELECT funcname, calls FROM pg_stat_user_functions WHERE schemaname = 'pgtrickle_impl'");
  if (!flushed.ok() || !calls.ok()) return;
  for (const auto& row : calls.value().rows) {
    counters_.function_calls[row[0].value_or("")] += std::stoul(row[1].value_or("0"));
  }
  if (setup_.branches().empty()) return;
  db::Result<db::Rows> drawn = main_->Run(
      "SELECT substr(sequencename, 8) FROM pg_sequences WHERE schemaname = 'tricklec_test' AND "
      "sequencename LIKE 'branch\\_%' AND last_value IS NOT NULL");
  if (!drawn.ok()) return;
  for (const auto& row : drawn.value().rows) {
    counters_.branches.insert(std::stoul(row[0].value_or("0")));
  }
}

std::optional<Failure> Runner::Finish() {
  if (!main_) return std::nullopt;
  bool refused = false;
  std::optional<Failure> failure = Refresh({}, refused);
  if (!failure && !refused) failure = Compare(true);
  if (!failure) failure = CompareSources();
  ReadFunctionCalls();
  if (failure) failure->place = Failure::Place::AtEnd;
  return failure;
}

std::optional<Failure> Runner::Replay(const History& history) {
  std::optional<Failure> failure = Start(history.rows_first);
  for (const Step& step : history.rows) {
    if (!failure) failure = RunRows(step);
  }
  if (!failure) failure = EndRows();
  for (const Transaction& transaction : history.transactions) {
    if (!failure) failure = Run(transaction);
  }
  return failure ? failure : Finish();
}

}  // namespace tricklec::proof
