#include "tricklec/codegen/script/script.h"

#include <fmt/format.h>
#include <xxhash.h>

#include "tricklec/codegen/print/quote.h"
#include "tricklec/codegen/print/statement.h"
#include "tricklec/codegen/script/definition.h"
#include "tricklec/codegen/selfcheck/selfcheck.h"
#include "tricklec/ivm/auxiliaries.h"

namespace tricklec::codegen::script {

namespace {

namespace sql = sqltree;

std::string HashOf(std::string_view text) {
  XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

sql::Select SelectCall(const sql::Expr& call) {
  sql::Select select;
  select.items = {{call, std::nullopt}};
  return select;
}

sql::StatementPtr AsStatement(const Item& item) {
  if (const auto* statement = std::get_if<sql::StatementPtr>(&item.what)) return *statement;
  if (const auto* call = std::get_if<RuntimeCall>(&item.what)) {
    return sql::MakeStatement(SelectCall(call->call));
  }
  return sql::MakeStatement(std::get<sql::DoBlock>(item.what));
}

// One block around everything, for IF NOT EXISTS: returns early where there is nothing to do.
sql::StatementPtr OneBlock(const std::vector<Item>& items) {
  sql::DoBlock block{sql::Identifier("create"), {}};
  for (const Item& item : items) {
    if (!item.comment.empty())
      block.body.statements.push_back(sql::MakePl(sql::PlComment{item.comment}));
    if (const auto* inner = std::get_if<sql::DoBlock>(&item.what)) {
      const sql::PlBody& body = inner->body;
      block.body.declarations.insert(block.body.declarations.end(), body.declarations.begin(),
                                     body.declarations.end());
      block.body.statements.insert(block.body.statements.end(), body.statements.begin(),
                                   body.statements.end());
    } else if (const auto* call = std::get_if<RuntimeCall>(&item.what)) {
      block.body.statements.push_back(sql::MakePl(sql::PlPerform{SelectCall(call->call)}));
    } else {
      block.body.statements.push_back(
          sql::MakePl(sql::PlSql{std::get<sql::StatementPtr>(item.what)}));
    }
  }
  return sql::MakeStatement(std::move(block));
}

// Blank lines stand before everything that is not one of a series of calls or about the object before.
bool StartsParagraph(const Item& item) {
  if (!item.comment.empty()) return true;
  const auto* statement = std::get_if<sql::StatementPtr>(&item.what);
  if (statement == nullptr) return std::holds_alternative<sql::DoBlock>(item.what);
  return std::holds_alternative<sql::CreateFunction>((*statement)->node);
}

std::string StatementsOf(const ivm::Program& program, const lower::Names& names,
                         const std::string& definition_hash) {
  std::vector<Item> items = DefinitionItems(program, names, definition_hash);
  for (const Item& item : items) selfcheck::CheckStatement(print::Print(AsStatement(item)));
  if (program.definition.if_not_exists) return print::Print(OneBlock(items)) + ";\n";
  std::string text;
  for (const Item& item : items) {
    if (!text.empty() && StartsParagraph(item)) text += "\n";
    if (!item.comment.empty()) text += fmt::format("-- {}\n", item.comment);
    text += print::Print(AsStatement(item)) + ";\n";
  }
  return text;
}

std::string CommentBlock(std::string_view text) {
  std::string block;
  size_t begin = 0;
  while (begin <= text.size()) {
    size_t end = text.find('\n', begin);
    if (end == std::string_view::npos) end = text.size();
    std::string_view line = text.substr(begin, end - begin);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    block += line.empty() ? "--\n" : fmt::format("--   {}\n", line);
    begin = end + 1;
  }
  return block;
}

}  // namespace

StreamTableScript Create(const ivm::Program& program) {
  lower::Names names(program.definition.name);
  StreamTableScript result;
  // The hash is over all statements but the one that says the hash.
  result.definition_hash = HashOf(StatementsOf(program, names, ""));
  const source::Range& statement = program.definition.statement;
  result.sql = fmt::format("-- Stream table {}, {}: strategy {}", names.id(), NameOf(program.mode),
                           NameOf(ivm::WorstStrategy(program)));
  if (program.mode == ir::RefreshMode::Immediate) {
    result.sql += fmt::format(", lock class {}", NameOf(ivm::StrongestLock(program)));
  }
  result.sql += ".\n";
  if (statement.valid()) {
    result.sql += fmt::format("-- Compiled from {}:\n{}", statement.buffer->name(),
                              CommentBlock(statement.text()));
  }
  result.sql += "\n" + StatementsOf(program, names, result.definition_hash);
  selfcheck::CheckStatement(result.sql);
  return result;
}

namespace {

sql::Expr CallOf(const char* function, std::vector<sql::Expr> args) {
  sql::Call call{{sql::Identifier("pgtrickle"), sql::Identifier(function)}};
  call.args = std::move(args);
  return sql::Make(std::move(call));
}

std::string Checked(sql::StatementPtr statement) {
  std::string text = print::Print(statement) + ";\n";
  selfcheck::CheckStatement(text);
  return text;
}

std::string Run(const sql::Expr& call) { return Checked(sql::MakeStatement(SelectCall(call))); }

// The call where the stream table exists, else a notice.
std::string RunIfExists(const char* tag, const ir::ObjectName& name, const sql::Expr& call) {
  sql::PlRaise notice;
  notice.notice = true;
  notice.message =
      sql::Str(fmt::format("stream table {}.{} does not exist, skipping", name.schema, name.name));
  sql::Expr missing =
      sql::Make(sql::IsNull{sql::Fn("to_regclass", {sql::Str(print::Quote(lower::ToSql(name)))})});
  sql::DoBlock block{sql::Identifier(tag), {}};
  block.body.statements = {
      sql::MakePl(sql::PlIf{{{std::move(missing), {sql::MakePl(std::move(notice))}}},
                            {sql::MakePl(sql::PlPerform{SelectCall(call)})}})};
  return Checked(sql::MakeStatement(std::move(block)));
}

}  // namespace

sql::Expr SetProperties(const sql::QualifiedName& table, const ir::RefreshProperties& properties,
                        std::optional<bool> suspend) {
  sql::Call call{{sql::Identifier("pgtrickle"), sql::Identifier("alter_stream_table")}};
  call.args = {sql::Str(print::Quote(table))};
  auto add = [&call](const char* parameter, sql::Expr value) {
    call.named_args.emplace_back(sql::Identifier(parameter), std::move(value));
  };
  if (properties.schedule) add("schedule", sql::Str(*properties.schedule));
  if (suspend) add("status", sql::Str(*suspend ? "SUSPENDED" : "ACTIVE"));
  if (properties.atomic) {
    add("diamond_consistency", sql::Str(*properties.atomic ? "atomic" : "none"));
  }
  if (properties.slowest) {
    add("diamond_schedule_policy", sql::Str(*properties.slowest ? "slowest" : "fastest"));
  }
  if (properties.full_threshold) {
    add("full_threshold",
        sql::Make(sql::RawConstant{sql::RawSql(fmt::format("{}", *properties.full_threshold))}));
  }
  return sql::Make(std::move(call));
}

std::string Alter(const ir::ObjectName& name, const Alteration& alteration, bool if_exists) {
  bool only_resumes = !alteration.properties.Any() && alteration.suspend == false;
  sql::Expr call =
      only_resumes ? CallOf("resume_stream_table", {sql::Str(print::Quote(lower::ToSql(name)))})
                   : SetProperties(lower::ToSql(name), alteration.properties, alteration.suspend);
  return if_exists ? RunIfExists("alter", name, call) : Run(call);
}

std::string Drop(const ir::ObjectName& name, bool if_exists, bool cascade) {
  std::vector<sql::Expr> args = {sql::Str(print::Quote(lower::ToSql(name)))};
  if (cascade) args.push_back(sql::Make(sql::RawConstant{sql::RawSql("true")}));
  sql::Expr call = CallOf("drop_stream_table", std::move(args));
  return if_exists ? RunIfExists("drop", name, call) : Run(call);
}

std::string Refresh(const ir::ObjectName& name) {
  return Run(CallOf("refresh_stream_table", {sql::Str(print::Quote(lower::ToSql(name)))}));
}

}  // namespace tricklec::codegen::script
