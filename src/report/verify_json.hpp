// Which verdicts hold, for programs. The format is stable: what is added later stands in keys of its own.
//
//   {"schema": "gate-verify/1", "version": 1, "remote": "origin", "as": "client" or "server", "holds": false, "notices": ["…"], "problems": ["…"],
//    "commits": [{"commit": "<oid>", "ref": "refs/heads/master", "subject": "…", "holds": {"client": true, "server": false}, "problems": ["…"],
//                 "suites": [{"suite": "api", "tree": "<oid of what the suite sees>", "holds": {"client": true, "server": false},
//                             "own": null or {"finished": "2026-01-31T12:00:00Z", "commit": "<oid>", "platform": "linux/amd64", "key": "<sha256>"},
//                             "vouched": [like own, and "by": "ci@example.com", "role": "ci" or "dev", "signer": "SHA256:…"],
//                             "doubts": [{"by": "…", "why": "…"}], "unknown_key": ""}]}]}
//
// "vouched" has the one that counts first. Text that is no UTF-8 comes with U+FFFD in it.
#pragma once

#include <string>

#include "app/verify.hpp"

namespace gate {

/// Ends in a newline.
std::string to_json(const Verification& verification);

} // namespace gate
