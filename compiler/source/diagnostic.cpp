#include "tricklec/source/diagnostic.h"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace tricklec::source {

const std::vector<CodeInfo>& AllCodes() {
  static const std::vector<CodeInfo> kCodes = {
#define TRICKLEC_DIAGNOSTIC(name, code, severity, format) \
  {Code::name, code, #name, Severity::severity, format},
#include "tricklec/source/codes.def"
#undef TRICKLEC_DIAGNOSTIC
  };
  return kCodes;
}

const CodeInfo& InfoOf(Code code) { return AllCodes()[static_cast<size_t>(code)]; }

const CodeInfo* FindCode(std::string_view id) {
  auto same = [](char a, char b) {
    return std::toupper(static_cast<unsigned char>(a)) ==
           std::toupper(static_cast<unsigned char>(b));
  };
  for (const CodeInfo& info : AllCodes()) {
    if (std::equal(id.begin(), id.end(), info.id.begin(), info.id.end(), same)) return &info;
  }
  return nullptr;
}

namespace {

// Findings in a derived text are shown where it comes from.
Range InOrigin(Range range) { return range.valid() ? range.buffer->InOrigin(range) : range; }

}  // namespace

Diagnostics::Builder& Diagnostics::Builder::AddLabel(Range range, std::string text) {
  diagnostic_->labels.push_back({InOrigin(range), std::move(text)});
  return *this;
}

Diagnostics::Builder& Diagnostics::Builder::AddNote(std::string text) {
  diagnostic_->notes.push_back(std::move(text));
  return *this;
}

Diagnostics::Builder& Diagnostics::Builder::AddHelp(std::string text) {
  diagnostic_->helps.push_back({std::move(text), std::nullopt});
  return *this;
}

Diagnostics::Builder& Diagnostics::Builder::AddFix(std::string text, Range range,
                                                   std::string replacement) {
  diagnostic_->helps.push_back({std::move(text), Fix{InOrigin(range), std::move(replacement)}});
  return *this;
}

void Diagnostics::Append(const Diagnostics& other) {
  diagnostics_.insert(diagnostics_.end(), other.diagnostics_.begin(), other.diagnostics_.end());
  error_count_ += other.error_count_;
}

Diagnostics::Builder Diagnostics::Add(Code code, Range range, fmt::format_args args) {
  const CodeInfo& info = InfoOf(code);
  std::string message;
  try {
    message = fmt::vformat(info.format, args);
  } catch (const fmt::format_error& error) {
    FailInternal(__FILE__, __LINE__, fmt::format("message of {}: {}", info.id, error.what()));
  }
  diagnostics_.push_back({code, info.severity, InOrigin(range), std::move(message), {}, {}, {}});
  if (info.severity == Severity::Error) ++error_count_;
  return Builder(diagnostics_.back());
}

std::vector<Diagnostic> Diagnostics::Sorted() const {
  std::vector<const Buffer*> order;
  auto rank = [&order](const Buffer* buffer) {
    return std::find(order.begin(), order.end(), buffer) - order.begin();
  };
  for (const Diagnostic& d : diagnostics_) {
    if (rank(d.range.buffer) == static_cast<std::ptrdiff_t>(order.size())) {
      order.push_back(d.range.buffer);
    }
  }
  std::vector<Diagnostic> sorted = diagnostics_;
  std::stable_sort(sorted.begin(), sorted.end(), [&](const Diagnostic& a, const Diagnostic& b) {
    return std::tuple(rank(a.range.buffer), a.range.begin, InfoOf(a.code).id) <
           std::tuple(rank(b.range.buffer), b.range.begin, InfoOf(b.code).id);
  });
  return sorted;
}

void FailInternal(const char* file, int line, std::string_view what) {
  throw InternalError(fmt::format("{} ({}:{})", what, file, line));
}

namespace {

// Levenshtein distance; adjacent transpositions count as one edit.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    before_last = last;
    last = row;
  }
  return last[b.size()];
}

}  // namespace

std::optional<std::string> ClosestMatch(std::string_view word,
                                        const std::vector<std::string>& candidates) {
  size_t best = std::max<size_t>(1, word.size() / 3) + 1;
  std::optional<std::string> result;
  for (const std::string& candidate : candidates) {
    size_t distance = EditDistance(word, candidate);
    if (distance < best) {
      best = distance;
      result = candidate;
    }
  }
  return result;
}

}  // namespace tricklec::source
