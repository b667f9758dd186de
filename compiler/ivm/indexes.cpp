// Indexes that keep recomputation proportional to the change.
//
//   RecomputeGroups    reads σ_{key = g}(source): an index whose leading columns are the group key
//   … of a single row  min(x), max(x): an index on x, which holds the extremes at its ends
//                      anything else reads the whole source; no index changes that
//
// A btree finds NULLs as well; a hash index does not, and holds one column, but of any width.

#include "tricklec/ivm/indexes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "tricklec/catalog/catalog.h"
#include "tricklec/ivm/attributes.h"
#include "tricklec/ivm/excerpt.h"

namespace tricklec::ivm {

namespace {

/// A column or expression that an index has to lead with.
struct IndexColumn {
  std::string text;                 ///< quoted name, or what the query says
  std::optional<size_t> attribute;  ///< position in the source's columns; nothing: an expression
  bool unbounded = false;           ///< too wide for a btree entry, at times
  bool nullable = true;
  std::string label;  ///< unquoted, for IndexNeed
};

class IndexFinder {
 public:
  IndexFinder(const Shape& shape, Program& program, source::Diagnostics& diagnostics)
      : shape_(shape), program_(program), diagnostics_(diagnostics) {
    const auto* scan = ScansOf(shape.input)[0]->As<ir::Scan>();
    alias_ = scan->alias;
    source_ = scan->table;
  }

  void Find() {
    bool recomputes = false;
    for (const Accumulator& accumulator : program_.groups->accumulators) {
      if (accumulator.kind == AccumulatorKind::Recomputed) recomputed_ = true;
      if (IsExtreme(accumulator)) extremes_.push_back(&accumulator);
      recomputes |= accumulator.kind == AccumulatorKind::Recomputed || IsExtreme(accumulator);
    }
    if (!recomputes) return;
    if (program_.storage.kind == StorageKind::Groups) {
      NeedGroupIndex();
    } else if (recomputed_) {
      for (const Reason& reason : program_.strategy_reasons) ReportWholeSource(reason);
    } else {
      for (const Accumulator* extreme : extremes_) NeedExtremeIndex(*extreme);
    }
  }

 private:
  static bool IsExtreme(const Accumulator& accumulator) {
    return accumulator.kind == AccumulatorKind::Min || accumulator.kind == AccumulatorKind::Max;
  }

  std::string SourceName() const {
    return fmt::format("{}.{}", catalog::QuoteIdentifier(source_->name.schema),
                       catalog::QuoteIdentifier(source_->name.name));
  }

  IndexColumn ColumnOf(const ir::ExprPtr& expr, std::string_view name) const {
    IndexColumn column;
    auto attribute = PlainAttribute(expr, shape_.input);
    if (attribute && attribute->alias == alias_) column.attribute = attribute->column;
    column.nullable = expr->props.nullable;
    column.unbounded = !expr->props.type.max_bytes;
    if (column.attribute) {
      column.label = source_->columns[*column.attribute].name;
      column.text = catalog::QuoteIdentifier(column.label);
      return column;
    }
    source::Range range = expr->range.valid() ? expr->range : OverScans(expr, shape_.input)->range;
    column.label = range.valid() ? std::string(range.text()) : std::string(name);
    column.text = "(" + column.label + ")";
    return column;
  }

  // Of joined sources, the index is needed by that which has the column; the others are found from
  // there.
  void Choose(const ir::ExprPtr& expr) {
    auto attribute = PlainAttribute(expr, shape_.input);
    if (!attribute) return;
    alias_ = attribute->alias;
    source_ = attribute->table;
  }

  // ---- groups ---------------------------------------------------------------------------------

  void NeedGroupIndex() {
    const std::vector<ir::ProjectColumn>& keys = shape_.aggregate->keys;
    for (auto key = keys.rbegin(); key != keys.rend(); ++key) Choose(key->expr);
    bool joined = ScansOf(shape_.input).size() > 1;
    std::vector<IndexColumn> columns;
    for (const ir::ProjectColumn& key : keys) {
      IndexColumn column = ColumnOf(key.expr, key.name);
      if (column.attribute || !joined) columns.push_back(std::move(column));
    }
    if (columns.empty()) {
      if (!keys.empty()) ReportWholeSource(program_.lock_reasons.front());
      return;
    }
    const Reason& reason = program_.lock_reasons.front();
    IndexNeed need = MakeNeed(columns, reason.text);
    std::vector<size_t> plain;
    for (const IndexColumn& column : columns) {
      if (column.attribute) plain.push_back(*column.attribute);
    }
    // An index on the plain columns alone narrows enough to be worth no warning.
    if (!plain.empty()) FindServing(plain, columns, need);
    bool expressions_only = plain.empty();
    if (!need.present) {
      need.statement = Statement(columns, LoneExtreme());
      Report(need, expressions_only, reason.range);
    }
    program_.indexes.push_back(std::move(need));
  }

  IndexNeed MakeNeed(const std::vector<IndexColumn>& columns, std::string reason) const {
    IndexNeed need;
    need.source = source_;
    for (const IndexColumn& column : columns) need.columns.push_back(column.label);
    need.reason = std::move(reason);
    return need;
  }

  void FindServing(const std::vector<size_t>& leading, const std::vector<IndexColumn>& columns,
                   IndexNeed& need) const {
    for (const ir::SourceIndex& index : source_->indexes) {
      if (index.partial || !Serves(index, leading, columns)) continue;
      need.present = true;
      need.index_name = index.name;
      return;
    }
  }

