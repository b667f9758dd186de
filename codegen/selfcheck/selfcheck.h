#pragma once

#include <string_view>

namespace tricklec::codegen::selfcheck {

/// Parses generated text as PostgreSQL would, the bodies of functions and DO blocks as plpgsql.
/// Text that does not parse is a bug of the compiler: an internal error with the text.
void CheckStatement(std::string_view sql);

}  // namespace tricklec::codegen::selfcheck
