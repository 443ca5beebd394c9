// What a policy file says, and what follows from it for one ref. Format: docs/policy.md.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "base/diagnostic.hpp"
#include "base/digest.hpp"
#include "base/ref_name.hpp"
#include "policy/pattern.hpp"
#include "policy/publication.hpp"
#include "policy/shape.hpp"

namespace gate {

/// A value and the place that gave it.
template <typename T> struct Located {
  T value;
  Place place;
};

/// One [[branch]] or [[tag]] block. What it does not name, it does not limit.
struct Block {
  Place place;
  Located<std::vector<RefPattern>> match;
  std::optional<Located<std::vector<std::string>>> remotes;
  std::optional<Located<ShapeSet>> allow;
  std::optional<Located<std::vector<RefName>>> from;
  std::optional<Located<std::vector<std::string>>> require;
};

/// Which services of a compose file are started for a suite.
enum class ServiceScope {
  with_dependencies, ///< the service and what it depends on
  alone,             ///< deps = false
  whole_file,        ///< all = true
};

/// The suite runs inside a service of a compose file.
struct ComposeSource {
  std::string file; ///< path in the tree
  std::string service;
  ServiceScope scope = ServiceScope::with_dependencies;
};

/// The suite runs in an image that is built from a folder of the tree.
struct BuildSource {
  std::string context; ///< path in the tree
};

/// A containerized test run.
struct Suite {
  std::string name;
  std::variant<ComposeSource, BuildSource> source;
  std::vector<std::string> run; ///< argv inside the container, never on the host
  std::chrono::seconds timeout{std::chrono::minutes(30)};
  Place place;

  /// The digest of everything above but the place: what was run, whatever file or line said so.
  Digest definition() const;
};

/// One policy file, read and found right.
struct Policy {
  std::optional<Located<RefName>> policy_branch;
  std::vector<Block> blocks;
  std::map<std::string, Suite> suites;
  std::vector<PublishRule> publications; ///< in the order of their names
};

/// The rules of one ref: all blocks that match it together, the strictest value wins.
struct RefRules {
  bool mentioned = false; ///< some block matches
  Located<ShapeSet> allow{ShapeSet::all(), {}};
  std::optional<Located<std::vector<RefName>>> from;
  /// The suites that must have passed; nothing said means every suite that the policy has.
  std::optional<Located<std::vector<std::string>>> require;

  /// A protected ref does not admit every update.
  bool is_protected() const { return !allow.value.is_all() || from.has_value(); }
};

/// The rules for this ref when it is pushed to the remote of this name. A URL that is no remote's may be any: then blocks for
/// some remotes apply as well. Two blocks that
/// contradict each other (their sets meet in nothing) give a diagnostic that names both lines.
tl::expected<RefRules, std::vector<Diagnostic>> rules_for(const Policy& policy, const RefName& ref,
                                                          const std::optional<std::string>& remote);

} // namespace gate
