// What a policy file says, and what follows from it for one ref. Format: docs/policy.md.
#pragma once

#include <chrono>
#include <cstdint>
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
  std::vector<std::string> files; ///< paths in the tree, at least one; later ones are merged over earlier ones, as compose does
  std::string service;
  ServiceScope scope = ServiceScope::with_dependencies;
};

/// The suite runs in an image that is built from a folder of the tree.
struct BuildSource {
  std::string context;    ///< path in the tree
  std::string dockerfile; ///< path in the tree; empty: "Dockerfile" in the context
  std::string target;     ///< the stage to stop at; empty: the last one
  std::map<std::string, std::string> args;
};

/// The suite runs in an image that is there, with the tree mounted read-only.
struct ImageSource {
  std::string image;            ///< reference, as docker understands it
  std::string workdir = "/src"; ///< absolute path in the container: there the tree is, and there the run begins
};

/// What a suite waits for before its run.
struct ServiceNeed {
  std::string service;
  std::optional<std::uint16_t> port; ///< until something listens there; nothing: until the service is healthy
};

enum class SuiteNetwork {
  own, ///< a private one for each run, with a way out
  none ///< no way out of the run: its services reach each other and nothing else
};

/// What each container of a suite gets at most.
struct SuiteLimits {
  static constexpr unsigned k_pids = 4096;
  static constexpr std::int64_t k_log = std::int64_t{64} << 20U;
  std::optional<double> cpus;         ///< cores; nothing: all there are
  std::optional<std::int64_t> memory; ///< bytes; nothing: three quarters of the Engine's machine
  unsigned pids = k_pids;
  std::int64_t log = k_log; ///< bytes of output that are kept on disk
};

/// A containerized test run.
struct Suite {
  std::string name;
  std::variant<ComposeSource, BuildSource, ImageSource> source;
  std::vector<std::string> run; ///< argv inside the container, never on the host; `shell = "…"` is {"sh", "-c", "…"}
  /// Variables of the tested process; "{env:NAME}" in a value stands for a variable of the machine.
  std::map<std::string, std::string> env = {};
  std::vector<ServiceNeed> needs = {}; ///< compose only
  /// The suite sees these paths of the tree (files or folders) and what its source names, and nothing else; empty: the whole tree.
  std::vector<std::string> paths = {};
  unsigned shards = 1;  ///< runs side by side, each told by GATE_SHARD (from 1) and GATE_SHARDS; all must pass
  unsigned retries = 0; ///< further attempts after a failed one
  std::chrono::seconds timeout{std::chrono::minutes(30)}; ///< of one attempt
  SuiteNetwork network = SuiteNetwork::own;
  SuiteLimits limits = {};
  std::vector<std::string> caches = {}; ///< folders in the tested container that outlive the run: absolute paths
  /// What is otherwise refused as power over the machine ("privileged", "docker.sock", "device /dev/kvm", …: docs/policy.md). Counts only
  /// where the protected side's policy says it.
  std::vector<std::string> allow = {};
  bool reusable = true;                              ///< an earlier pass of the same tree counts
  std::optional<std::chrono::seconds> max_age = {};  ///< until it is this old
  Place place = {};

  /// The digest of what is run: everything above but place, reusable and max_age. What is at its default does not count, so that a suite
  /// keeps its verdicts when gate learns something new.
  Digest definition() const;
  /// `paths` and what the source names; empty when the suite sees the whole tree.
  std::vector<std::string> seen_paths() const;
};

/// [run]: how suites are run beside each other.
struct RunSettings {
  std::optional<unsigned> parallel; ///< how many at once; nothing: as many as the Engine's machine has room for
  bool stop_on_failure = false;     ///< on_failure = "stop": the first failure ends the others
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

/// [verdicts]: whose verdicts count where they did not run, and whether they travel by themselves.
struct VerdictSettings {
  static constexpr std::chrono::seconds k_max_age{std::chrono::hours(24 * 30)};
  std::vector<Located<std::string>> allowed_signers; ///< files beside the policy (a system policy: absolute paths); at least one
  std::vector<std::string> ci;                       ///< principals; * and ? stand for others
  std::vector<std::string> dev;
  std::chrono::seconds max_age{k_max_age};           ///< of a verdict that came from elsewhere
  std::vector<std::string> platforms;                ///< OCI's, "linux/amd64": whose verdicts count; empty: the judge's own
  bool share = false; ///< gate push, gate check in CI, gate publish and gate land fetch and send verdicts by themselves
  Place place;
};

/// A policy: one file, read and found right, or several joined (join_layers).
struct Policy {
  std::optional<Located<RefName>> policy_branch;
  std::vector<Block> blocks;
  std::map<std::string, Suite> suites;
  RunSettings run;
  std::vector<PublishRule> publications; ///< in the order of their names
  std::optional<Located<std::int64_t>> serial;
  std::vector<PolicyOwners> owners;                  ///< each demands a signature of its own
  std::vector<Located<std::string>> allowed_signers; ///< of [policy]: for every block, and for the owners
  std::optional<VerdictSettings> verdicts;           ///< of one file: a second one that has it is a problem
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

/// Does the ref take signed verdicts from elsewhere where no suite is run? It does by [verdicts], if it is protected or active blocks name suites for it. Then
/// the protected side's suites are those that count, as for a protected ref.
bool asks_for_verdicts(const Policy& policy, const RefRules& rules);

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
