// The verdicts that are kept here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/verdict.hpp"
#include "policy/verdict_trust.hpp"
#include "report/text.hpp"

namespace gate {

struct ListedVerdict {
  Verdict verdict;
  std::optional<Voucher> voucher; ///< nothing: it ran on this machine
};

/// A table, the newest first, with the style's `now` for ages. Not for an empty list.
std::string render_verdicts(std::vector<ListedVerdict> verdicts, const TextStyle& style);

/// {"schema": "gate-verdicts/1", "verdicts": [...]}, the newest first, ending in a newline. Each has, always: "suite", "tree", "commit", "key", "definition",
/// "platform", "started" and "finished" (RFC 3339, UTC), "gate" (its version) and "by": null for a run on this machine, else "principal", "role" and
/// "key" (the fingerprint). More keys may come.
std::string to_json(std::vector<ListedVerdict> verdicts);

} // namespace gate
