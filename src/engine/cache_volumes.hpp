// What suites keep from run to run: volumes that belong to a repository.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/engine_api.hpp"
#include "os/process.hpp"

namespace gate {

class Interrupt;

inline constexpr const char* k_cache_label = "io.gate.cache"; ///< its value is the repository's id

/// "gate-cache-<repository>-<12 hex digits>": one for each suite and path in its container.
std::string cache_volume(std::string_view repository_id, std::string_view suite, std::string_view path);

/// Removes the repository's volumes and gives how many went. One that a running suite uses stays.
Result<std::size_t> remove_cache_volumes(EngineApi& api, const std::string& repository_id, const Patience& patience);

/// The same, of the Engine that `env` says, as for make_suite_runner.
Result<std::size_t> remove_cache_volumes(const Environment& env, const std::string& repository_id, const Interrupt& interrupt);

} // namespace gate
