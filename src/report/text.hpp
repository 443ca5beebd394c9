// What gate tells people.
#pragma once

#include <chrono>
#include <string>

#include "app/run_suites.hpp"
#include "base/error.hpp"

namespace gate {

struct TextStyle {
  bool colour = false;
  /// The heading of a refusal is "SUBJECT refused": "push", "check", "a push of this would be".
  std::string subject = "push";
  std::chrono::system_clock::time_point now = std::chrono::system_clock::now(); ///< from which ages count
};

/// The whole report, line by line, ending in a newline. A refusal says for each reason what, where, why and how to mend it; where
/// a bypass was asked for, also why it does not reach that rule. What was bypassed, and what breaks rules that are only evaluated, is
/// always said.
std::string render(const Conclusion& conclusion, const TextStyle& style);

/// "gate: MESSAGE" and, if there is one, "      mend: REMEDY".
std::string render(const Error& error, const TextStyle& style);

/// Problems of a policy file, one line each.
std::string render(const std::vector<Diagnostic>& problems, const TextStyle& style);

} // namespace gate
