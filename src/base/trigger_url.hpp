// How the URL of a build trigger is known in a text that may hold anything.
#pragma once

#include <string_view>
#include <vector>

namespace gate {

/// What may be one: "http://" or "https://", and "/trigger/" in the path behind it. Each goes on to where a blank, a quote or a
/// shell's operator ends it. Whose it is, is not asked.
std::vector<std::string_view> trigger_urls(std::string_view text);

} // namespace gate
