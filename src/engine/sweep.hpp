// Removing what runs leave behind.
#pragma once

#include <string>

#include "engine/engine_api.hpp"
#include "engine/owner.hpp"

namespace gate {

/// Removes every container, network and volume of one run, by label, until the Engine lists none. With
/// `may_grow` (a program that creates some was killed in the middle) it looks again for a while. An error
/// says what is left.
Result<void> remove_run(EngineApi& api, const std::string& run, bool may_grow, const Patience& patience);

/// Takes the names from the images that were built for one run; an image without another name goes.
Result<void> remove_image_names(EngineApi& api, const std::string& run, const Patience& patience);

/// Nothing writes into a folder of this machine for the run any more, and whoever runs gate may remove what was written: containers
/// that have one bound writable are killed. Where there are none it costs one request.
Result<void> stop_writing(EngineApi& api, const std::string& run, const Patience& patience);

/// Removes all runs of this process, containers and names of images alike. `may_grow` as for remove_run.
Result<void> remove_runs_of(EngineApi& api, const ProcessIdentity& process, bool may_grow, const Patience& patience);

/// The same for all runs that are gone (RunOwner::is_gone). One that can't be removed does not keep it from the others.
Result<void> sweep_dead_runs(EngineApi& api, const Patience& patience);

} // namespace gate
