// The judgement of a push: what it breaks, and what must still be run. No container is started here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/error.hpp"
#include "policy/evaluate.hpp"
#include "ports.hpp"

namespace gate {

/// This gate, as policies and verdicts know it.
struct Identity {
  std::string version;  ///< "0.1.0"
  std::string platform; ///< OCI's: "linux/amd64"
};

/// A suite that one or more refs of the push need on one tree.
struct Need {
  Suite suite;
  Oid tree;
  Oid commit;
  Digest key;
  std::vector<RefName> refs;
  std::optional<Verdict> verdict; ///< found: nothing is to be run
  bool is_published = false;      ///< a publication goes out with the image that this suite tests
};

struct Judgement {
  std::vector<RefUpdate> updates;
  std::vector<Violation> violations;
  std::vector<Diagnostic> problems; ///< of policy files: nothing is let through
  std::vector<std::string> notices; ///< what the reader should know, though it denies nothing
  std::vector<Need> needs;          ///< each suite and tree once; empty when something is denied already
  /// Of the policy that judged the last update, whatever branches they are for.
  std::vector<PublishRule> publish_rules;
  /// Of the commit's own policy. They count once the remote's branch has the commit.
  std::vector<PublishRule> own_publish_rules;

  bool denied() const { return !violations.empty() || !problems.empty(); }
  bool nothing_to_run() const;
};

/// Judges every update of the push by the policy of its ref's protected side, and looks up the verdicts of the suites
/// that must have passed: those that the rules require, and `also_required` (names). An error means that something could not be
/// read: nothing is let through.
Result<Judgement> judge(const Push& push, Repository& repository, VerdictStore& verdicts, const Identity& identity,
                        const std::vector<std::string>& also_required = {});

} // namespace gate
