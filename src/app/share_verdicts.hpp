// Signing what ran here, and sending it where others find it.
#pragma once

#include <string>
#include <vector>

#include "app/judge.hpp"
#include "ports.hpp"

namespace gate {

struct SharePorts {
  Envelopes& envelopes;
  VerdictNotes& notes;
  VerdictExchange& exchange;
};

struct Shared {
  std::size_t sent = 0;  ///< verdicts that the remote did not have under our key
  std::string key;       ///< fingerprint
  std::string problem;   ///< why something was not sent; it is never a reason to fail
  std::string remedy;
};

/// Verdicts of runs on this machine, signed by this machine's key, added to refs/notes/gate/<its id> of the remote. Only what ran here: nobody vouches for
/// what somebody else has vouched for. What our notes have is not signed again, but sent where the remote has it not: it may be another remote, or have
/// lost it. What could not be sent is in our notes afterwards. No key: nothing is sent, and `problem` says how to get one. An error is an interrupt.
Result<Shared> share_verdicts(const std::vector<Verdict>& own, const std::string& remote, const SharePorts& ports);

/// Ids of the keys that may vouch by these trusts; sorted, each once. What is to be fetched.
std::vector<std::string> signer_ids(const std::vector<Need>& needs);

} // namespace gate
