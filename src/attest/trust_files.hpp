// What was agreed to, as one flat file for each repository, kept where no repository can write.
#pragma once

#include <filesystem>
#include <optional>

#include "base/error.hpp"
#include "policy/surface.hpp"

namespace gate {

/// <state>/gate/trust/<SHA-256 of the canonical path of the common git folder>, 0600 in folders 0700. Beside it, with ".asked", what was
/// refused last. A folder or file of another owner, one that others may write, or a symlink in their place is an error that names it.
class TrustFiles {
public:
  /// `state` is $XDG_STATE_HOME or ~/.local/state (XDG Base Directory Specification), absolute; it need not exist. A repository that
  /// was moved is another one.
  TrustFiles(std::filesystem::path state, const std::filesystem::path& common_git_dir);

  /// Nothing when nobody was ever asked, or the file is not of this form.
  Result<std::optional<TrustRecord>> load() const;
  /// Adds what was agreed to; on return it is on disk, whole. The oldest lines make room. Two at once: one of both is forgotten, and
  /// asked again.
  Result<void> add(const SurfaceReading& agreed);
  /// True if there was something to forget.
  Result<bool> forget();

  /// What was asked last, and refused or not answered: `gate trust` agrees to it.
  Result<std::optional<TrustRecord>> load_asked() const;
  Result<void> keep_asked(const SurfaceReading& asked);
  Result<void> drop_asked();

private:
  Result<std::optional<TrustRecord>> load(const std::filesystem::path& file) const;
  Result<void> save(const std::filesystem::path& file, const TrustRecord& record);
  Result<bool> remove(const std::filesystem::path& file);
  std::filesystem::path asked() const;

  std::filesystem::path m_state;
  std::filesystem::path m_repository;
  std::filesystem::path m_file;
};

} // namespace gate
