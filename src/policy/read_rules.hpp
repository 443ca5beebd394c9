// The [[branch]] and [[tag]] blocks of a policy. Internal to src/policy.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/decode.hpp"
#include "policy/pattern.hpp"
#include "policy/policy.hpp"

namespace gate {

/// What a block can only be held against with the rest of its file.
struct BlockScene {
  /// The suites there are; nothing where another layer may define more.
  std::optional<std::vector<std::string>> suites;
  /// Files that a block names are this machine's, and no repository's.
  bool is_machine = false;
};

/// The blocks under `key` ("branch" or "tag"), in the order of the file; what is wrong with them is reported to the decoder.
std::vector<Block> read_blocks(const toml::table& top, const std::string& key, RefPattern::Kind kind, const BlockScene& scene,
                               Decoder& decode);

/// The path of an allowed_signers file under `allowed_signers`: in the tree, or absolute for a machine's policy.
std::optional<Located<std::string>> read_allowed_signers(const toml::table& table, const BlockScene& scene, Decoder& decode);

} // namespace gate
