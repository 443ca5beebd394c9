// What of a conclusion is sent to others, and what is said of verdicts on their way.
#pragma once

#include <string>
#include <vector>

#include "app/foreign_verdicts.hpp"
#include "app/run_suites.hpp"
#include "app/share_verdicts.hpp"

namespace gate {

enum class Passes {
  reused_too,     ///< also those of earlier runs on this machine
  of_this_process ///< an authority's key signs only what this process ran: a .git that was kept may hold what another job has left
};

/// The verdicts behind those suites that have passed by a run on this machine; `newest` are this machine's, the newest first. Of
/// what somebody else has vouched for there is none: a verdict that was taken over begets no other.
std::vector<Verdict> own_passes(const std::vector<SuiteResult>& suites, const std::vector<Verdict>& newest, Passes which);

/// A notice for each verdict that is there and does not count, at most three a suite, and one for those that are left out. Not cleaned.
std::vector<std::string> doubt_notices(const std::vector<DoubtsOf>& doubts);

/// What is to be said of it, whole lines, clean; empty where there was nothing to send. `remote` is hostile.
std::string sent_text(const Shared& shared, const std::string& remote);

/// For what went wrong on the way: "verdicts were not fetched from origin". Whole lines, clean.
std::string trouble_text(const std::string& what, const std::string& remote, const Error& error);

} // namespace gate
