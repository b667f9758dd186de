#pragma once

#include <string>
#include <string_view>

#include "tricklec/codegen/sqltree/expr.h"
#include "tricklec/ir/source_table.h"

namespace tricklec::codegen::lower {

/// Names of the generated objects of one stream table (docs/internals.md).
class Names {
 public:
  explicit Names(ir::ObjectName stream_table);

  /// `schema.name` as text, the id of the version row and of messages.
  const std::string& id() const { return id_; }
  sqltree::QualifiedName Table() const;
  sqltree::QualifiedName View() const;
  sqltree::QualifiedName Anchor() const;
  /// Rows of a source that wait for the end of the outermost statement.
  sqltree::QualifiedName Pending(const ir::ObjectName& source) const;
  sqltree::Identifier PendingIndex(const ir::ObjectName& source) const;
  /// The change buffer of a source; the runtime makes it.
  static sqltree::QualifiedName Buffer(const ir::ObjectName& source);
  /// `part`: "before", "insert", "update", "delete", "truncate", "pending".
  sqltree::QualifiedName SourceFunction(const ir::ObjectName& source, std::string_view part) const;
  /// `part`: "apply", "fill", "differential", "full".
  sqltree::QualifiedName Function(std::string_view part) const;
  /// An index of the stream table; it stands in the table's schema.
  sqltree::Identifier Index(std::string_view part) const;
  /// The transaction-local setting that counts nested statements.
  std::string DepthSetting() const;

 private:
  ir::ObjectName stream_table_;
  std::string id_;
};

sqltree::QualifiedName ToSql(const ir::ObjectName& name);

}  // namespace tricklec::codegen::lower
