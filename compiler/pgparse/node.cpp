#include "tricklec/pgparse/node.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <pg_query.h>

#include <algorithm>

#include "pg_query.pb.h"
#include "tricklec/pgparse/document.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::pgparse {

namespace pb = google::protobuf;

namespace {

const pb::FieldDescriptor& FieldOf(const pb::Message& message, std::string_view field) {
  const pb::FieldDescriptor* descriptor =
      message.GetDescriptor()->FindFieldByName(std::string(field));
  TRICKLEC_CHECK(descriptor != nullptr, fmt::format("parse node {} has no field {}",
                                                    message.GetDescriptor()->name(), field));
  return *descriptor;
}

// The last token of a qualified name that starts at `token`, or `token` itself. Names that the
// grammar made up (`pg_catalog.extract`) have fewer tokens than parts.
size_t EndOfName(const Document& document, const Node& node, size_t token) {
  bool named = node.Is("ColumnRef") || node.Is("RangeVar") || node.Is("FuncCall");
  const auto& tokens = document.tokens();
  while (named && token + 2 < tokens.size() && document.TextOf(tokens[token + 1]) == ".")
    token += 2;
  return token;
}

// Widens [first, last] (token indexes) over all located tokens of a subtree.
void Widen(const Document& document, const Node& node, size_t& first, size_t& last, bool& found) {
  const pb::Message* message = NodeAccess::Message(node);
  // In proto3 an unset location reads as 0; only a node whose text starts the document may have it.
  if (auto offset = node.offset(); offset && !document.tokens().empty()) {
    uint32_t relative = *offset - document.text().begin;
    bool is_names_only =
        message->GetDescriptor() == pg_query::TypeName::descriptor() && relative == 0;
    if (!is_names_only) {
      size_t token = document.TokenAt(relative);
      size_t end = EndOfName(document, node, token);
      first = found ? std::min(first, token) : token;
      last = found ? std::max(last, end) : end;
      found = true;
    }
  }
  for (const Node& child : node.Children()) Widen(document, child, first, last, found);
}

}  // namespace

const pb::Message* Unwrap(const pb::Message& message) {
  if (message.GetDescriptor() != pg_query::Node::descriptor()) return &message;
  const pb::OneofDescriptor* oneof = message.GetDescriptor()->oneof_decl(0);
  const pb::FieldDescriptor* set = message.GetReflection()->GetOneofFieldDescriptor(message, oneof);
  return set == nullptr ? nullptr : &message.GetReflection()->GetMessage(message, set);
}

Document::Document(std::unique_ptr<pg_query::ParseResult> tree, source::Range text)
    : tree_(std::move(tree)), text_(text) {
  std::string copy(text.text());
  PgQueryScanResult scanned = pg_query_scan(copy.c_str());
  if (scanned.error == nullptr) {
    pg_query::ScanResult result;
    result.ParseFromArray(scanned.pbuf.data, static_cast<int>(scanned.pbuf.len));
    for (const pg_query::ScanToken& token : result.tokens()) {
      if (token.token() == pg_query::SQL_COMMENT || token.token() == pg_query::C_COMMENT) continue;
      tokens_.push_back({static_cast<uint32_t>(token.start()), static_cast<uint32_t>(token.end())});
    }
  }
  pg_query_free_scan_result(scanned);
}

Document::~Document() = default;

Node Document::MakeNode(const pb::Message* message) const {
  return message == nullptr ? Node() : Node(shared_from_this(), message);
}

size_t Document::TokenAt(uint32_t offset) const {
  auto after = std::upper_bound(tokens_.begin(), tokens_.end(), offset,
                                [](uint32_t o, const Token& t) { return o < t.begin; });
  return after == tokens_.begin() ? 0 : static_cast<size_t>(after - tokens_.begin()) - 1;
}

std::string_view Node::kind() const {
  return message_ == nullptr ? std::string_view() : message_->GetDescriptor()->name();
}

bool Node::Has(std::string_view field) const {
  return message_ != nullptr &&
         message_->GetDescriptor()->FindFieldByName(std::string(field)) != nullptr;
}

Node Node::operator[](std::string_view field) const {
  if (message_ == nullptr) return Node();
  const pb::FieldDescriptor& descriptor = FieldOf(*message_, field);
  TRICKLEC_CHECK(
      descriptor.cpp_type() == pb::FieldDescriptor::CPPTYPE_MESSAGE && !descriptor.is_repeated(),
      fmt::format("{}.{} is not one node", kind(), field));
  if (!message_->GetReflection()->HasField(*message_, &descriptor)) return Node();
  return document_->MakeNode(Unwrap(message_->GetReflection()->GetMessage(*message_, &descriptor)));
}

std::vector<Node> Node::List(std::string_view field) const {
  std::vector<Node> result;
  if (message_ == nullptr) return result;
  const pb::FieldDescriptor& descriptor = FieldOf(*message_, field);
  TRICKLEC_CHECK(descriptor.is_repeated(), fmt::format("{}.{} is not a list", kind(), field));
  const pb::Reflection* reflection = message_->GetReflection();
  for (int i = 0; i < reflection->FieldSize(*message_, &descriptor); ++i) {
    result.push_back(
        document_->MakeNode(Unwrap(reflection->GetRepeatedMessage(*message_, &descriptor, i))));
  }
  return result;
}

