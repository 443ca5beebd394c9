#include "cli/hook_shims.hpp"

namespace gate {

namespace {

// POSIX shell, 2.2.2: inside single quotes nothing is special but the quote itself.
std::string quoted_for_sh(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return quoted + "'";
}

} // namespace

bool is_hook_shim(std::string_view text) { return text.rfind("#!/bin/sh\n# gate hook: ", 0) == 0; }

std::string hook_text(const HookShim& shim, const std::string& gate_path) {
  constexpr std::string_view k_placeholder = "@GATE@";
  std::string text(shim.text);
  text.replace(text.find(k_placeholder), k_placeholder.size(), quoted_for_sh(gate_path));
  return text;
}

} // namespace gate
