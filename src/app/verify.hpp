// Which verdicts hold for a commit, for whom and why; and which do not.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/foreign_verdicts.hpp"

namespace gate {

struct SuiteStanding {
  std::string suite;
  Oid seen;
  std::optional<Verdict> own;           ///< a run on this machine
  std::vector<VouchedVerdict> vouched;  ///< the one that counts first
  std::vector<DoubtedVerdict> doubts;
  std::string unknown_key;              ///< Need::unknown_key
  bool holds_for_client = false;
  bool holds_for_authority = false;
};

struct CommitStanding {
  Oid commit;
  RefName ref; ///< by whose rules
  std::string subject; ///< hostile
  std::vector<SuiteStanding> suites;
  std::vector<std::string> problems; ///< why it can't be told
  bool holds(Asker asker) const;
};

struct VerifyPorts {
  JudgePorts judge;
  ForeignPorts foreign;
};

/// Whose rules say what must have passed.
struct VerifySide {
  std::string remote; ///< its name
  RefName ref;
  std::optional<Oid> tip; ///< of the ref on the protected side; nothing: it is new there
};

struct VerifyTerms {
  std::chrono::system_clock::time_point now = std::chrono::system_clock::now();
  Asker asker = Asker::client; ///< for whom the answer counts
  /// This machine is CI: what it ran itself counts for an authority, too.
  bool is_authority_here = false;
};

/// A commit, and the first line of its message as far as it is known (hostile).
struct NamedCommit {
  Oid commit;
  std::string subject;
};

struct Verification {
  std::string remote;
  Asker asker = Asker::client;
  std::vector<CommitStanding> commits; ///< in the order asked for
  std::vector<std::string> notices;
  std::vector<Diagnostic> problems; ///< of the policy, whose rules contradict each other
  bool holds() const; ///< everything that is required, for the asker; an empty list holds
};

/// How things stand with each of these commits, if the ref were moved to it now: by the policy of the protected side, which is read once, as are
/// signers. No rule is judged but which suites are required, and nothing is run, written or fetched. An error: something can't be read.
Result<Verification> verify_commits(const std::vector<NamedCommit>& commits, const VerifySide& side, const VerifyPorts& ports, const Identity& identity,
                                    const VerifyTerms& terms);

} // namespace gate
