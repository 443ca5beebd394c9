// Which variables of the environment a policy says to hold secrets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gate {

/// The names in `env = "NAME"` (docs/policy.md: of a trigger, of a webhook), each once, in a policy's text or in what is meant to be one: as
/// TOML has them, and where it is no TOML, or may not be read (vet.hpp), as far as they are spelled out.
std::vector<std::string> secret_names_in(std::string_view policy);

} // namespace gate
