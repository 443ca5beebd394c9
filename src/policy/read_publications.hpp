// The [publish.NAME] tables of a policy. Internal to src/policy.
#pragma once

#include <vector>

#include "policy/decode.hpp"
#include "policy/publication.hpp"

namespace gate {

/// In the order of their names; what is wrong with them is reported to the decoder. `suites` are those that the policy has; nothing where another
/// layer may define more.
std::vector<PublishRule> read_publications(const toml::table& top, const std::optional<std::vector<std::string>>& suites, Decoder& decode);

/// The problem with the publication of a suite that runs in an image that it names: it makes none that could be published.
Diagnostic makes_no_image(const std::string& suite, const Place& place);

/// May a suite or a publication be called this? Names are part of image names, log names and lines for people.
bool is_plain_name(std::string_view name);

} // namespace gate
