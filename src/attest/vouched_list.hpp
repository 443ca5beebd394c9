// The verdicts from elsewhere that were taken here, for people to look at.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "ports.hpp"

namespace gate {

/// Of those that VerdictFiles keeps in `folder` the ones that were taken last, at most so many. Whether their signers still count is not looked at: that
/// is find_vouched's. What can't be read is not there.
std::vector<VouchedVerdict> newest_vouched(const std::filesystem::path& folder, std::size_t most);

} // namespace gate
