// Which variables of the environment a policy says to hold secrets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "git/repository.hpp"

namespace gate {

/// The names in `env = "NAME"` (docs/policy.md: of a trigger, of a webhook), each once, in a policy's text or in what is meant to be one.
std::vector<std::string> secret_variables_in(std::string_view policy);

/// Of the policy that HEAD has; none where it can't be read. Starts no program.
std::vector<std::string> secret_variables_of_head(OpenRepository& repository);

} // namespace gate
