// What an audit found, for programs. The format is stable: what is added later stands in keys of its own.
//
//   {"schema": "gate-audit/1", "remote": "origin", "clean": false, "notices": ["…"],
//    "refs": [{"ref": "refs/heads/master", "tip": "<oid>", "judged": 12, "unjudged": 0, "untold": 0,
//              "steps": [{"commit": "<oid>", "before": "<oid>", "subject": "…",
//                         "violations": [{"rule": "direct-push", "what": "…", "why": "…", "origin": "<brief oid>:gate.toml:5:9"}],
//                         "bypassed": [like violations], "evaluated": [like violations],
//                         "bypass": null or {"time": "2026-01-31T12:00:00Z", "where": "server" or "client", "who": "…", "reason": "…",
//                                            "old": "<oid>", "new": "<oid>"}}]}]}
//
// "untold" counts the steps whose verdicts could not be looked for. "steps" holds those that break a rule, newest first. Text that is no UTF-8 comes with U+FFFD in it.
#pragma once

#include <string>

#include "app/audit.hpp"

namespace gate {

/// Ends in a newline.
std::string to_json(const Audit& audit);

} // namespace gate
