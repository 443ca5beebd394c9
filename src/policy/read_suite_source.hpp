// What a suite runs in, and what it runs. Internal to src/policy.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "policy/decode.hpp"

namespace gate {

/// The keys that say it.
const std::vector<std::string>& suite_source_keys();

/// Reads them into the suite, and reports every key that goes with another source.
void read_suite_source(const toml::table& table, const std::string& where, Decoder& decode, Suite& suite);

/// A table of texts under `key`, whose names are names of variables.
std::map<std::string, Located<std::string>> read_variables(const toml::table& table, std::string_view key, Decoder& decode);

/// An absolute path in a container, without "." and "..".
bool is_container_path(std::string_view path);

} // namespace gate
