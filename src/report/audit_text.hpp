// What an audit found, for people.
#pragma once

#include <string>

#include "app/audit.hpp"
#include "report/text.hpp"

namespace gate {

/// Branch by branch, newest step first; ends in a newline.
std::string render(const Audit& audit, const TextStyle& style);

} // namespace gate