  static bool Serves(const ir::SourceIndex& index, const std::vector<size_t>& leading,
                     const std::vector<IndexColumn>& columns) {
    if (index.method == "hash") {
      return std::any_of(columns.begin(), columns.end(), [&](const IndexColumn& column) {
        return column.attribute && !column.nullable && index.columns.size() == 1 &&
               index.columns[0] == *column.attribute && (columns.size() == 1 || column.unbounded);
      });
    }
    if (index.method != "btree" || index.columns.size() < leading.size()) return false;
    auto end = index.columns.begin() + static_cast<ptrdiff_t>(leading.size());
    return std::all_of(leading.begin(), leading.end(), [&](size_t attribute) {
      return std::find(index.columns.begin(), end, attribute) != end;
    });
  }

  // With the argument of the only min or max behind the key, the recomputation reads one entry.
  std::optional<IndexColumn> LoneExtreme() const {
    if (recomputed_ || extremes_.size() != 1) return std::nullopt;
    IndexColumn column = ColumnOf(extremes_[0]->arg, "");
    if (!column.attribute || column.unbounded) return std::nullopt;
    return column;
  }

  std::string Statement(const std::vector<IndexColumn>& columns,
                        const std::optional<IndexColumn>& last) const {
    for (const IndexColumn& column : columns) {
      if (column.unbounded && !column.nullable) {
        return fmt::format("CREATE INDEX ON {} USING hash ({})", SourceName(), column.text);
      }
    }
    std::vector<std::string> texts;
    for (const IndexColumn& column : columns) texts.push_back(column.text);
    if (last && std::find(texts.begin(), texts.end(), last->text) == texts.end()) {
      texts.push_back(last->text);
    }
    return fmt::format("CREATE INDEX ON {} ({})", SourceName(), fmt::join(texts, ", "));
  }

  // ---- a single row ---------------------------------------------------------------------------

  void NeedExtremeIndex(const Accumulator& extreme) {
    source::Range range = RangeOf(extreme);
    if (extreme.filter != nullptr) {
      diagnostics_
          .Report(source::Code::WholeSourceRecomputed, range,
                  fmt::format("{}.{}", source_->name.schema, source_->name.name))
          .AddNote(fmt::format("{} has a FILTER, for which PostgreSQL uses no index",
                               Excerpt(range, extreme.call.function.name)))
          .AddHelp("write the condition in WHERE, in a stream table of its own");
      return;
    }
    Choose(extreme.arg);
    IndexColumn column = ColumnOf(extreme.arg, "argument");
    for (const IndexNeed& other : program_.indexes) {
      if (other.source == source_ && other.columns == std::vector<std::string>{column.label})
        return;
    }
    IndexNeed need =
        MakeNeed({column}, fmt::format("{} reads the source again when the extreme is taken away",
                                       Excerpt(range, extreme.call.function.name)));
    if (column.attribute) {
      for (const ir::SourceIndex& index : source_->indexes) {
        if (index.partial || index.method != "btree" || index.columns.empty() ||
            index.columns[0] != *column.attribute) {
          continue;
        }
        need.present = true;
        need.index_name = index.name;
        break;
      }
    }
    if (!need.present) {
      need.statement = fmt::format("CREATE INDEX ON {} ({})", SourceName(), column.text);
      Report(need, !column.attribute.has_value(), range);
    }
    program_.indexes.push_back(std::move(need));
  }

  source::Range RangeOf(const Accumulator& accumulator) const {
    for (const ir::AggregateColumn& column : shape_.aggregate->aggregates) {
      bool same = column.call.kind == accumulator.call.kind && !column.call.args.empty() &&
                  ir::SameExpr(column.call.args[0], accumulator.arg) &&
                  ir::SameExpr(column.call.filter, accumulator.filter);
      if (same && column.range.valid()) return column.range;
    }
    return shape_.aggregate_range;
  }

  // ---- reports --------------------------------------------------------------------------------

  void Report(const IndexNeed& need, bool expression, source::Range range) {
    if (source_->kind == ir::RelationKind::Auxiliary) return;  // its script makes the index
    if (!range.valid()) range = shape_.aggregate_range;
    std::string table = fmt::format("{}.{}", source_->name.schema, source_->name.name);
    // Expression indexes are not looked into: one may be there already.
    source::Code code =
        expression ? source::Code::ExpressionIndexNeeded : source::Code::MissingIndex;
    diagnostics_.Report(code, range, table, fmt::format("{}", fmt::join(need.columns, ", ")))
        .AddNote(need.reason)
        .AddHelp(fmt::format("`{};`", need.statement));
  }

  void ReportWholeSource(const Reason& reason) {
    source::Range range = reason.range.valid() ? reason.range : shape_.aggregate_range;
    diagnostics_
        .Report(source::Code::WholeSourceRecomputed, range,
                fmt::format("{}.{}", source_->name.schema, source_->name.name))
        .AddNote(reason.text)
        .AddHelp(reason.remedy.empty() ? "add GROUP BY, so that a change concerns one group only"
                                       : reason.remedy);
  }

  const Shape& shape_;
  Program& program_;
  source::Diagnostics& diagnostics_;
  std::string alias_;  ///< the occurrence that an index is looked for
  ir::SourceTablePtr source_;
  bool recomputed_ = false;
  std::vector<const Accumulator*> extremes_;
};

}  // namespace

void FindIndexNeeds(const Shape& shape, Program& program, source::Diagnostics& diagnostics) {
  IndexFinder(shape, program, diagnostics).Find();
}

}  // namespace tricklec::ivm
