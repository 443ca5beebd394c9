// How an update relates to what the remote has, for each group of its rules.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/update_facts.hpp"
#include "ports.hpp"

namespace gate {

/// One for each group of the rules, in their order; nothing where the group does not ask. `admitted` are tips of branches that the
/// same push moves and that it may.
Result<std::vector<std::optional<History>>> histories_of(const JudgedUpdate& judged, const std::optional<std::string>& remote,
                                                         const std::vector<BranchTip>& admitted, Repository& repository);

} // namespace gate
