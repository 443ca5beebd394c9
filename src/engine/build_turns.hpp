// Of builds of the same image one goes first: the others then find what it has built.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "os/file_lock.hpp"
#include "os/process.hpp"

namespace gate {

/// Turns at builds, among all gates of this machine that share a folder.
class BuildTurns {
public:
  /// Waits until nobody else builds under one of these keys (any text); calls `waiting` once if there is a wait. Only an interrupt is an
  /// error: where a turn can't be had, or not before the deadline, it goes without. The folder need not exist; an empty path gives no turns.
  static Result<BuildTurns> take(const std::filesystem::path& folder, const std::set<std::string>& keys, const CommandLimits& limits,
                                 const std::function<void()>& waiting);

  /// Lets the others go on, but for who waits for one of these keys.
  void keep_only(const std::set<std::string>& keys);

private:
  BuildTurns() = default;
  std::map<std::string, FileLock> m_locks; ///< by file name
};

/// The name of the lock file of a key: one of 4,096, so that they never fill a folder. Different keys may share one, which costs a wait.
std::string turn_file(std::string_view key);

} // namespace gate
