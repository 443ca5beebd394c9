// TOML text to policy.
#pragma once

#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "base/diagnostic.hpp"
#include "policy/policy.hpp"

namespace gate {

/// Why a text is no policy.
struct PolicyProblems {
  std::vector<Diagnostic> list;  ///< in the order of the file, never empty
  bool needs_newer_gate = false; ///< `requires` or `schema` is beyond this gate
};

/// What a file is of a policy.
enum class PolicyRole {
  whole,  ///< all there is, but for what it extends
  layer,  ///< others extend it, or a layer stands above it: suites may be defined elsewhere
  system, ///< this machine's own layer: it extends nothing, and the files it names are the machine's, by absolute paths
};

/// Reads a policy (TOML 1.0, docs/policy.md). `name` is what diagnostics call the file; `version` is this gate's own,
/// for `requires`. Strict: an unknown key, a wrong type or an impossible value is an error, and all of them come back
/// at once. Text may be hostile: over 64 KiB, not UTF-8 or with control bytes is refused before the parser sees it.
/// The policy has one layer, called `name`, of rank 0. Whether a required suite exists is asked here only of a whole policy
/// that extends nothing, else by join_layers.
tl::expected<Policy, PolicyProblems> parse_policy(std::string_view text, const std::string& name, std::string_view version,
                                                  PolicyRole role = PolicyRole::whole);

} // namespace gate
