// Which clone of a repository publishes. Internal to src/git.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.hpp"

namespace gate {

/// 32 hex digits that nobody else has.
std::string random_id();

/// Names this clone on this machine, in 32 hex digits: made of a random id in <common git folder>/gate/publisher (0600, made on first use),
/// of that file's place and inode, and of the host's name. So a copy of a clone, or one that is unpacked on many machines, is another one.
Result<std::string> publisher_in(const std::filesystem::path& common_dir);

} // namespace gate
