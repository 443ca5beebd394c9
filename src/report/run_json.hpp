// Remembered runs for other programs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ports.hpp"

namespace gate {

/// A run, and the size of each of its logs in bytes; nothing for one that is gone.
struct RunWithLogs {
  RunRecord run;
  std::vector<std::optional<std::uintmax_t>> sizes;
};

/// {"schema": "gate-log/1", "runs": [...]}, in the order given, ending in a newline. Each run has, always: "run" (text), "began" (RFC 3339,
/// UTC), "suite", "result" (passed, failed, timed_out, refused, could_not_run, interrupted), "flaky" (passed, but not at once),
/// "attempts", "shards", "duration_ms", "commit", "tree", "reason" ("" if it passed) and "logs": for each attempt of each shard "path",
/// "bytes", which is null where the log is gone, "shard" and "attempt", both from 1. More keys may come.
std::string to_json(const std::vector<RunWithLogs>& runs);

} // namespace gate
