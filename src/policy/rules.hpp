// What a policy can demand of one ref. Reference: docs/policy.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/ref_name.hpp"
#include "policy/path_pattern.hpp"
#include "policy/regex.hpp"
#include "policy/shape.hpp"

namespace gate {

/// A value and the place that gave it.
template <typename T> struct Located {
  T value;
  Place place;
};

// The three are in the order of their strictness.
/// How the tree of a merge is held to the one that git itself makes of its parents.
enum class MergeContent : std::uint8_t { any, clean_or_resolved, clean };
/// Which new commits must carry a good signature.
enum class SignedCommits : std::uint8_t { none, merge, all };
/// Whether a broken rule denies, is only told, or is not looked at.
enum class Enforcement : std::uint8_t { off, evaluate, active };

/// The policy's words: "any", "clean-or-resolved", "clean"; "none", "merge", "all"; "off", "evaluate", "active".
std::string_view name_of(MergeContent content);
std::string_view name_of(SignedCommits which);
std::string_view name_of(Enforcement enforcement);
std::optional<MergeContent> merge_content_named(std::string_view name);
std::optional<SignedCommits> signed_commits_named(std::string_view name);
std::optional<Enforcement> enforcement_named(std::string_view name);

/// No update from `from` on and before `until`, by the clock of the machine that judges.
struct Freeze {
  std::chrono::system_clock::time_point from;
  std::chrono::system_clock::time_point until;
  std::string reason;
  friend bool operator==(const Freeze&, const Freeze&) = default;
};

/// Files whose change needs a signature by one of these principals (an allowed_signers file's names, ssh-keygen(1)).
struct Owners {
  std::vector<PathPattern> paths;
  std::vector<std::string> by;
  friend bool operator==(const Owners&, const Owners&) = default;
};

/// The values of all rules, of one block or of several together. What is empty is not limited.
struct Rules {
  // of the update
  std::optional<Located<ShapeSet>> allow;
  std::optional<Located<std::vector<RefName>>> from;
  std::optional<Located<std::vector<std::string>>> require; ///< suites
  std::optional<Place> first_parent; ///< the old tip stays on the first-parent line
  std::optional<Place> linear;       ///< no merge among the new commits
  std::vector<Located<Regex>> name;  ///< of a new ref, without refs/heads/ or refs/tags/
  std::vector<Located<Freeze>> freeze;
  std::optional<Located<MergeContent>> merge_content;
  std::optional<Located<SignedCommits>> signed_commits;
  /// Paths of allowed_signers files beside the policy that names them; every one of them must know the signer.
  std::vector<Located<std::string>> allowed_signers;

  // of each new commit
  std::vector<Located<Regex>> message;
  std::optional<Located<std::int64_t>> subject_max; ///< characters
  std::vector<Located<Regex>> author_email;
  std::vector<Located<Regex>> committer_email;
  std::optional<Place> sign_off;

  // of each file that a new commit brings
  std::optional<Located<std::int64_t>> max_size; ///< bytes
  std::vector<Located<PathPattern>> deny;
  std::vector<Located<Owners>> owners;
  std::optional<Place> secrets;

  bool limits_shape() const;    ///< allow, from
  bool needs_history() const;   ///< what follows from the first-parent line
  bool needs_commits() const;   ///< the new commits themselves
  bool needs_files() const;     ///< what they change
  bool needs_signatures() const;
};

/// The keys of rules as a policy file spells them ("allow", "commits.message", "files.max_size" …), in the order of the reference.
/// `allow_override` takes them.
const std::vector<std::string>& rule_keys();

/// Makes `into` as strict as both: what is admitted meets, what is demanded unites, the lower limit wins.
/// Two sets that have nothing in common become a diagnostic (both lines are named), unless one of them was empty.
void tighten(Rules& into, const Rules& by, const RefName& ref, std::vector<Diagnostic>& problems);

/// Takes away what the key ("allow", "commits.message") says.
void drop_rule(Rules& rules, std::string_view key);
/// Whether they say something under this key.
bool has_rule(const Rules& rules, std::string_view key);

} // namespace gate
