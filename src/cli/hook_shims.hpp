// The hooks that gate install writes (hooks/, put into the program by cmake/HookShims.cmake).
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace gate {

struct HookShim {
  std::string_view name; ///< as git calls the hook
  std::string_view text; ///< @GATE@ stands for gate's own path
};

extern const std::array<HookShim, 3> k_hook_shims;
/// Those of a repository that receives pushes.
extern const std::array<HookShim, 2> k_server_shims;

/// What a hook that was there before is called while gate's stands in its place.
inline constexpr std::string_view k_kept_suffix = ".before-gate";

/// Is this text a shim of gate's, of whatever version?
bool is_hook_shim(std::string_view text);

/// The shim with gate's path in it, quoted for sh.
std::string hook_text(const HookShim& shim, const std::string& gate_path);

} // namespace gate
