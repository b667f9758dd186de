#include "tricklec/codegen/selfcheck/selfcheck.h"

#include <fmt/format.h>

#include "tricklec/pgparse/parse.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::codegen::selfcheck {

void CheckStatement(std::string_view sql) {
  std::optional<std::string> error = pgparse::CheckGeneratedSql(sql);
  if (error) {
    source::FailInternal(__FILE__, __LINE__,
                         fmt::format("generated SQL does not parse: {}\n{}", *error, sql));
  }
}

}  // namespace tricklec::codegen::selfcheck
