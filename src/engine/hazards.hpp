// What a suite's services may not have: power over the machine.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/json.hpp"

namespace gate {

/// Judges the services of a normalized compose file (`compose config`), and the networks, volumes, secrets
/// and configs that they use, by allow-list: what is not known to be harmless is refused by name. Binds and
/// builds must lie in the tree. Gives a sentence for each refusal, all at once.
std::vector<std::string> hazards(const Json& model, const std::vector<std::string>& services,
                                 const std::filesystem::path& tree);

} // namespace gate
