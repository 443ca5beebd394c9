// Which verdicts hold, for people.
#pragma once

#include <chrono>
#include <string>

#include "app/verify.hpp"
#include "report/text.hpp"

namespace gate {

/// A line for each commit, below it one for each suite: whether something holds, by whom and since when; and what was doubted. At the end what
/// mends it, where something does not hold. `now` is what ages are counted from. Ends in a newline.
std::string render(const Verification& verification, std::chrono::system_clock::time_point now, const TextStyle& style);

} // namespace gate
