// The [suite.NAME] tables of a policy. Internal to src/policy.
#pragma once

#include <map>
#include <string>

#include "policy/decode.hpp"
#include "policy/policy.hpp"

namespace gate {

/// By their names; what is wrong with them is reported to the decoder.
std::map<std::string, Suite> read_suites(const toml::table& top, Decoder& decode);

/// The policy's [run].
RunSettings read_run_settings(const toml::table& top, Decoder& decode);

} // namespace gate
