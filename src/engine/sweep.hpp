// Removing what runs leave behind.
#pragma once

#include <string>

#include "engine/engine_api.hpp"

namespace gate {

/// Removes every container, network and volume of one run, by label, until the Engine lists none. With
/// `may_grow` (a program that creates some was killed in the middle) it looks again for a while. An error
/// says what is left.
Result<void> remove_run(EngineApi& api, const std::string& run, bool may_grow, const Patience& patience);

/// Takes the names from the images that were built for one run; an image without another name goes.
Result<void> remove_image_names(EngineApi& api, const std::string& run, const Patience& patience);

/// The same for all runs of this host whose process is no more.
Result<void> sweep_dead_runs(EngineApi& api, const Patience& patience);

} // namespace gate
