// The runs of a repository as one SQLite file: the adapter behind RunHistory (ports.hpp).
#pragma once

#include <filesystem>
#include <memory>

#include "base/error.hpp"
#include "ports.hpp"

namespace gate {

/// Makes the file if there is none. Several processes may have it open, and write at once. A damaged one is put aside, beside it, as
/// FILE.damaged, and a new one is made: it lies on the way of every run and is no treasure. For the same reason a commit is not synced
/// to the disk. Errors are could_not_run: written by a newer gate, another program's, not writable, full.
Result<std::unique_ptr<RunHistory>> open_run_history(const std::filesystem::path& file);

} // namespace gate
