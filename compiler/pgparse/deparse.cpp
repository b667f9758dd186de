#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <pg_query.h>

#include "pg_query.pb.h"
#include "tricklec/pgparse/document.h"
#include "tricklec/pgparse/parse.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::pgparse {

namespace pb = google::protobuf;

namespace {

// Copies a tree, putting `$n` where a hole is and other names where a renaming asks for them.
class Copier {
 public:
  Copier(const std::vector<Hole>& holes, const std::vector<Renaming>& renamings)
      : holes_(holes), renamings_(renamings) {}

  void Copy(const pb::Message& from, pb::Message& to) const {
    if (from.GetDescriptor() == pg_query::Node::descriptor()) {
      const pb::Message* inner = Unwrap(from);
      for (size_t i = 0; inner != nullptr && i < holes_.size(); ++i) {
        if (NodeAccess::Message(holes_[i].node) != inner) continue;
        auto& node = static_cast<pg_query::Node&>(to);
        node.mutable_param_ref()->set_number(static_cast<int>(i + 1));
        return;
      }
    }
    const pb::Reflection* reflection = from.GetReflection();
    std::vector<const pb::FieldDescriptor*> fields;
    reflection->ListFields(from, &fields);
    for (const pb::FieldDescriptor* field : fields) {
      if (const Renaming* renaming = RenamingOf(from, *field)) {
        for (const std::string& name : renaming->names) {
          auto* added = reflection->AddMessage(&to, field);
          static_cast<pg_query::Node*>(added)->mutable_string()->set_sval(name);
        }
      } else if (field->cpp_type() != pb::FieldDescriptor::CPPTYPE_MESSAGE) {
        CopyScalar(from, to, *field);
      } else if (field->is_repeated()) {
        for (int i = 0; i < reflection->FieldSize(from, field); ++i) {
          Copy(reflection->GetRepeatedMessage(from, field, i), *reflection->AddMessage(&to, field));
        }
      } else {
        Copy(reflection->GetMessage(from, field), *reflection->MutableMessage(&to, field));
      }
    }
  }

 private:
  const Renaming* RenamingOf(const pb::Message& message, const pb::FieldDescriptor& field) const {
    for (const Renaming& renaming : renamings_) {
      if (NodeAccess::Message(renaming.node) == &message && field.name() == renaming.field) {
        return &renaming;
      }
    }
    return nullptr;
  }

  static void CopyScalar(const pb::Message& from, pb::Message& to,
                         const pb::FieldDescriptor& field) {
    const pb::Reflection* r = from.GetReflection();
    TRICKLEC_CHECK(!field.is_repeated(), "a parse node with a repeated scalar");
    switch (field.cpp_type()) {
      case pb::FieldDescriptor::CPPTYPE_INT32:
        r->SetInt32(&to, &field, r->GetInt32(from, &field));
        return;
      case pb::FieldDescriptor::CPPTYPE_UINT32:
        r->SetUInt32(&to, &field, r->GetUInt32(from, &field));
        return;
      case pb::FieldDescriptor::CPPTYPE_INT64:
        r->SetInt64(&to, &field, r->GetInt64(from, &field));
        return;
      case pb::FieldDescriptor::CPPTYPE_UINT64:
        r->SetUInt64(&to, &field, r->GetUInt64(from, &field));
        return;
      case pb::FieldDescriptor::CPPTYPE_DOUBLE:
        r->SetDouble(&to, &field, r->GetDouble(from, &field));
        return;
      case pb::FieldDescriptor::CPPTYPE_FLOAT:
        r->SetFloat(&to, &field, r->GetFloat(from, &field));
        return;
      case pb::FieldDescriptor::CPPTYPE_BOOL:
        r->SetBool(&to, &field, r->GetBool(from, &field));
        return;
      case pb::FieldDescriptor::CPPTYPE_ENUM:
        r->SetEnum(&to, &field, r->GetEnum(from, &field));
        return;
      case pb::FieldDescriptor::CPPTYPE_STRING:
        r->SetString(&to, &field, r->GetString(from, &field));
        return;
      case pb::FieldDescriptor::CPPTYPE_MESSAGE: break;
    }
    source::FailInternal(__FILE__, __LINE__, "message field copied as a scalar");
  }

  const std::vector<Hole>& holes_;
  const std::vector<Renaming>& renamings_;
};

// Puts a message into the alternative of `pg_query.Node` that has its type.
pb::Message* Wrap(pg_query::Node& node, const pb::Descriptor* type) {
  const pb::Descriptor* descriptor = pg_query::Node::descriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    if (descriptor->field(i)->message_type() == type) {
      return node.GetReflection()->MutableMessage(&node, descriptor->field(i));
    }
  }
  source::FailInternal(__FILE__, __LINE__, fmt::format("{} is not a kind of node", type->name()));
}

std::string Print(const pg_query::ParseResult& tree) {
  std::string bytes = tree.SerializeAsString();
  PgQueryProtobuf protobuf{bytes.size(), bytes.data()};
  PgQueryDeparseResult printed = pg_query_deparse_protobuf(protobuf);
  std::string message = printed.error != nullptr ? printed.error->message : "";
  std::string text = printed.query != nullptr ? printed.query : "";
  pg_query_free_deparse_result(printed);
  TRICKLEC_CHECK(message.empty(), fmt::format("deparse: {}", message));
  return text;
}

pg_query::ParseResult NewTree() {
  pg_query::ParseResult tree;
  tree.set_version(150001);
  return tree;
}

}  // namespace

std::string DeparseExpression(const Node& expression, const std::vector<Hole>& holes,
                              const std::vector<Renaming>& renamings) {
  pg_query::ParseResult tree = NewTree();
  pg_query::SelectStmt* select = tree.add_stmts()->mutable_stmt()->mutable_select_stmt();
  select->set_limit_option(pg_query::LIMIT_OPTION_DEFAULT);
  select->set_op(pg_query::SETOP_NONE);
  pg_query::Node* value = select->add_target_list()->mutable_res_target()->mutable_val();
  const pb::Message* message = NodeAccess::Message(expression);
  TRICKLEC_CHECK(message != nullptr, "deparse of an empty node");
  Copier(holes, renamings).Copy(*message, *Wrap(*value, message->GetDescriptor()));
  constexpr std::string_view kPrefix = "SELECT ";
  std::string text = Print(tree);
  TRICKLEC_CHECK(text.starts_with(kPrefix), "deparse gave something else than a SELECT");
  return text.substr(kPrefix.size());
}

std::string DeparseStatement(const Node& statement) {
  pg_query::ParseResult tree = NewTree();
  const pb::Message* message = NodeAccess::Message(statement);
  TRICKLEC_CHECK(message != nullptr, "deparse of an empty node");
  pb::Message* target = Wrap(*tree.add_stmts()->mutable_stmt(), message->GetDescriptor());
  target->CopyFrom(*message);
  return Print(tree);
}

}  // namespace tricklec::pgparse
