#include "tricklec/codegen/print/doc.h"

#include <string_view>
#include <utility>

#include "tricklec/source/buffer.h"

namespace tricklec::codegen::print {

struct DocNode {
  enum class Kind { Text, Line, SoftLine, HardLine, Concat, Nest, Align, Group };
  Kind kind;
  std::string text;
  int columns = 0;
  std::vector<Doc> parts;
  bool must_break = false;  ///< contains a HardLine
};

namespace {

Doc Make(DocNode::Kind kind, std::string text, int columns, std::vector<Doc> parts) {
  DocNode node{kind, std::move(text), columns, std::move(parts)};
  node.must_break = kind == DocNode::Kind::HardLine;
  for (const Doc& part : node.parts) node.must_break |= part->must_break;
  return std::make_shared<const DocNode>(std::move(node));
}

int Columns(std::string_view text) { return static_cast<int>(source::CountCodePoints(text)); }

struct Item {
  int indent;
  bool broken;
  const DocNode* doc;
};

// Whether `first` and then `after` (a stack), up to the next line end that is printed as one, fit into
// `room` columns.
bool Fits(int room, const std::vector<Item>& after, Item first) {
  std::vector<Item> rest = {first};
  size_t left = after.size();
  while (room >= 0) {
    if (rest.empty()) {
      if (left == 0) return true;
      rest.push_back(after[--left]);
    }
    Item item = rest.back();
    rest.pop_back();
    switch (item.doc->kind) {
      case DocNode::Kind::Text: {
        size_t end = item.doc->text.find('\n');
        if (end != std::string::npos) return Columns(item.doc->text.substr(0, end)) <= room;
        room -= Columns(item.doc->text);
        break;
      }
      case DocNode::Kind::Line:
        if (item.broken) return true;
        --room;
        break;
      case DocNode::Kind::SoftLine:
        if (item.broken) return true;
        break;
      case DocNode::Kind::HardLine: return true;
      case DocNode::Kind::Concat:
        for (auto part = item.doc->parts.rbegin(); part != item.doc->parts.rend(); ++part) {
          rest.push_back({item.indent, item.broken, part->get()});
        }
        break;
      case DocNode::Kind::Nest:
      case DocNode::Kind::Align:
        rest.push_back({item.indent, item.broken, item.doc->parts[0].get()});
        break;
      case DocNode::Kind::Group:
        // Groups after the one in question may still be broken at their first line.
        rest.push_back(
            {item.indent, item.broken && item.doc->must_break, item.doc->parts[0].get()});
        break;
    }
  }
  return false;
}

class Renderer {
 public:
  explicit Renderer(int width) : width_(width) {}

  std::string Run(const Doc& doc) {
    stack_.push_back({0, true, doc.get()});
    while (!stack_.empty()) {
      Item item = stack_.back();
      stack_.pop_back();
      Print(item);
    }
    return std::move(out_);
  }

 private:
  void Print(const Item& item) {
    const DocNode& doc = *item.doc;
    switch (doc.kind) {
      case DocNode::Kind::Text: Write(doc.text); break;
      case DocNode::Kind::Line:
        if (item.broken) {
          NewLine(item.indent);
        } else {
          Write(" ");
        }
        break;
      case DocNode::Kind::SoftLine:
        if (item.broken) NewLine(item.indent);
        break;
      case DocNode::Kind::HardLine: NewLine(item.indent); break;
      case DocNode::Kind::Concat:
        for (auto part = doc.parts.rbegin(); part != doc.parts.rend(); ++part) {
          stack_.push_back({item.indent, item.broken, part->get()});
        }
        break;
      case DocNode::Kind::Nest:
        stack_.push_back({item.indent + doc.columns, item.broken, doc.parts[0].get()});
        break;
      case DocNode::Kind::Align:
        stack_.push_back({column_, item.broken, doc.parts[0].get()});
        break;
      case DocNode::Kind::Group: {
        bool broken = doc.must_break ||
                      !Fits(width_ - column_, stack_, {item.indent, false, doc.parts[0].get()});
        stack_.push_back({item.indent, broken, doc.parts[0].get()});
        break;
      }
    }
  }

  void NewLine(int indent) {
    while (!out_.empty() && out_.back() == ' ') out_.pop_back();
    out_ += '\n';
    at_line_start_ = true;
    column_ = indent;
  }

  void Write(std::string_view text) {
    if (text.empty()) return;
    if (at_line_start_) {
      // The indentation is that of the line end, and empty lines have none.
      out_.append(static_cast<size_t>(column_), ' ');
      at_line_start_ = false;
    }
    out_ += text;
    size_t end = text.rfind('\n');
    if (end == std::string_view::npos) {
      column_ += Columns(text);
    } else {
      column_ = Columns(text.substr(end + 1));
    }
  }

  int width_;
  int column_ = 0;
  bool at_line_start_ = true;
  std::string out_;
  std::vector<Item> stack_;
};

}  // namespace

Doc Text(std::string text) { return Make(DocNode::Kind::Text, std::move(text), 0, {}); }
Doc Line() { return Make(DocNode::Kind::Line, "", 0, {}); }
Doc SoftLine() { return Make(DocNode::Kind::SoftLine, "", 0, {}); }
Doc HardLine() { return Make(DocNode::Kind::HardLine, "", 0, {}); }
Doc Concat(std::vector<Doc> parts) { return Make(DocNode::Kind::Concat, "", 0, std::move(parts)); }
Doc Nest(int columns, Doc doc) { return Make(DocNode::Kind::Nest, "", columns, {std::move(doc)}); }
Doc Align(Doc doc) { return Make(DocNode::Kind::Align, "", 0, {std::move(doc)}); }
Doc Group(Doc doc) { return Make(DocNode::Kind::Group, "", 0, {std::move(doc)}); }

Doc Join(const Doc& separator, const std::vector<Doc>& parts) {
  std::vector<Doc> joined;
  for (const Doc& part : parts) {
    if (!joined.empty()) joined.push_back(separator);
    joined.push_back(part);
  }
  return Concat(std::move(joined));
}

std::string Render(const Doc& doc, int width) { return Renderer(width).Run(doc); }

}  // namespace tricklec::codegen::print
