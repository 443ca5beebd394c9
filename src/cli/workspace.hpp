// Where runs keep their things: below the common git directory, shared by its work trees.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/run_suites.hpp"
#include "os/files.hpp"

namespace gate {

/// How the folders of runs that are over go.
struct FolderRemoval {
  std::string rm = {}; ///< the program: it outlives this process with what takes longer than the patience. Empty: everything is waited for
  std::chrono::milliseconds patience{300};
};

class Remains;

/// <common git directory>/gate
class GateFolder final : public Workspace {
public:
  explicit GateFolder(const std::filesystem::path& common_git_dir, FolderRemoval removal = {});

  std::filesystem::path verdicts() const { return m_root / "verdicts"; }
  std::filesystem::path scratch() const { return m_root / "tmp"; }
  std::filesystem::path outbox() const { return m_root / "outbox.db"; }
  std::filesystem::path publish_lock() const { return m_root / "publish.lock"; }
  std::filesystem::path pending_lock() const { return m_root / "pending.lock"; }
  std::filesystem::path pending_marker() const { return m_root / "pending"; }
  std::filesystem::path history() const { return m_root / "history.db"; }
  /// One file for each suite and tree that is being tested.
  std::filesystem::path locks() const { return m_root / "locks"; }
  /// What runs leave for each other: rendered configurations and the like. May be removed at any time.
  std::filesystem::path cache() const { return m_root / "cache"; }
  /// A new file name for what a finisher says; its folder exists.
  Result<std::filesystem::path> finisher_log();
  /// Stays the same for one repository on one machine.
  std::string repository_id() const;

  Result<std::unique_ptr<RunFolder>> fresh_folder() override;
  Result<std::filesystem::path> log_file(const std::string& run, const Oid& tree) override;

  /// How folders are removed from now on. Not asked for when nothing is run: to find the program costs what a hook may not.
  void remove_by(FolderRemoval removal);
  /// Removes the folders that gates left which were killed, wherever they ran. The first fresh_folder does it, too.
  void sweep();
  /// The folders of runs that are over and could not be removed, though it is tried once more: a container wrote what this user can't
  /// remove. Of what is being removed in the background it is the next gate that knows.
  std::vector<std::filesystem::path> leftovers();

private:
  Result<std::filesystem::path> new_log(const std::string& name);

  std::filesystem::path m_root;
  std::shared_ptr<Remains> m_remains; ///< shared with the folders that are out
  bool m_has_swept = false;
  unsigned m_logs = 0;                                       ///< names given out
};

} // namespace gate
