#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tricklec/cli/context.h"

namespace tricklec::cli {

/// Reads inputs in the order given. `-` is standard input (once), a directory stands for the files
/// `*.sql` directly in it, in numeric-aware order of their names. What cannot be read is reported
/// and left out. The buffers are kept by the context, too.
std::vector<source::BufferPtr> ReadInputs(const std::vector<std::string>& paths, Context& context);

/// Reads a directory of migrations in order and leaves out what undoes them: files
/// `*.down.sql`, Flyway's `U…__….sql`, and the parts after `-- +goose Down`, `-- migrate:down` and
/// `-- +migrate Down`. What is left out is blanked, so positions stay those of the file.
std::vector<source::BufferPtr> ReadMigrations(const std::string& directory, Context& context);

/// Whether file name `a` comes before `b`: runs of digits compare by value (`V2` before `V10`),
/// everything else by bytes.
bool NumericAwareLess(std::string_view a, std::string_view b);

/// A migration's text with the parts that undo it blanked.
std::string BlankDownParts(std::string text);

}  // namespace tricklec::cli
