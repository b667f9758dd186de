#pragma once

#include <string>
#include <string_view>

#include "tricklec/codegen/sqltree/expr.h"

namespace tricklec::codegen::print {

/// A name, in double quotes only where PostgreSQL needs them.
std::string Quote(const sqltree::Identifier& identifier);
std::string Quote(const sqltree::QualifiedName& name);

/// A string constant that means the same whatever `standard_conforming_strings` is. Text of several
/// lines is dollar-quoted, so that it can be read.
std::string Quote(const sqltree::Literal& literal);

/// `$tag$`, or `$tag2$` and so on if the text contains that.
std::string DollarTag(std::string_view tag, std::string_view text);

}  // namespace tricklec::codegen::print
