// Where runs keep their things: below the common git directory, shared by its work trees.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "app/run_suites.hpp"
#include "os/files.hpp"

namespace gate {

/// <common git directory>/gate
class GateFolder final : public Workspace {
public:
  explicit GateFolder(const std::filesystem::path& common_git_dir) : m_root(common_git_dir / "gate") {}

  std::filesystem::path verdicts() const { return m_root / "verdicts"; }
  std::filesystem::path scratch() const { return m_root / "tmp"; }
  std::filesystem::path outbox() const { return m_root / "outbox.db"; }
  std::filesystem::path publish_lock() const { return m_root / "publish.lock"; }
  std::filesystem::path pending_lock() const { return m_root / "pending.lock"; }
  std::filesystem::path pending_marker() const { return m_root / "pending"; }
  /// A new file name for what a finisher says; its folder exists.
  Result<std::filesystem::path> finisher_log();
  /// Stays the same for one repository on one machine.
  std::string repository_id() const;

  Result<std::filesystem::path> fresh_folder() override;
  Result<std::filesystem::path> log_file(const std::string& suite, const Oid& tree) override;

  /// Removes the last fresh folder. Gives its path if it is still there: a container wrote what this user can't remove.
  std::optional<std::filesystem::path> discard_folder();

private:
  Result<std::filesystem::path> new_log(const std::string& name);

  std::filesystem::path m_root;
  std::optional<TemporaryFolder> m_folder;
};

} // namespace gate
