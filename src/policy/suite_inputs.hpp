// What a suite takes from the machine that it is run on.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "policy/policy.hpp"

namespace gate {

/// The suite's `env` with each "{env:NAME}" put in. `variable` looks one up; it may be empty, then none is set. could_not_run names the
/// variable that is not set. One that is set to nothing is set.
Result<std::map<std::string, std::string>> filled_env(const Suite& suite, const std::function<std::optional<std::string>(const std::string&)>& variable);

/// The image that the suite names by something that may move (a tag, or nothing). Null when it names none, or names it by its digest.
const std::string* moving_image(const Suite& suite);

} // namespace gate
