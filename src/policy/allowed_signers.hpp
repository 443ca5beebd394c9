// Reading allowed_signers files, to lint them and to name the principals they know. Who signed is asked of git, never of this.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"

namespace gate {

/// One line of the file (ssh-keygen(1), ALLOWED SIGNERS).
struct AllowedSigner {
  std::vector<std::string> principals; ///< patterns with * and ?; one that begins with '!' excludes
  bool is_authority = false;           ///< cert-authority: the key signs certificates, not commits
  std::vector<std::string> namespaces; ///< patterns; empty: every namespace
  std::string valid_after;             ///< as it stands (YYYYMMDD[HHMM[SS]][Z]); may be empty
  std::string valid_before;
  std::string key_type; ///< "ssh-ed25519", …
  std::string key;      ///< base 64
  unsigned line = 0;    ///< from 1

  /// Do the patterns know this principal? An excluding one wins.
  bool knows(std::string_view principal) const;
  /// May it sign commits and tags? git signs in the namespace "git".
  bool signs_for_git() const;
  /// Is this namespace named, word for word, and not excluded? No namespaces, and patterns, name none.
  bool names(std::string_view name_space) const;
};

struct AllowedSigners {
  std::vector<AllowedSigner> signers;
  std::vector<Diagnostic> problems; ///< lines that ssh-keygen would not take, and keys that sign neither commits nor verdicts

  /// Is there a line that knows this principal and signs for git?
  bool knows(std::string_view principal) const;
};

/// `text` is hostile; `name` is the file's, for the places of the problems. Empty lines and lines that begin with '#' say nothing. Lines beyond the
/// 10,000th are a problem and not read.
AllowedSigners parse_allowed_signers(std::string_view text, const std::string& name);

} // namespace gate
