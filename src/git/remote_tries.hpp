// What all that writes refs of gate's own on a remote has in common, when others write there as well. Internal to src/git.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/oid.hpp"
#include "git/remote_git.hpp"

namespace gate {

/// Waits between two tries for some time between 50 and 600 ms, so that those who have met once do not meet again; not past `end`. `tick`, which may
/// be empty, is called meanwhile. An error: interrupted.
Result<void> pause_between_tries(const RemoteGit& git, const std::function<void()>& tick, std::chrono::steady_clock::time_point end);

/// The beginning of a `git fetch` of refs that have nothing in common with branches; the remote ("--" before it) and refspecs follow. `here` are tips of
/// theirs that are here already, with all that is behind them. No ref moves but those that the refspecs name.
std::vector<std::string> fetch_of_own_refs(const std::vector<Oid>& here);

} // namespace gate
