// Where the ledger's refs were when they were seen last, so that the next gate fetches only what is new. Internal to src/git.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/oid.hpp"

namespace gate {

using LedgerTips = std::map<std::string, Oid>; ///< by the ref's name

/// What <common_dir>/gate/ledger-tips says: "<oid> <ref>" a line. Lines that make no sense are left out, and a file that can't be read is empty:
/// then more is fetched than need be.
LedgerTips ledger_tips_in(const std::filesystem::path& common_dir);

/// Puts these in, beside those that are there, whole or not at all. What can't be written is no loss.
void keep_ledger_tips(const std::filesystem::path& common_dir, const LedgerTips& tips);

} // namespace gate
