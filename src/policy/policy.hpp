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
#include "policy/rules.hpp"

namespace gate {

/// Who may break the rules of a block, when they say why.
struct Bypass {
  std::vector<std::string> by;   ///< principals or e-mail addresses; "*" is anybody; empty: nobody
  std::optional<Place> place;    ///< where the block says so
  bool allows(std::string_view who) const;
  friend bool operator==(const Bypass& a, const Bypass& b) { return a.by == b.by; }
};

/// One [[branch]] or [[tag]] block.
struct Block {
  Place place;
  RefPattern::Kind kind = RefPattern::Kind::branch; ///< [[branch]] or [[tag]]
  Located<std::vector<RefPattern>> match;
  std::optional<Located<std::vector<std::string>>> remotes;
  Located<Enforcement> enforcement{Enforcement::active, {}};
  Bypass bypass;
  Rules rules;
  /// Rule keys under which the block says that it demands nothing ("linear = false", "files.deny = []"): a word that counts
  /// where a higher layer allows to override.
  std::vector<std::string> waived;
  std::size_t layer = 0; ///< index into Policy::layers
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

/// One of `extends`: a ready-made policy ("gate:NAME"), a file beside this one, or a file of a git repository, pinned by commit and content.
struct Extension {
  struct ReadyMade {
    std::string name;
  };
  struct File {
    std::string path; ///< in the tree
  };
  struct Pinned {
    std::string git;    ///< URL
    std::string rev;    ///< full object name of a commit
    std::string path;   ///< in that commit's tree
    std::string sha256; ///< of the file's content, hexadecimal
  };
  std::variant<ReadyMade, File, Pinned> what;
  Place place;
  /// "gate:trunk", "team.toml", "https://… at 1234567 team.toml"
  std::string str() const;
};

/// One policy file of those that make up a policy.
struct Layer {
  std::string name;                        ///< for people: "/etc/gate/policy.toml", "gate:trunk", "gate.toml"
  unsigned rank = 0;                       ///< 0 is the highest (the system's); what a file extends stands above it
  std::vector<std::string> allow_override; ///< rule keys that lower layers may loosen
};

/// Who may change the policy, by [policy] of a file.
struct PolicyOwners {
  std::vector<std::string> by; ///< principals
  Place place;
};

/// A policy: one file, read and found right, or several joined (join_layers).
struct Policy {
  std::optional<Located<RefName>> policy_branch;
  std::vector<Block> blocks;
  std::map<std::string, Suite> suites;
  std::vector<PublishRule> publications; ///< in the order of their names
  std::optional<Located<std::int64_t>> serial;
  std::vector<PolicyOwners> owners;                  ///< each demands a signature of its own
  std::vector<Located<std::string>> allowed_signers; ///< of [policy]: for every block, and for the owners
  std::vector<Extension> extends;
  std::vector<Layer> layers; ///< at least the file's own
};

/// Rules that are enforced in the same way: the blocks that say so, together, strictest wins.
struct RuleGroup {
  Enforcement enforcement = Enforcement::active; ///< never off
  Bypass bypass;
  Rules rules;
};

/// What holds for one ref.
struct RefRules {
  bool mentioned = false; ///< some block matches
  /// In each, `allow` and `from` are joined over all groups whose bypass lies within its own, so that they hold together; a group may
  /// be there for such a meeting alone.
  std::vector<RuleGroup> groups;
  std::vector<Place> off;              ///< blocks that match and are switched off
  std::vector<const Block*> blocks;    ///< those that `groups` come from: equal lists are equal rules
  /// The suites that must have passed, by active groups; nothing said means every suite that the policy has.
  std::optional<Located<std::vector<std::string>>> require;

  /// What is enforced, as one. For questions about a single rule; a violation comes from its group.
  Rules active() const;
  /// A protected ref does not admit every update: its shape, its history, its merges or who signs are limited.
  bool is_protected() const;
};

/// The rules for this ref when it is pushed to the remote of this name. A URL that is no remote's may be any: then blocks for
/// some remotes apply as well. Where a lower layer says something under a key that a higher one lists in `allow_override`, in a block
/// that is enforced at least as strictly, the higher one's word for that key does not count. Two active blocks that contradict each
/// other (their sets meet in nothing) give a diagnostic that names both lines.
tl::expected<RefRules, std::vector<Diagnostic>> rules_for(const Policy& policy, const RefName& ref,
                                                          const std::optional<std::string>& remote);

/// Joins files to one policy. `files` are in any order; each has one layer of its own, with its rank. Suites and publications of
/// all are there; one name in two files is a problem, and so is a required suite that no file has. The lowest layer that says
/// something decides `policy_branch` and `serial`; owners and signers unite.
tl::expected<Policy, std::vector<Diagnostic>> join_layers(std::vector<Policy> files);

} // namespace gate
