// A compose file's YAML as a plain value.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "engine/json.hpp"

namespace gate {

/// Reads one YAML document: aliases and merge keys ("<<") are resolved, plain scalars typed as YAML 1.2's
/// core schema has it. Two parsers read each compose file, ours and compose's own, so whatever they might
/// read differently is an error here (a sentence): a key that stands twice, tags, several documents, control
/// characters, and documents that unfold to more than 100,000 nodes.
tl::expected<Json, std::string> parse_compose(std::string_view text);

/// "$$" stands for "$" in a compose file.
std::string without_escapes(const std::string& text);

} // namespace gate
