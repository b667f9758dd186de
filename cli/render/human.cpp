#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ostream>
#include <string>
#include <string_view>

#include "tricklec/cli/render/display.h"
#include "tricklec/cli/render/render.h"

namespace tricklec::cli {

namespace {

using source::Range;
using source::Severity;

constexpr std::string_view kReset = "\x1b[0m";
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kRed = "\x1b[1;31m";
constexpr std::string_view kYellow = "\x1b[1;33m";
constexpr std::string_view kBlue = "\x1b[1;34m";
constexpr std::string_view kGreen = "\x1b[1;32m";

// Longer lines (dumps, generated SQL) are shown around the place.
constexpr uint32_t kMostColumns = 160;
constexpr uint32_t kContextColumns = 40;

std::string_view WordOf(Severity severity) {
  switch (severity) {
    case Severity::Note: return "note";
    case Severity::Warning: return "warning";
    case Severity::Error: return "error";
  }
  return {};
}

std::string_view ColorOf(Severity severity) {
  switch (severity) {
    case Severity::Note: return kBlue;
    case Severity::Warning: return kYellow;
    case Severity::Error: return kRed;
  }
  return {};
}

/// The part of a line that is shown, and where a marked part of it is on the screen.
struct Clip {
  std::string text;
  uint32_t from = 0;
  uint32_t to = 0;
};

Clip ClipLine(std::string_view line, uint32_t begin, uint32_t end) {
  DisplayLine whole = LayOut(line);
  auto column = [&whole](uint32_t byte) {
    return whole.column_of[std::min<size_t>(byte, whole.column_of.size() - 1)];
  };
  if (whole.column_of.back() <= kMostColumns) return {whole.text, column(begin), column(end)};
  uint32_t left = column(begin) < kContextColumns ? 0 : column(begin) - kContextColumns;
  uint32_t first = 0;
  while (column(first) < left) ++first;
  uint32_t last = first;
  while (last < line.size() && column(last) < left + kMostColumns) ++last;
  // Cut between characters.
  auto inside = [line](uint32_t byte) {
    return byte < line.size() && (static_cast<unsigned char>(line[byte]) & 0xC0) == 0x80;
  };
  while (inside(first)) ++first;
  while (inside(last)) ++last;
  DisplayLine part = LayOut(line.substr(first, last - first));
  auto shown = [&](uint32_t byte) {
    uint32_t at = std::clamp(byte, first, last) - first;
    return part.column_of[at] + (first > 0 ? 1 : 0);
  };
  return {(first > 0 ? "…" : "") + part.text + (last < line.size() ? "…" : ""), shown(begin),
          shown(end)};
}

class Renderer {
 public:
  Renderer(bool color, std::ostream& out) : color_(color), out_(out) {}

  void Render(const source::Diagnostic& diagnostic) {
    if (diagnostic.range.valid()) {
      out_ << Painted(kBold, PlaceOf(diagnostic.range) + ":") << ' ';
    } else {
      out_ << Painted(kBold, "tricklec:") << ' ';
    }
    out_ << Painted(ColorOf(diagnostic.severity),
                    fmt::format("{}[{}]:", WordOf(diagnostic.severity),
                                source::InfoOf(diagnostic.code).id))
         << ' ' << Painted(kBold, diagnostic.message) << '\n';
    margin_ = MarginOf(diagnostic);
    shown_ = {};
    if (diagnostic.range.valid()) {
      Snippet(diagnostic.range, '^', {}, ColorOf(diagnostic.severity));
    }
    for (const source::Label& label : diagnostic.labels) {
      if (!label.range.valid()) continue;
      bool elsewhere = label.range.buffer != diagnostic.range.buffer;
      if (elsewhere) out_ << Gutter() << Painted(kBlue, "::: ") << PlaceOf(label.range) << '\n';
      Snippet(label.range, '-', label.text, kBlue);
    }
    for (const std::string& note : diagnostic.notes) Remark("note", note);
    for (const source::Help& help : diagnostic.helps) {
      Remark("help", help.text);
      if (help.fix) ShowFix(*help.fix);
    }
  }

 private:
  std::string Painted(std::string_view color, std::string_view text) const {
    if (!color_) return std::string(text);
    return fmt::format("{}{}{}", color, text, kReset);
  }

