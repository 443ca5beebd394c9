// Which updates of a push a bypass let through, for those who write it down.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "app/judge.hpp"
#include "policy/bypass_record.hpp"

namespace gate {

/// One record for each update with violations that the bypass admitted; none when nothing was bypassed. `remote` is a name.
std::vector<BypassRecord> bypass_records(const Judgement& judgement, BypassRecord::Where where, const std::string& remote,
                                         std::chrono::system_clock::time_point now);

/// The same update by the same person for the same reason, whenever.
bool says_the_same(const BypassRecord& a, const BypassRecord& b);

} // namespace gate
