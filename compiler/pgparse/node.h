#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tricklec/source/buffer.h"

namespace google::protobuf {
class Message;
}

namespace tricklec::pgparse {

class Document;

/// A node of libpg_query's parse tree, read-only and cheap to copy.
///
/// Kinds and fields have the names of `pg_query.proto` (which are those of PostgreSQL's own parse
/// nodes): kind "SelectStmt", field "where_clause". Asking for a field that the kind does not have
/// is an internal error, so a misspelt name fails loudly the first time it runs. A field that is
/// not set gives an empty node, list, string, 0 or false. Nodes keep their document alive.
class Node {
 public:
  Node() = default;

  explicit operator bool() const { return message_ != nullptr; }
  /// Name of the node's type, "" for the empty node.
  std::string_view kind() const;
  bool Is(std::string_view kind_name) const { return kind() == kind_name; }

  /// A field that holds one node (a wrapping `Node` is looked through).
  Node operator[](std::string_view field) const;
  /// A field that holds a list of nodes; empty entries stay, as empty nodes.
  std::vector<Node> List(std::string_view field) const;
  std::string Str(std::string_view field) const;
  int64_t Int(std::string_view field) const;
  bool Bool(std::string_view field) const;
  /// Name of an enumeration's value, such as "AEXPR_OP" or "JOIN_INNER".
  std::string_view Enum(std::string_view field) const;
  /// Whether a field of this name exists in the node's type.
  bool Has(std::string_view field) const;
  /// Names of the fields that are set, in the order of their numbers: lets a reader of a node check
  /// that it left out none.
  std::vector<std::string_view> Fields() const;
  /// The strings of a list of String nodes, as in `A_Expr.name` or `FuncCall.funcname`.
  std::vector<std::string> Names(std::string_view field) const;

  /// All nodes directly below, in the order of their fields; the walk every generic search uses.
  std::vector<Node> Children() const;

  /// Absolute byte offset in the buffer of the node's `location`, which for an operator is the
  /// operator's, not its left operand's. Nothing for kinds without a location.
  std::optional<uint32_t> offset() const;
  /// The text the node covers: from its leftmost token to its rightmost, closing parentheses
  /// included. For a node without any located token, the whole document.
  source::Range range() const;
  /// Only the token at the node's own location (a name, an operator).
  source::Range token() const;

  /// Identity: the same node of the same document.
  friend bool operator==(const Node& a, const Node& b) { return a.message_ == b.message_; }

 private:
  friend class Document;
  friend struct NodeAccess;
  Node(std::shared_ptr<const Document> document, const google::protobuf::Message* message)
      : document_(std::move(document)), message_(message) {}

  std::shared_ptr<const Document> document_;
  const google::protobuf::Message* message_ = nullptr;
};

}  // namespace tricklec::pgparse
