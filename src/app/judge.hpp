// The judgement of a push: what it breaks, and what must still be run. No container is started here.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/error.hpp"
#include "policy/evaluate.hpp"
#include "policy/verdict_trust.hpp"
#include "ports.hpp"

namespace gate {

/// This gate, as policies and verdicts know it.
struct Identity {
  std::string version;  ///< "0.1.0"
  std::string platform; ///< OCI's: "linux/amd64"
};

/// A suite that one or more refs of the push need on one tree.
struct Need {
  Suite suite; ///< what its `allow` holds is granted by the protected side's policy
  Oid tree;    ///< the commit's whole tree
  Oid seen;    ///< the tree of what the suite sees: the subject of its verdict
  Oid commit;
  Digest key;
  std::vector<RefName> refs;
  std::optional<Verdict> verdict; ///< found: nothing is to be run
  bool is_published = false;      ///< some publication, of whatever branch, goes out with what this suite tests: its image is kept
  std::optional<Oid> trusted_tree = {}; ///< of the commit whose policy judged: what CI trusts without being told
  std::optional<std::string> lost_image = {}; ///< a verdict with this image does not count: what it tested is gone
  /// Services of its compose file whose images are published, too; sorted, each once. A verdict that has not each of them does not count.
  std::vector<std::string> published_services = {};
  /// By whose word a verdict from elsewhere counts: one for each policy that asks for the suite, all of which must admit it. Null: by
  /// nobody's. Empty only where no policy was asked.
  std::vector<std::shared_ptr<const VerdictTrust>> trusts = {};
  /// Under which such a verdict may stand: one for each platform that the trust names, else `key`.
  std::vector<Digest> vouched_keys = {};
  /// Why `key` can't be computed here ("it takes TOKEN of the machine's environment"); empty: it can.
  std::string unknown_key = {};
  std::optional<Voucher> voucher = {}; ///< of `verdict`, when it came from elsewhere

  /// May a verdict from elsewhere be looked for?
  bool may_be_vouched_for() const;
};

struct Judgement {
  std::vector<RefUpdate> updates;
  std::vector<Violation> violations; ///< those that deny
  std::vector<Violation> told;       ///< of rules that are only evaluated
  std::vector<Violation> bypassed;   ///< would deny, but for `bypass`
  std::optional<BypassRequest> bypass; ///< as it was asked for
  std::vector<Diagnostic> problems; ///< of policy files: nothing is let through
  std::vector<std::string> notices; ///< what the reader should know, though it denies nothing
  std::vector<Need> needs;          ///< each suite and tree once; empty when something is denied already
  bool shares_verdicts = false;     ///< [verdicts] of a policy that judged says `share`
  RunSettings run;                  ///< of the policies that the needs come from: the fewest at once; one that stops, stops all
  /// Of the policy that judged the last update, whatever branches they are for.
  std::vector<PublishRule> publish_rules;
  /// Of the commit's own policy. They count once the remote's branch has the commit.
  std::vector<PublishRule> own_publish_rules;

  bool denied() const { return !violations.empty() || !problems.empty(); }
  bool nothing_to_run() const;
};

struct JudgePorts {
  Repository& repository;
  Commits& commits;
  PolicySources& sources;
  VerdictStore& verdicts;
  Variables variables = {};      ///< of this machine; none where no suite is run
  NamedImages* images = nullptr; ///< null where no Engine can be asked: then a suite on a named image has no verdict
};

/// How a push is to be judged.
struct JudgeTerms {
  std::chrono::system_clock::time_point now = std::chrono::system_clock::now();
  std::optional<BypassRequest> bypass;
  std::vector<std::string> also_required; ///< suites, besides those that the rules require
  enum class Suites {
    needed,   ///< what must have passed is looked up
    elsewhere ///< a git server runs no tests: only what [verdicts] of the protected side asks for is a need, on refs that ask (asks_for_verdicts)
  };
  Suites suites = Suites::needed;
  enum class Depth {
    whole,
    policies_only ///< which policies hold and what they publish; nothing is judged
  };
  Depth depth = Depth::whole;
  Asker asker = Asker::client;
};

/// Judges every update of the push by the policy of its ref's protected side, and looks up the verdicts of the suites
/// that must have passed. An error means that something could not be read: nothing is let through.
Result<Judgement> judge(const Push& push, const JudgePorts& ports, const Identity& identity, const JudgeTerms& terms = {});

} // namespace gate
