// The part of a [publish.NAME] table that says which images go where. Internal to src/policy.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/decode.hpp"
#include "policy/publication.hpp"

namespace gate {

/// Where a publication stands.
struct PublicationScene {
  const toml::table& top; ///< the whole file
  const std::optional<std::vector<std::string>>& suites; ///< those that the policy has; nothing where another layer may define more
  std::string where;      ///< "[publish.api]"
  Place place;
};

/// The keys that only an image's publication has; "to" is among them.
const std::vector<std::string>& image_keys();

/// What is wrong is reported; what can't be used is left out.
ImageDestination read_image_destination(const toml::table& table, const PublicationScene& scene, Decoder& decode);

/// Reports the first placeholder of a tag's template that stands for nothing. True: there is none.
bool knows_placeholders(const Located<std::string>& tag_template, Decoder& decode);

} // namespace gate
