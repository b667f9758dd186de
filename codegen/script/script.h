#pragma once

#include <optional>
#include <string>

#include "tricklec/codegen/sqltree/statement.h"
#include "tricklec/ivm/program.h"

namespace tricklec::codegen::script {

/// The script of one stream table.
struct StreamTableScript {
  std::string sql;
  std::string definition_hash;  ///< 32 hex digits over the statements, comments excluded
};

/// Prints a program as the SQL that creates its stream table (docs/internals.md, "The script of a
/// stream table"), checked by the parser of PostgreSQL.
StreamTableScript Create(const ivm::Program& program);

/// `DROP STREAM TABLE name`.
std::string Drop(const ir::ObjectName& name, bool if_exists, bool cascade);
/// What `ALTER STREAM TABLE` asks of the runtime.
struct Alteration {
  ir::RefreshProperties properties;
  std::optional<bool> suspend;  ///< true for SUSPEND, false for RESUME
};
/// `ALTER STREAM TABLE name action, …`.
std::string Alter(const ir::ObjectName& name, const Alteration& alteration, bool if_exists);
/// The call that sets properties of a stream table in the runtime.
sqltree::Expr SetProperties(const sqltree::QualifiedName& table,
                            const ir::RefreshProperties& properties,
                            std::optional<bool> suspend = std::nullopt);
/// `REFRESH STREAM TABLE name`.
std::string Refresh(const ir::ObjectName& name);

/// Names of a program's choices as the runtime stores them and `inspect` shows them.
const char* NameOf(ir::RefreshMode mode);
const char* NameOf(ivm::Strategy strategy);
const char* NameOf(ivm::LockClass lock_class);
const char* NameOf(ivm::ColumnRole role);
const char* NameOf(ivm::Compare compare);

}  // namespace tricklec::codegen::script
