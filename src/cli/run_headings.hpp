// What a run did besides testing, for whoever asks with -v.
#pragma once

#include <string>
#include <vector>

#include "app/run_suites.hpp"

namespace gate {

/// The headings ("==> …") of the logs of what ran now, a clean line each: "gate: api: compose starts the services: …". What the tested
/// program puts out may look like one.
std::string headings_of(const std::vector<SuiteResult>& suites);

} // namespace gate
