#pragma once

#include <optional>
#include <string>

#include "tricklec/cli/context.h"

namespace tricklec::cli {

/// The catalog of a live server as a snapshot (docs/SNAPSHOTS.md), read in one transaction that changes
/// nothing. Nothing after the reason why it cannot be read was reported.
/// \param target as for db::Connection::Open
std::optional<std::string> ReadLiveCatalog(const std::string& target, Context& context);

/// Whether the catalog of a server of this major version can be read; reported if not.
bool CheckServerVersion(int version, source::Diagnostics& diagnostics);

}  // namespace tricklec::cli
