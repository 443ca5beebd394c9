// What a suite does, in words.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/policy.hpp"

namespace gate {

/// "service api of docker-compose.yml", "an image built from web", "image python:3.8".
std::string where_it_runs(const Suite& suite);

/// Something that a suite says of itself beside what it runs and where.
struct SuiteTerm {
  std::string key;  ///< of the policy: "shards"
  std::string text; ///< "4 shards"; raw, as the policy has it
};

/// What is not at its default, the timeout left out.
std::vector<SuiteTerm> suite_terms(const Suite& suite);

/// Their texts: "4 shards", "network none", "sees this machine's variables in URL=https://{env:HOST}/".
std::vector<std::string> terms_of(const Suite& suite);

/// A value of `env`, in which only "{env:NAME}" is special, with what `value_of` gives for each NAME put in; what that gives is not
/// looked at again. Nothing where a "{env:" is not followed by the name of a variable and "}".
std::optional<std::string> filled_env_value(std::string_view text, const std::function<std::string(std::string_view)>& value_of);

} // namespace gate
