#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "tricklec/catalog/catalog.h"
#include "tricklec/source/buffer.h"
#include "tricklec/source/diagnostic.h"

namespace tricklec::catalog {

/// Format of the snapshots that `PrintCatalog` writes; older ones are read, newer ones refused.
inline constexpr int kSnapshotFormat = 1;

/// Adds everything a snapshot describes (docs/SNAPSHOTS.md) to the catalog, as the statements that
/// once made it would. Objects of extensions come from the snapshot and not from our own tables.
///
/// \param snapshot JSON as `PrintCatalog` writes it
/// \param derived receives the buffers of the queries and expressions in it; like the snapshot's own
///        buffer they must outlive the catalog
/// \return false after an error was reported
bool ReadSnapshot(const source::Buffer& snapshot, Catalog& catalog,
                  source::Diagnostics& diagnostics, std::vector<source::BufferPtr>& derived);

/// The server's major version that a snapshot was taken of, as far as this program knows it;
/// nothing if it cannot be read.
std::optional<int> SnapshotServerVersion(std::string_view snapshot);

}  // namespace tricklec::catalog
