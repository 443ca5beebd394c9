// The outbox as one SQLite file: the adapter behind Outbox (ports.hpp).
#pragma once

#include <filesystem>
#include <memory>

#include "base/error.hpp"
#include "ports.hpp"

namespace gate {

/// Makes the file if there is none. Several processes may have it open. Errors are could_not_run: damaged,
/// written by a newer gate, not writable, full.
Result<std::unique_ptr<Outbox>> open_outbox(const std::filesystem::path& file);

} // namespace gate
