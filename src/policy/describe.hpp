// The rules of a policy in words, and which of its lines said them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/ref_name.hpp"
#include "policy/policy.hpp"

namespace gate {

/// What is said under one key.
struct RuleRow {
  std::string key;           ///< one of rule_keys()
  std::string value;         ///< as a policy file spells it: `["merge", "fast-forward"]`, `'^fix: '`, `"5MiB"`, `true`; hostile
  std::vector<Place> places; ///< the lines that say so, each once
};

/// What the rules say, in the order of rule_keys(); what they are silent about is left out.
std::vector<RuleRow> describe(const Rules& rules);

/// What [verdicts] says: "allowed_signers", "ci", "dev", "max_age", "platforms", "share"; what is not there, and `share` when it is false, is left out.
std::vector<RuleRow> describe(const VerdictSettings& settings);

/// A text as TOML spells it, in single quotes where it can be.
std::string toml_text(std::string_view text);
/// `["a", "b"]`.
std::string toml_list(const std::vector<std::string>& texts);
/// A number of bytes as `files.max_size` takes it, without quotes: "5MiB", "1234".
std::string toml_size(std::int64_t bytes);
/// An age as `max_age` takes it, without quotes: "30d", "12h", "90s".
std::string toml_age(std::chrono::seconds age);
/// "2026-12-20T00:00:00Z to 2027-01-05T00:00:00Z", without the reason.
std::string window_text(const Freeze& freeze);
/// "staging", "tag v*"; what is neither branch nor tag in full.
std::string pattern_text(const RefPattern& pattern);

/// What becomes of a line once all blocks of a ref are joined.
enum class LineFate : std::uint8_t {
  decides,   ///< the value is this line's
  agrees,    ///< it says the same as the line that decides
  joins,     ///< the value comes of this line and of others
  overruled, ///< another line is stricter
  loosened,  ///< its layer lists the key in allow_override, and a lower layer says something else
};
struct RuleLine {
  Place place;
  std::string value; ///< what this line alone says
  LineFate fate = LineFate::decides;
};

/// The value that holds under one key, and all lines that speak of it.
struct ExplainedRule {
  RuleRow row; ///< the value is empty, and there are no places, when every line is `loosened`
  std::vector<RuleLine> lines;
};
struct ExplainedGroup {
  Enforcement enforcement = Enforcement::active;
  Bypass bypass;
  std::vector<ExplainedRule> rules;
};

/// Which line decided what. `rules` are what rules_for gave for this policy.
std::vector<ExplainedGroup> explain(const Policy& policy, const RefRules& rules);

/// Refs that the pattern matches, with names that nobody gives to a branch in the place of wildcards: one, or for a pattern with `**` a
/// shallow and a deep one. None for a pattern that no ref name can match.
std::vector<RefName> samples_of(const RefPattern& pattern);

} // namespace gate
