// What the rules on commits, merges and files need to know of an update. Values: gathered by src/app, judged by evaluate.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/oid.hpp"
#include "policy/push.hpp"

namespace gate {

/// All of it is whatever somebody wrote: hostile.
struct Person {
  std::string name;
  std::string email;
};

/// A commit that is on no ref of the remote.
struct NewCommit {
  Oid oid;
  std::vector<Oid> parents;
  Person author;
  Person committer;
  std::string message; ///< as it stands, after the header
  bool is_dressed_up = false; ///< it has several parents, and the first contains all the others: no merge

  std::string subject() const; ///< the first line that is not empty
};

/// What git says of a commit's or a tag's signature (git-log(1), %G?).
struct Signature {
  enum class State {
    none,      ///< there is none
    good,      ///< by a key that the allowed_signers files know, or that this machine's GPG trusts
    untrusted, ///< correct, but by nobody who is known
    expired,   ///< the key or the signature is not valid any more, or was not yet
    revoked,
    bad,       ///< it does not fit
    unchecked, ///< could not be looked at: the key is not here, a program is missing
  };
  State state = State::none;
  std::string signer; ///< when good: the principal of the allowed_signers file; GPG: the e-mail address
  std::string key;    ///< its fingerprint; may be empty
};

/// A merge, made again by git (git-merge-tree(1), --write-tree).
struct RemadeMerge {
  enum class Outcome {
    same,       ///< git makes the same tree
    resolved,   ///< it met conflicts, and only the conflicted files differ
    edited,     ///< other files differ, too
    cannot_tell ///< more than two parents, or something is missing
  };
  Oid commit;
  Outcome outcome = Outcome::cannot_tell;
  std::vector<std::string> smuggled; ///< paths that differ and met no conflict; for `edited`
  std::string reason;                ///< for `cannot_tell`
  /// The paths that differ from a parent by nobody's doing but the merge's: those that are not as git makes them, and those that met
  /// a conflict, whatever is there now. For `cannot_tell` all that differ from a parent.
  std::vector<std::string> decided = {};
};

/// A file that a new commit adds or changes, or takes away: seen from every one of its parents.
struct ChangedFile {
  Oid commit;
  std::string path; ///< any bytes
  std::optional<Oid> blob; ///< nothing: taken away, or a submodule
  std::int64_t size = 0;   ///< bytes
  bool is_submodule = false; ///< the new version is a commit of another repository
};

/// Where a secret stands. Its value is nowhere in it.
struct FoundSecret {
  Oid commit;
  std::string path;
  unsigned line = 0; ///< from 1
  std::string kind;  ///< "AWS access key", "private key", …
};

/// A change of the policy itself.
struct PolicyChange {
  Oid commit; ///< the new tip
  bool is_removed = false;
  std::optional<std::int64_t> old_serial;
  std::optional<std::int64_t> new_serial;
  /// The files of the policy that differ, each with the new commits that gave it just what the tip has.
  std::map<std::string, std::vector<Oid>> brought_by = {};
  std::optional<Oid> kept_at = {}; ///< the commit whose policy judges
};

/// The facts of one update. What no rule asks for is empty.
struct UpdateFacts {
  std::chrono::system_clock::time_point now;
  /// One for each group of the rules, in their order: what may come from where is the group's own. Nothing where it does not ask.
  std::vector<std::optional<History>> histories;
  std::vector<NewCommit> commits; ///< children before parents
  /// Where no rule asks for all of them, those that differ from one of their parents in a file that has an owner.
  std::vector<RemadeMerge> merges;
  std::vector<ChangedFile> files;
  std::vector<FoundSecret> secrets;
  std::map<Oid, Signature> signatures; ///< of new commits, and of the tag object
  std::optional<Oid> tag_object;       ///< the pushed object is an annotated tag
  std::optional<PolicyChange> policy_change;
  /// Why something is not in here though a rule asks for it: one sentence each. Denies under the id `history`.
  std::vector<std::string> unknown;
};

} // namespace gate
