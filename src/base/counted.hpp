// Numbers of things.
#pragma once

#include <cstddef>
#include <string>

namespace gate {

/// "1 suite", "2 suites".
inline std::string counted(std::size_t count, const std::string& thing) { return std::to_string(count) + " " + thing + (count == 1 ? "" : "s"); }

} // namespace gate
