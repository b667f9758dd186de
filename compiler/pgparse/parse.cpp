#include "tricklec/pgparse/parse.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <pg_query.h>

#include "pg_query.pb.h"
#include "tricklec/pgparse/document.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::pgparse {

namespace {

// libpg_query counts characters from 1; buffers count bytes from 0.
uint32_t ByteOfCharacter(std::string_view text, int position) {
  uint32_t byte = 0;
  for (int character = 1; character < position && byte < text.size(); ++character) {
    do {
      ++byte;
    } while (byte < text.size() && (static_cast<unsigned char>(text[byte]) & 0xC0) == 0x80);
  }
  return byte;
}

source::Range TokenAround(source::Range text, uint32_t byte) {
  std::string_view sv = text.text();
  if (byte >= sv.size()) {  // at the end of input: point at the last visible character
    uint32_t end = text.size();
    while (end > 0 && std::isspace(static_cast<unsigned char>(sv[end - 1]))) --end;
    return text.Sub(end > 0 ? end - 1 : 0, end);
  }
  auto is_word = [&](uint32_t i) {
    auto c = static_cast<unsigned char>(sv[i]);
    return std::isalnum(c) || c == '_' || c >= 0x80;
  };
  uint32_t end = byte + 1;
  if (is_word(byte)) {
    while (end < sv.size() && is_word(end)) ++end;
  }
  return text.Sub(byte, end);
}

// How deep trees may be, in protobuf messages: an operator's or a join's operand is two levels below
// it, a branch of UNION one. Enough for chains of hundreds, and little enough for the stack of
// every later walk. protobuf's own limit of 100 would refuse ordinary statements.
constexpr int kDeepest = 1000;

// The tree, or nullptr if it is too deep.
std::unique_ptr<pg_query::ParseResult> Decode(const PgQueryProtobuf& protobuf) {
  auto tree = std::make_unique<pg_query::ParseResult>();
  google::protobuf::io::CodedInputStream input(reinterpret_cast<const uint8_t*>(protobuf.data),
                                               static_cast<int>(protobuf.len));
  input.SetRecursionLimit(kDeepest);
  return tree->ParseFromCodedStream(&input) ? std::move(tree) : nullptr;
}

}  // namespace

ParseResult Parse(source::Range text) { return ParseReplaced(text, text.text()); }

ParseResult ParseReplaced(source::Range text, std::string_view replacement) {
  TRICKLEC_CHECK(replacement.size() == text.size(), "a replacement moves positions");
  ParseResult result;
  std::string copy(replacement);
  if (size_t nul = copy.find('\0'); nul != std::string::npos) {
    auto at = static_cast<uint32_t>(nul);
    result.error = ParseError{"a NUL byte cannot be part of SQL text", text.Sub(at, at + 1)};
    return result;
  }
  PgQueryProtobufParseResult parsed = pg_query_parse_protobuf(copy.c_str());
  if (parsed.error != nullptr) {
    uint32_t byte = ByteOfCharacter(copy, parsed.error->cursorpos);
    result.error = ParseError{parsed.error->message, TokenAround(text, byte)};
  } else {
    auto tree = Decode(parsed.parse_tree);
    pg_query_free_protobuf_parse_result(parsed);
    if (tree == nullptr) {
      result.error = ParseError{"the statement is nested too deeply", text};
      return result;
    }
    auto document = std::make_shared<const Document>(std::move(tree), text);
    for (const pg_query::RawStmt& raw : document->tree().stmts()) {
      auto begin = static_cast<uint32_t>(raw.stmt_location());
      uint32_t end = raw.stmt_len() > 0 ? begin + static_cast<uint32_t>(raw.stmt_len())
                                        : static_cast<uint32_t>(copy.size());
      while (begin < end && std::isspace(static_cast<unsigned char>(copy[begin]))) ++begin;
      while (begin < end && std::isspace(static_cast<unsigned char>(copy[end - 1]))) --end;
      result.statements.push_back({document->MakeNode(Unwrap(raw.stmt())), text.Sub(begin, end)});
    }
    return result;
  }
  pg_query_free_protobuf_parse_result(parsed);
  return result;
}

Node ParseTypeName(std::string_view text) {
  std::string statement = fmt::format("SELECT NULL::{}", text);
  PgQueryProtobufParseResult parsed = pg_query_parse_protobuf(statement.c_str());
  Node result;
  std::unique_ptr<pg_query::ParseResult> tree =
      parsed.error == nullptr ? Decode(parsed.parse_tree) : nullptr;
  if (tree != nullptr) {
    auto document = std::make_shared<const Document>(std::move(tree), source::Range{});
    const auto& stmts = document->tree().stmts();
    if (stmts.size() == 1 && stmts[0].stmt().has_select_stmt() &&
        stmts[0].stmt().select_stmt().target_list_size() == 1) {
      const pg_query::Node& value = stmts[0].stmt().select_stmt().target_list(0).res_target().val();
      if (value.has_type_cast()) result = document->MakeNode(&value.type_cast().type_name());
    }
  }
  pg_query_free_protobuf_parse_result(parsed);
  return result;
}

std::optional<std::string> CheckGeneratedSql(std::string_view text) {
  std::string copy(text);
  PgQueryProtobufParseResult parsed = pg_query_parse_protobuf(copy.c_str());
  if (parsed.error != nullptr) {
    std::string message =
        fmt::format("{} at character {}", parsed.error->message, parsed.error->cursorpos);
    pg_query_free_protobuf_parse_result(parsed);
    return message;
  }
  std::unique_ptr<pg_query::ParseResult> tree = Decode(parsed.parse_tree);
  pg_query_free_protobuf_parse_result(parsed);
  if (tree == nullptr) return "it is nested too deeply";
  for (const pg_query::RawStmt& raw : tree->stmts()) {
    if (!raw.stmt().has_create_function_stmt() && !raw.stmt().has_do_stmt()) continue;
    auto begin = static_cast<size_t>(raw.stmt_location());
    std::string statement = raw.stmt_len() > 0
                                ? copy.substr(begin, static_cast<size_t>(raw.stmt_len()))
                                : copy.substr(begin);
    PgQueryPlpgsqlParseResult body = pg_query_parse_plpgsql(statement.c_str());
    std::optional<std::string> message;
    if (body.error != nullptr) message = fmt::format("plpgsql: {}", body.error->message);
    pg_query_free_plpgsql_parse_result(body);
    if (message) return message;
  }
  return std::nullopt;
}

}  // namespace tricklec::pgparse
