// What came of a policy's tests.
#pragma once

#include <string>
#include <vector>

#include "policy/scenario.hpp"
#include "report/text.hpp"

namespace gate {

/// A line for each test, what came otherwise below it, and the count. `file` is what the tests were read from.
std::string render_tests(const std::string& file, const std::vector<ScenarioResult>& results, const TextStyle& style);

} // namespace gate
