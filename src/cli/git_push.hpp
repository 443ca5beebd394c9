// The `git push` that gate starts for its user.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "os/process.hpp"

namespace gate {

/// The environment as it came, without where the key for verdicts lies: no hook, transport or login helper needs that, and what they start would get it,
/// too. A push of submodules hands on what is left; who publishes from their hooks signs with git's own key.
Environment without_signing_key(Environment env);

/// git push with these arguments in such an environment, and marked for its hooks: gate has judged this repository's push (cli/finisher.hpp).
Command git_push(const std::vector<std::string>& arguments, const Environment& env, const std::filesystem::path& common_dir);

} // namespace gate
