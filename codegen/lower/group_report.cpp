// What the merging statement finds out for the statements after it: groups that are gone, that lost
// an extreme, that have to be recomputed.
#include "tricklec/codegen/lower/group_lowering.h"

#include <algorithm>

#include "tricklec/source/diagnostic.h"

namespace tricklec::codegen::lower {

namespace sql = sqltree;
using ivm::AccumulatorKind;

namespace {

sql::Expr IsNotTrue(sql::Expr condition) {
  return sql::Make(sql::TemplateText{{{"", std::move(condition)}, {" IS NOT TRUE", nullptr}}});
}

}  // namespace

sql::Expr GroupLowering::IsGone(const std::string& row) const {
  std::vector<sql::Expr> parts;
  for (const ivm::Accumulator& accumulator : groups_.accumulators) {
    sql::Expr value = sql::Col(row, Name(accumulator.column));
    const ir::Type& type = Column(accumulator.column).type;
    if (accumulator.kind == AccumulatorKind::Count) {
      parts.push_back(IsZero(value, type));
    } else if (accumulator.kind == AccumulatorKind::Sum) {
      bool nullable = accumulator.null_when_zero.has_value();
      parts.push_back(IsZero(nullable ? sql::Coalesce(value, Zero(type)) : value, type));
    }
  }
  return sql::AllOf(std::move(parts));
}

bool GroupLowering::HasRowCount() const {
  return groups_.row_count && program_.storage.kind == ivm::StorageKind::Groups;
}

sql::Expr GroupLowering::Exists(const std::string& row) const {
  if (!HasRowCount() || delta_.signs == ivm::Signs::Added) return nullptr;
  return sql::Op(sql::Col(row, Name(*groups_.row_count)), "<>", sql::Int(0));
}

sql::Expr GroupLowering::Reaches(const ivm::Accumulator& accumulator, sql::Expr a, sql::Expr b) {
  bool min = accumulator.kind == AccumulatorKind::Min;
  if (accumulator.call.function.schema == "pg_catalog") {
    return sql::Op(std::move(a), min ? "<=" : ">=", std::move(b));
  }
  return sql::Op(sql::RecordOf({std::move(a)}), min ? "<=" : ">=", sql::RecordOf({std::move(b)}));
}

sql::Expr GroupLowering::HasLost() const {
  std::vector<sql::Expr> parts;
  for (const ivm::Accumulator& accumulator : groups_.accumulators) {
    if (!IsWatched(accumulator)) continue;
    sql::Expr removed = sql::Col(change_, LostName(accumulator.column));
    sql::Expr part = Reaches(accumulator, removed, sql::Col(merged_, Name(accumulator.column)));
    if (AddedValuesAreThere()) {
      sql::Expr added = sql::Col(change_, AddedName(accumulator.column));
      part = sql::AllOf(
          {part, sql::AnyOf({sql::Make(sql::IsNull{added}),
                             sql::Make(sql::Not{Reaches(accumulator, added, removed)})})});
    }
    parts.push_back(std::move(part));
  }
  return sql::AnyOf(std::move(parts));
}

std::vector<sql::SelectItem> GroupLowering::Returned(const std::string& alias) const {
  std::vector<sql::SelectItem> items = {sql::As(sql::Col(alias, "ctid"), "__pgt_row")};
  std::vector<size_t> columns;
  if (lost_ != nullptr) columns = program_.storage.key;
  for (const ivm::Accumulator& accumulator : groups_.accumulators) {
    bool counted =
        accumulator.kind == AccumulatorKind::Count || accumulator.kind == AccumulatorKind::Sum;
    bool is_row_count = HasRowCount() && accumulator.column == *groups_.row_count;
    if ((counted && prunes_) || is_row_count || IsWatched(accumulator)) {
      columns.push_back(accumulator.column);
    }
  }
  for (size_t position : columns)
    items.push_back(sql::As(sql::Col(alias, Name(position)), Name(position)));
  return items;
}

sql::Select GroupLowering::Report(sql::FromItem written) const {
  sql::Select report;
  auto collect = [&](const char* variable, sql::Expr condition) {
    report.items.push_back(
        {sql::Aggregate("array_agg", sql::Col(merged_, "__pgt_row"), std::move(condition)),
         std::nullopt});
    report.into.push_back(sql::Identifier(variable));
  };
  if (prunes_) collect(kGone, IsGone(merged_));
  if (lost_ != nullptr) collect(kLost, sql::AllOf({Exists(merged_), HasLost()}));
  if (all_ != nullptr || derives_) {
    sql::Expr not_lost = lost_ == nullptr ? nullptr : IsNotTrue(HasLost());
    collect(kKept, sql::AllOf({Exists(merged_), not_lost}));
  }
  report.from = {std::move(written)};
  if (lost_ != nullptr) {
    std::vector<sql::Expr> same;
    for (size_t position : program_.storage.key) {
      sql::Expr a = sql::Col(change_, Name(position)), b = sql::Col(merged_, Name(position));
      same.push_back(Column(position).not_null
                         ? Equals(Column(position).type, a, b)
                         // Equality of records takes NULLs as equal and can be merge joined.
                         : sql::Op(sql::RecordOf({a}), "=", sql::RecordOf({b})));
    }
    sql::FromItem changes = sql::Table(Plain(change_), change_);
    if (same.empty()) {
      changes.join = sql::JoinKind::Cross;
    } else {
      changes.join = sql::JoinKind::Inner;
      changes.on = sql::AllOf(std::move(same));
    }
    report.from.push_back(std::move(changes));
  }
  return report;
}

sql::QualifiedName GroupLowering::Plain(const std::string& name) {
  return sql::QualifiedName{sql::Identifier(name)};
}

std::string GroupLowering::ReportComment() const {
  if (!Reports()) return "";
  std::vector<std::string> found;
  if (prunes_) found.push_back("groups that are gone");
  if (lost_ != nullptr) found.push_back("groups that lost an extreme");
  std::string text;
  for (const std::string& part : found) text += (text.empty() ? "; note " : " and ") + part;
  return text;
}

}  // namespace tricklec::codegen::lower
