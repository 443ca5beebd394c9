// The files beside a policy that is not committed yet.
#pragma once

#include <filesystem>

#include "app/layering.hpp"

namespace gate {

/// Files of a work tree by their paths in it, under the same conditions as in a commit: regular ones of at most 1 MiB, and no symlink on
/// the way to them.
class WorkTreeFiles final : public PolicyFiles {
public:
  /// `top` is absolute.
  explicit WorkTreeFiles(std::filesystem::path top) : m_top(std::move(top)) {}

  Result<std::optional<std::string>> read(const std::string& path) override;
  std::string name_of(const std::string& path) const override { return path; }

private:
  std::filesystem::path m_top;
};

} // namespace gate
