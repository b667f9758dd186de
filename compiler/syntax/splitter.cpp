#include "tricklec/syntax/splitter.h"

#include <string>
#include <string_view>

#include "tricklec/syntax/scanner.h"

namespace tricklec::syntax {

namespace {

using source::Code;
using source::Range;

std::string_view NameOf(TokenKind kind) {
  switch (kind) {
    case TokenKind::QuotedName:
    case TokenKind::UnicodeName: return "quoted identifier";
    case TokenKind::DollarString: return "dollar-quoted string";
    case TokenKind::BlockComment: return "comment";
    default: return "string";
  }
}

std::string_view EndOf(TokenKind kind, std::string_view text) {
  switch (kind) {
    case TokenKind::QuotedName:
    case TokenKind::UnicodeName: return "\"";
    case TokenKind::DollarString: return text.substr(0, text.find('$', 1) + 1);
    case TokenKind::BlockComment: return "*/";
    default: return "'";
  }
}

/// What has been seen of the statement being read, as far as it decides where the statement ends.
class Outline {
 public:
  void Add(const Token& token, std::string_view text) {
    bool is_word = token.kind == TokenKind::Word;
    if (count_ < kHead) head_[count_] = is_word ? text : std::string_view();
    ++count_;
    if (token.kind == TokenKind::Punctuation) {
      if (text == "(") ++depth_;
      if (text == ")" && depth_ > 0) --depth_;
    }
    if (is_word) AddWord(text);
    after_label_ = text == "." || (is_word && IsWord(text, "as"));
    after_begin_ = is_word && IsWord(text, "begin");
    after_from_ = is_word && IsWord(text, "from");
  }

  bool empty() const { return count_ == 0; }

  /// Whether a semicolon here ends the statement.
  bool EndsAtSemicolon() const {
    if (blocks_ > 0) return false;
    return !(depth_ > 0 && CreatesA("rule"));
  }
  bool InAtomicBody() const { return blocks_ > 0; }
  bool ReadsCopyData() const { return from_stdin_ && Head(0, "copy"); }

  bool IsStream() const {
    if (Head(0, "create")) return Head(1, "stream") || (Head(1, "or") && Head(3, "stream"));
    if (Head(0, "alter") || Head(0, "drop") || Head(0, "refresh")) return Head(1, "stream");
    return Head(0, "gate") || Head(0, "ungate");
  }

 private:
  static constexpr size_t kHead = 4;

  bool Head(size_t index, std::string_view word) const { return IsWord(head_[index], word); }
  bool CreatesA(std::string_view kind) const {
    return Head(0, "create") && (Head(1, kind) || (Head(1, "or") && Head(3, kind)));
  }

  void AddWord(std::string_view word) {
    if (after_from_ && IsWord(word, "stdin")) from_stdin_ = true;
    // `x AS end` and `t.case` are labels and column names.
    if (after_label_) return;
    if (blocks_ > 0 && IsWord(word, "case")) {
      ++blocks_;
    } else if (blocks_ > 0 && IsWord(word, "end")) {
      --blocks_;
    } else if (after_begin_ && IsWord(word, "atomic") &&
               (CreatesA("function") || CreatesA("procedure"))) {
      ++blocks_;
    }
  }

  std::string_view head_[kHead];
  size_t count_ = 0;
  int depth_ = 0;
  int blocks_ = 0;
  bool after_label_ = false;
  bool after_begin_ = false;
  bool after_from_ = false;
  bool from_stdin_ = false;
};

class Splitter {
 public:
  Splitter(const source::Buffer& buffer, source::Diagnostics& diagnostics)
      : buffer_(buffer), text_(buffer.text()), diagnostics_(diagnostics) {
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;  // byte order mark
    piece_begin_ = at_;
  }

  Split Run() {
    while (at_ < text_.size()) Step();
    if (!outline_.empty()) {
      if (outline_.InAtomicBody()) {
        diagnostics_
            .Report(Code::UnterminatedToken, buffer_.At(first_, first_), "`BEGIN ATOMIC` body")
            .AddHelp("end the body with `END`");
      }
      Finish(last_end_, last_end_);
    }
    split_.trailing = buffer_.At(piece_begin_, buffer_.size());
    return std::move(split_);
  }

