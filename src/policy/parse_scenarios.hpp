// The [[test]] blocks of a file beside a policy.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "policy/scenario.hpp"

namespace gate {

/// Reads a test file (TOML 1.0, policies/README.md), as strictly as a policy: every problem at once, in the order of the file. A file
/// without a test is a problem, too.
tl::expected<std::vector<Scenario>, std::vector<Diagnostic>> parse_scenarios(std::string_view text, const std::string& name);

} // namespace gate
