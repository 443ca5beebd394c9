// Where this program's policies come from, besides the repository.
#pragma once

#include <filesystem>
#include <memory>

#include "base/error.hpp"
#include "cli/invocation.hpp"
#include "ports.hpp"

namespace gate {

/// The policy of the machine, which stands above all others. Its place is fixed: a variable that moved it would let everybody who
/// sets variables out of it.
inline constexpr const char* k_system_policy = "/etc/gate/policy.toml";

/// $XDG_CACHE_HOME/gate/policies or ~/.cache/gate/policies (XDG Base Directory Specification). An error where neither is set.
Result<std::filesystem::path> policy_store_folder(const Invocation& invocation);

/// Touches nothing until it is asked; without a system policy that question costs one open(2), and a look at each part of its path.
std::unique_ptr<PolicySources> wire_policy_sources(const Invocation& invocation);

} // namespace gate
