// Which names of a tree may become files.
#pragma once

#include <string_view>

namespace gate {

/// Whether git would put an entry of this name into a work tree: one component, not ".", "..", nor anything
/// that some filesystem takes for ".git" (git's verify_path in read-cache.c, with core.protectNTFS and
/// core.protectHFS on). A symlink must not stand for ".gitmodules" either.
bool may_check_out(std::string_view name, bool is_symlink);

} // namespace gate
