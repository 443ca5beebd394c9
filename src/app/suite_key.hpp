// Under which key a suite's verdict is kept, and whether one counts.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "app/judge.hpp"

namespace gate {

/// The tree of what the suite sees of a commit's tree. A suite that would see nothing of it is known by the whole tree.
Result<Oid> seen_by(const Suite& suite, const Oid& tree, Repository& repository);

struct SuiteKey {
  Digest key;
  bool is_whole = true; ///< else a part of it is not known yet, and no verdict is to be looked up under it
};

/// `images` may be null, and an Engine that does not answer is one that does not know the image. The only error is an interrupt.
Result<SuiteKey> key_of(const Suite& suite, const Oid& seen, std::string_view platform, const Variables& variables, NamedImages* images);

/// Does the need accept this verdict: its age, its images?
bool counts(const Verdict& verdict, const Need& need, std::chrono::system_clock::time_point now);

/// The verdict under this key, if the need accepts it.
std::optional<Verdict> verdict_that_counts(const Need& need, const Digest& key, VerdictStore& verdicts, std::chrono::system_clock::time_point now);

} // namespace gate
