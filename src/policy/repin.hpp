// Moving a pin of `extends` in the text of a policy.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "policy/policy.hpp"

namespace gate {

/// The same file at another commit, with this content.
Extension::Pinned pin_of(const Extension::Pinned& old, const std::string& rev, std::string_view content);

/// The text with `rev` and `sha256` of one pin written anew; every other byte stays. `old` is the pin as it was read from this text, with
/// its place. Nothing when the two values do not stand there as they are (escapes may spell them otherwise).
std::optional<std::string> with_pin_moved(std::string text, const Located<Extension::Pinned>& old, const Extension::Pinned& fresh);

} // namespace gate