 private:
  void Step() {
    Token token = ScanToken(text_, at_);
    if (token.unterminated) ReportUnterminated(token);
    std::string_view text = text_.substr(token.begin, token.end - token.begin);
    at_ = token.end;
    if (token.IsTrivia()) return;
    if (token.kind == TokenKind::Backslash) {
      if (!outline_.empty()) Finish(last_end_, last_end_);
      ReadPsqlLine(token.begin);
      return;
    }
    if (token.kind == TokenKind::Semicolon) {
      if (outline_.empty()) return;
      if (outline_.EndsAtSemicolon()) {
        bool copy = outline_.ReadsCopyData();
        Finish(last_end_, token.end);
        if (copy) ReadCopyData();
        return;
      }
    }
    if (outline_.empty()) first_ = token.begin;
    last_end_ = token.end;
    outline_.Add(token, text);
  }

  void Finish(uint32_t end, uint32_t terminator_end) {
    Push(outline_.IsStream() ? Piece::Kind::Stream : Piece::Kind::Other, first_, end,
         terminator_end);
    outline_ = Outline();
  }

  void Push(Piece::Kind kind, uint32_t begin, uint32_t end, uint32_t terminator_end) {
    split_.pieces.push_back({kind, buffer_.At(piece_begin_, begin), buffer_.At(begin, end),
                             buffer_.At(end, terminator_end)});
    piece_begin_ = terminator_end;
  }

  uint32_t EndOfLine(uint32_t from) const {
    size_t end = text_.find('\n', from);
    return static_cast<uint32_t>(end == std::string_view::npos ? text_.size() : end);
  }

  void ReadPsqlLine(uint32_t begin) {
    uint32_t end = EndOfLine(begin);
    uint32_t last = end;
    if (last > begin && text_[last - 1] == '\r') --last;
    Push(Piece::Kind::PsqlMeta, begin, last, last);
    at_ = last;
  }

  // The data begin on the line after the statement's and end with a line `\.`.
  void ReadCopyData() {
    uint32_t begin = EndOfLine(at_);
    if (begin < text_.size()) ++begin;
    for (uint32_t line = begin; line < text_.size();) {
      uint32_t end = EndOfLine(line);
      std::string_view content = text_.substr(line, end - line);
      if (!content.empty() && content.back() == '\r') content.remove_suffix(1);
      if (content == "\\.") {
        uint32_t last = line + 2;
        Push(Piece::Kind::CopyData, begin, last, last);
        at_ = last;
        return;
      }
      line = end + 1;
    }
    diagnostics_.Report(Code::UnterminatedCopyData, buffer_.At(begin, EndOfLine(begin)))
        .AddNote("after `COPY … FROM stdin` everything is data up to a line with `\\.` alone");
    Push(Piece::Kind::CopyData, begin, buffer_.size(), buffer_.size());
    at_ = buffer_.size();
  }

  void ReportUnterminated(const Token& token) {
    std::string_view rest = text_.substr(token.begin);
    // The opening line is enough to see; the literal itself reaches to the end of the file.
    uint32_t end = token.begin + static_cast<uint32_t>(rest.substr(0, rest.find('\n')).size());
    diagnostics_.Report(Code::UnterminatedToken, buffer_.At(token.begin, end), NameOf(token.kind))
        .AddHelp("close it with `" + std::string(EndOf(token.kind, rest)) + "`");
  }

  const source::Buffer& buffer_;
  std::string_view text_;
  source::Diagnostics& diagnostics_;
  Split split_;
  Outline outline_;
  uint32_t at_ = 0;
  uint32_t piece_begin_ = 0;  // end of the previous piece
  uint32_t first_ = 0;        // of the statement being read
  uint32_t last_end_ = 0;
};

}  // namespace

Split SplitStatements(const source::Buffer& buffer, source::Diagnostics& diagnostics) {
  return Splitter(buffer, diagnostics).Run();
}

}  // namespace tricklec::syntax
