// Which updates of a push a bypass let through, for those who write it down.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "app/judge.hpp"
#include "policy/bypass_record.hpp"

namespace gate {

/// How what is written down now is to be read later.
struct BypassEntry {
  BypassRecord::Where where = BypassRecord::Where::client;
  BypassRecord::State state = BypassRecord::State::done;
  std::string remote; ///< its name, never a URL
  std::chrono::system_clock::time_point now;
};

/// One record for each update with violations that the bypass admitted; none when nothing was bypassed.
std::vector<BypassRecord> bypass_records(const Judgement& judgement, const BypassEntry& entry);

/// The same update by the same person for the same reason in the same state, whenever.
bool says_the_same(const BypassRecord& a, const BypassRecord& b);

/// For a server whose refs have moved: what was granted for these updates to this person for this reason, as done `now`. Nothing for an
/// update that needed no bypass. What a deleted branch had before may be anything: git takes what the pusher says.
std::vector<BypassRecord> carried_out(const std::vector<BypassRecord>& records, const std::vector<RefUpdate>& updates, const BypassRequest& by,
                                      std::chrono::system_clock::time_point now);

/// Without those that were granted and of which a later record says more: that it was done, or granted once more.
std::vector<BypassRecord> settled(std::vector<BypassRecord> records);

} // namespace gate
