// Under which key a suite's verdict is kept, and whether one counts.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/judge.hpp"
#include "policy/verdict.hpp"

namespace gate {

/// The tree of what the suite sees of a commit's tree. A suite that would see nothing of it is known by the whole tree.
Result<Oid> seen_by(const Suite& suite, const Oid& tree, Repository& repository);

struct SuiteKey {
  Digest key;
  bool is_whole = true;  ///< else a part of it is not known yet, and no verdict is to be looked up under it
  std::string unknown;   ///< what that is, a clause: "it takes TOKEN of the machine's environment, which is not set"
  KeyInputs inputs = {}; ///< what went into it
};

/// `images` may be null, and an Engine that does not answer is one that does not know the image. The only error is an interrupt.
Result<SuiteKey> key_of(const Suite& suite, const Oid& seen, std::string_view platform, const Variables& variables, NamedImages* images);

/// Under which keys a verdict from elsewhere may stand: one for each of the platforms, or where there are none, for the judge's own. An image that a
/// tag names is known for the judge's own platform only. Nothing when `key` is not whole.
std::vector<Digest> vouched_keys(const SuiteKey& key, const Suite& suite, const Oid& seen, const std::vector<std::string>& platforms, std::string_view own_platform);

/// Does the need accept this verdict: its age, its images?
bool counts(const Verdict& verdict, const Need& need, std::chrono::system_clock::time_point now);

/// The same of one from elsewhere: its signer's clock may be k_clock_slack ahead.
bool counts_from_elsewhere(const Verdict& verdict, const Need& need, std::chrono::system_clock::time_point now);

/// The verdict under this key, if the need accepts it.
std::optional<Verdict> verdict_that_counts(const Need& need, const Digest& key, VerdictStore& verdicts, std::chrono::system_clock::time_point now);

/// Neither older than the trust lets a verdict from elsewhere be, nor from the future.
bool is_in_time(const Verdict& verdict, const VerdictTrust& trust, std::chrono::system_clock::time_point now);

/// The verdict from elsewhere that was found good before and still counts: kept by terms equal to each of the need's, in a role that `asker` accepts,
/// and in time. That its key was valid when the run ended was seen then, and stays so. No signature is checked, and no notes are read.
std::optional<VouchedVerdict> vouched_that_counts(const Need& need, Asker asker, VerdictStore& verdicts, std::chrono::system_clock::time_point now);

} // namespace gate
