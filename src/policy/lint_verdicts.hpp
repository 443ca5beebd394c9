// What lint says of [verdicts]. For lint.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/lint.hpp"

namespace gate {

std::vector<Finding> lint_verdicts(const Policy& policy);

/// Of a file that [verdicts] names as allowed_signers: lines with a role whose keys can vouch for nothing. `text` is hostile; `name` is the file's, for
/// the places.
std::vector<Finding> lint_verdict_signers(const VerdictSettings& settings, std::string_view text, const std::string& name);

} // namespace gate
