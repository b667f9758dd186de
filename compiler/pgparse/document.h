#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tricklec/pgparse/node.h"

namespace pg_query {
class ParseResult;
}

namespace tricklec::pgparse {

/// A parse tree with the place of its text and the tokens of that text. Internal to this folder.
class Document : public std::enable_shared_from_this<Document> {
 public:
  Document(std::unique_ptr<pg_query::ParseResult> tree, source::Range text);
  ~Document();

  struct Token {
    uint32_t begin;  ///< relative to the document's text
    uint32_t end;
  };

  const pg_query::ParseResult& tree() const { return *tree_; }
  source::Range text() const { return text_; }
  Node MakeNode(const google::protobuf::Message* message) const;
  /// Index of the token that starts at or contains an offset relative to the text.
  size_t TokenAt(uint32_t offset) const;
  const std::vector<Token>& tokens() const { return tokens_; }
  std::string_view TextOf(const Token& token) const {
    return text_.text().substr(token.begin, token.end - token.begin);
  }

 private:
  std::unique_ptr<pg_query::ParseResult> tree_;
  source::Range text_;
  std::vector<Token> tokens_;
};

/// Gives the files of this folder the message behind a node.
struct NodeAccess {
  static const google::protobuf::Message* Message(const Node& node) { return node.message_; }
};

/// Looks through a wrapping `pg_query.Node`; nullptr for one that is empty.
const google::protobuf::Message* Unwrap(const google::protobuf::Message& message);

}  // namespace tricklec::pgparse