  static std::string PlaceOf(Range range) {
    source::Position at = range.buffer->PositionOf(range.begin);
    return fmt::format("{}:{}:{}", range.buffer->name(), at.line, at.column);
  }

  static size_t MarginOf(const source::Diagnostic& diagnostic) {
    uint32_t last = 0;
    auto see = [&last](Range range) {
      if (range.valid()) last = std::max(last, range.buffer->PositionOf(range.begin).line);
    };
    see(diagnostic.range);
    for (const source::Label& label : diagnostic.labels) see(label.range);
    for (const source::Help& help : diagnostic.helps) {
      if (help.fix) see(help.fix->range);
    }
    return fmt::formatted_size("{}", last);
  }

  std::string Gutter() const { return std::string(margin_ + 1, ' '); }

  void NumberedLine(uint32_t number, std::string_view text) {
    out_ << Painted(kBlue, fmt::format("{:>{}} |", number, margin_)) << (text.empty() ? "" : " ")
         << text << '\n';
  }

  void MarkLine(uint32_t from, uint32_t to, char mark, std::string_view text,
                std::string_view color) {
    std::string marks(std::max<uint32_t>(1, to - from), mark);
    if (!text.empty()) fmt::format_to(std::back_inserter(marks), " {}", text);
    out_ << Gutter() << Painted(kBlue, "|") << std::string(from + 1, ' ') << Painted(color, marks)
         << '\n';
  }

  // A range of several lines is marked to the end of its first line.
  void Snippet(Range range, char mark, std::string_view text, std::string_view color) {
    const source::Buffer& buffer = *range.buffer;
    uint32_t number = buffer.PositionOf(range.begin).line;
    std::string_view line = buffer.Line(number);
    uint32_t begin = std::min<uint32_t>(range.begin, buffer.size()) - buffer.LineStart(number);
    uint32_t end = std::min<uint32_t>(begin + range.size(), static_cast<uint32_t>(line.size()));
    Clip clip = ClipLine(line, begin, std::max(begin, end));
    // Marks of one line stand under one copy of it, unless a long line was cut differently.
    if (range.buffer != shown_.buffer || number != shown_.line || clip.text != shown_.text) {
      NumberedLine(number, clip.text);
    }
    shown_ = {range.buffer, number, clip.text};
    MarkLine(clip.from, clip.to, mark, text, color);
  }

  void Remark(std::string_view kind, std::string_view text) {
    out_ << Gutter() << Painted(kBlue, "=") << ' ' << Painted(kBold, fmt::format("{}:", kind))
         << ' ';
    // Further lines of a text stand under its first one.
    std::string indent = "\n" + Gutter() + std::string(kind.size() + 4, ' ');
    for (char c : text) {
      if (c == '\n') {
        out_ << indent;
      } else {
        out_ << c;
      }
    }
    out_ << '\n';
  }

  // The line as it reads with the fix; only where both are within one line.
  void ShowFix(const source::Fix& fix) {
    if (!fix.range.valid() || fix.replacement.find('\n') != std::string::npos) return;
    const source::Buffer& buffer = *fix.range.buffer;
    uint32_t number = buffer.PositionOf(fix.range.begin).line;
    std::string_view line = buffer.Line(number);
    uint32_t begin = fix.range.begin - buffer.LineStart(number);
    if (begin + fix.range.size() > line.size()) return;
    std::string fixed(line.substr(0, begin));
    fixed += fix.replacement;
    auto end = static_cast<uint32_t>(fixed.size());
    fixed += line.substr(begin + fix.range.size());
    Clip clip = ClipLine(fixed, begin, end);
    NumberedLine(number, clip.text);
    MarkLine(clip.from, clip.to, '~', {}, kGreen);
  }

  bool color_;
  std::ostream& out_;
  size_t margin_ = 1;
  struct Shown {
    const source::Buffer* buffer = nullptr;
    uint32_t line = 0;
    std::string text;
  };
  Shown shown_;  // the source line printed last
};

}  // namespace

void RenderHuman(const std::vector<source::Diagnostic>& diagnostics, bool color,
                 std::ostream& out) {
  Renderer renderer(color, out);
  for (const source::Diagnostic& diagnostic : diagnostics) renderer.Render(diagnostic);
}

}  // namespace tricklec::cli
