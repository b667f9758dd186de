#pragma once

#include <memory>
#include <string>
#include <vector>

/// Layout of text by the algorithm of Wadler, "A prettier printer" (2003): a group is printed on one
/// line if it fits and broken at all its lines if it does not.
namespace tricklec::codegen::print {

struct DocNode;
using Doc = std::shared_ptr<const DocNode>;

/// Text without layout; line ends in it (inside string constants) are kept as they are.
Doc Text(std::string text);
/// A space, or the end of a line where its group is broken.
Doc Line();
/// Nothing, or the end of a line where its group is broken.
Doc SoftLine();
/// Always the end of a line; breaks all groups around it.
Doc HardLine();
Doc Concat(std::vector<Doc> parts);
/// Indents the lines that begin in it.
Doc Nest(int columns, Doc doc);
/// Lines that begin in it start at the column where it starts.
Doc Align(Doc doc);
Doc Group(Doc doc);
/// The parts with `separator` between them.
Doc Join(const Doc& separator, const std::vector<Doc>& parts);

/// \param width columns of a line, as far as the parts allow
std::string Render(const Doc& doc, int width = 100);

}  // namespace tricklec::codegen::print
