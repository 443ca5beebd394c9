// The table [verdicts] of a policy. Internal to src/policy.
#pragma once

#include <optional>

#include "policy/decode.hpp"
#include "policy/policy.hpp"
#include "policy/read_rules.hpp"

namespace gate {

/// Nothing when there is no such table; what is wrong with it is reported to the decoder.
std::optional<VerdictSettings> read_verdicts(const toml::table& top, const BlockScene& scene, Decoder& decode);

} // namespace gate
