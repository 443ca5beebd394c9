// Verdicts as flat files: <folder>/<first two digits of the key>/<key>.json, each one in-toto statement.
#pragma once

#include <filesystem>

#include "ports.hpp"

namespace gate {

class VerdictFiles final : public VerdictStore {
public:
  /// `folder` need not exist; it is made by the first store.
  explicit VerdictFiles(std::filesystem::path folder) : m_folder(std::move(folder)) {}

  std::optional<Verdict> find(const Digest& key, const Oid& tree) override;
  Result<void> store(const Verdict& verdict) override;

private:
  std::filesystem::path path_of(const Digest& key) const;
  std::filesystem::path m_folder;
};

} // namespace gate