std::string Node::Str(std::string_view field) const {
  if (message_ == nullptr) return {};
  const pb::FieldDescriptor& descriptor = FieldOf(*message_, field);
  TRICKLEC_CHECK(descriptor.cpp_type() == pb::FieldDescriptor::CPPTYPE_STRING,
                 fmt::format("{}.{} is not a string", kind(), field));
  return message_->GetReflection()->GetString(*message_, &descriptor);
}

int64_t Node::Int(std::string_view field) const {
  if (message_ == nullptr) return 0;
  const pb::FieldDescriptor& descriptor = FieldOf(*message_, field);
  const pb::Reflection* reflection = message_->GetReflection();
  switch (descriptor.cpp_type()) {
    case pb::FieldDescriptor::CPPTYPE_INT32: return reflection->GetInt32(*message_, &descriptor);
    case pb::FieldDescriptor::CPPTYPE_UINT32: return reflection->GetUInt32(*message_, &descriptor);
    case pb::FieldDescriptor::CPPTYPE_INT64: return reflection->GetInt64(*message_, &descriptor);
    default: break;
  }
  source::FailInternal(__FILE__, __LINE__, fmt::format("{}.{} is not an integer", kind(), field));
}

bool Node::Bool(std::string_view field) const {
  if (message_ == nullptr) return false;
  const pb::FieldDescriptor& descriptor = FieldOf(*message_, field);
  TRICKLEC_CHECK(descriptor.cpp_type() == pb::FieldDescriptor::CPPTYPE_BOOL,
                 fmt::format("{}.{} is not a boolean", kind(), field));
  return message_->GetReflection()->GetBool(*message_, &descriptor);
}

std::string_view Node::Enum(std::string_view field) const {
  if (message_ == nullptr) return {};
  const pb::FieldDescriptor& descriptor = FieldOf(*message_, field);
  TRICKLEC_CHECK(descriptor.cpp_type() == pb::FieldDescriptor::CPPTYPE_ENUM,
                 fmt::format("{}.{} is not an enumeration", kind(), field));
  return message_->GetReflection()->GetEnum(*message_, &descriptor)->name();
}

std::vector<std::string_view> Node::Fields() const {
  std::vector<std::string_view> result;
  if (message_ == nullptr) return result;
  std::vector<const pb::FieldDescriptor*> fields;
  message_->GetReflection()->ListFields(*message_, &fields);
  for (const pb::FieldDescriptor* field : fields) result.push_back(field->name());
  return result;
}

std::vector<std::string> Node::Names(std::string_view field) const {
  std::vector<std::string> result;
  for (const Node& item : List(field)) {
    TRICKLEC_CHECK(item.Is("String"), fmt::format("{}.{} is not a list of names", kind(), field));
    result.push_back(item.Str("sval"));
  }
  return result;
}

std::vector<Node> Node::Children() const {
  std::vector<Node> result;
  if (message_ == nullptr) return result;
  const pb::Reflection* reflection = message_->GetReflection();
  std::vector<const pb::FieldDescriptor*> fields;
  reflection->ListFields(*message_, &fields);
  for (const pb::FieldDescriptor* field : fields) {
    if (field->cpp_type() != pb::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    int size = field->is_repeated() ? reflection->FieldSize(*message_, field) : 1;
    for (int i = 0; i < size; ++i) {
      const pb::Message& message = field->is_repeated()
                                       ? reflection->GetRepeatedMessage(*message_, field, i)
                                       : reflection->GetMessage(*message_, field);
      if (const pb::Message* child = Unwrap(message)) result.push_back(document_->MakeNode(child));
    }
  }
  return result;
}

std::optional<uint32_t> Node::offset() const {
  if (!Has("location")) return std::nullopt;
  int64_t location = Int("location");
  if (location < 0) return std::nullopt;
  return document_->text().begin + static_cast<uint32_t>(location);
}

source::Range Node::token() const {
  auto position = offset();
  if (!position || document_->tokens().empty()) return range();
  const auto& token = document_->tokens()[document_->TokenAt(*position - document_->text().begin)];
  return document_->text().Sub(token.begin, token.end);
}

source::Range Node::range() const {
  if (message_ == nullptr) return {};
  const auto& tokens = document_->tokens();
  size_t first = 0, last = 0;
  bool found = false;
  Widen(*document_, *this, first, last, found);
  if (!found) return document_->text();
  // A call's location is its name: take in the arguments; and close what was opened inside.
  auto is = [&](size_t i, char c) {
    return document_->TextOf(tokens[i]) == std::string_view(&c, 1);
  };
  if (last + 1 < tokens.size() && is(last + 1, '(')) ++last;
  auto depth = [&] {
    int open = 0;
    for (size_t i = first; i <= last; ++i) open += is(i, '(') ? 1 : is(i, ')') ? -1 : 0;
    return open;
  };
  for (int open = depth(); open > 0 && last + 1 < tokens.size(); open = depth()) ++last;
  for (int open = depth(); open < 0 && first > 0; open = depth()) --first;
  return document_->text().Sub(tokens[first].begin, tokens[last].end);
}

}  // namespace tricklec::pgparse
