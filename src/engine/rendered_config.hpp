// What `compose config` has made of the same files before.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "engine/compose_files.hpp"
#include "engine/json.hpp"
#include "os/process.hpp"

namespace gate {

/// Where a rendering was made, and of what.
struct Rendering {
  const std::filesystem::path& tree;
  const std::vector<std::filesystem::path>& files; ///< absolute, below the tree
  const DrawnFiles& drawn;
  const Environment& env; ///< of the compose that reads
};

/// Covers every byte that compose reads for it: the files and those they draw in, and of the environment what any of them could mean. The
/// tree's own path is not in it. Nothing when that can't be told for sure.
std::optional<Digest> rendering_key(const Rendering& rendering);

/// Keeps normalized compose files in a private folder; several gates may use it at once.
class RenderedConfigs {
public:
  static constexpr std::size_t k_most = 50; ///< the least recently used ones make room

  explicit RenderedConfigs(std::filesystem::path folder) : m_folder(std::move(folder)) {}

  /// What was stored for this key, for a tree that lies here now. Nothing when there is none, when it is damaged, or when another compose
  /// has made it: `compose` is compose_fingerprint(); empty (there is none now) accepts any.
  std::optional<Json> find(const Digest& key, const std::filesystem::path& tree, const std::string& compose) const;
  /// Keeps the model without the tree's path. What can't be freed of it, and what can't be written, is not kept: the next run renders again.
  void store(const Digest& key, const std::filesystem::path& tree, const std::string& compose, const Json& model) const;

private:
  std::filesystem::path file_of(const Digest& key) const { return m_folder / (key.hex() + ".json"); }
  void prune() const;

  std::filesystem::path m_folder;
};

} // namespace gate
