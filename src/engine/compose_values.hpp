// Values of a normalized compose file, as compose itself reads them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/json.hpp"

namespace gate {

/// The text of a string or an integer, "$$" being "$". Nothing for anything else, and for a lone "$": compose would put something in.
std::optional<std::string> plain_text(const Json& value);

/// A list of such texts; a single one is a list of one.
std::optional<std::vector<std::string>> plain_texts(const Json& value);

/// Words as Python's shlex.split() has them, by which compose splits a command that is one text. Nothing for an open quotation.
std::optional<std::vector<std::string>> split_words(std::string_view text);

/// Bytes: a number, or "64m", "1.5gb" (b, k, m, g, t; powers of 1024).
std::optional<std::int64_t> parse_bytes(const Json& value);

/// Nanoseconds of "1m30s", "500ms".
std::optional<std::int64_t> parse_nanoseconds(std::string_view text);

/// Cores: a number, or a text that is one; in billionths.
std::optional<std::int64_t> parse_cores(const Json& value);

/// A map (or nothing at all) with these keys and no others, but for those without a value and remarks ("x-…").
bool has_only(const Json& object, std::initializer_list<std::string_view> keys);

/// The Engine's HealthConfig of a service's healthcheck. Nothing for what only compose knows.
std::optional<Json> parse_healthcheck(const Json& value);

} // namespace gate
