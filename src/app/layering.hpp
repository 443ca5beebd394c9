// A policy file with everything that it extends, and the system's above it: one policy.
#pragma once

#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "policy/parse.hpp"
#include "ports.hpp"

namespace gate {

/// The files beside a policy: those of its commit's tree, or of the work tree.
class PolicyFiles {
public:
  virtual ~PolicyFiles() = default;
  /// `path` is relative to the top. Nothing when there is no such file; an error of kind policy when it is no regular file or too large.
  virtual Result<std::optional<std::string>> read(const std::string& path) = 0;
  /// What diagnostics call it: "team.toml", "1234567:team.toml".
  virtual std::string name_of(const std::string& path) const = 0;
};

/// Why there is no policy: what is wrong with the files (problems.list is empty then only if there is an error), or that one of them can't
/// be had on this machine.
struct PolicyFailure {
  PolicyProblems problems;
  std::optional<Error> error;
};

/// Reads `text`, called `name` in diagnostics, with its `extends` (at most 8 deep; each once) and the system's policy, and joins
/// them. A file beside it can be extended only by files beside it, and whose verdicts count is said by such files, or by the system's, only.
tl::expected<Policy, PolicyFailure> load_policy(const std::string& text, const std::string& name, PolicyFiles& files, PolicySources& sources,
                                                const std::string& version);

} // namespace gate
