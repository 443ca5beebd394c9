#include "engine/build_turns.hpp"

#include <chrono>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

#include "base/digest.hpp"
#include "os/interrupt.hpp"

namespace gate {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds k_try{500};

std::set<std::string> files_of(const std::set<std::string>& keys) {
  std::set<std::string> files;
  for (const std::string& key : keys) {
    files.insert(turn_file(key));
  }
  return files;
}

// Nothing where it can't be had: an error that comes sooner than the look is over does not speak of another holder.
Result<std::optional<FileLock>> wait_for(const std::filesystem::path& file, const CommandLimits& limits) {
  const Interrupt& interrupt = *limits.interrupt;
  while (!limits.called_off()) {
    const Clock::time_point began = Clock::now();
    Result<FileLock> lock = FileLock::take(file, k_try, interrupt, limits.tick);
    if (lock) {
      return std::optional<FileLock>(*std::move(lock));
    }
    const bool is_over = limits.deadline && Clock::now() >= *limits.deadline;
    if (!limits.called_off() && (is_over || Clock::now() - began < k_try)) {
      return std::optional<FileLock>();
    }
  }
  return interrupted();
}

} // namespace

std::string turn_file(std::string_view key) {
  constexpr std::size_t k_digits = 3;
  return "build-" + Digest::of(key).hex().substr(0, k_digits);
}

Result<BuildTurns> BuildTurns::take(const std::filesystem::path& folder, const std::set<std::string>& keys, const CommandLimits& limits,
                                    const std::function<void()>& waiting) {
  BuildTurns turns;
  std::error_code error;
  if (folder.empty() || limits.interrupt == nullptr || (std::filesystem::create_directories(folder, error), error)) {
    return turns;
  }
  bool is_told = false;
  // Everybody in the same order: nobody waits for who waits for him.
  for (const std::string& name : files_of(keys)) {
    Result<FileLock> at_once = FileLock::take(folder / name, std::chrono::milliseconds(0), *limits.interrupt, {});
    if (at_once) {
      turns.m_locks.emplace(name, *std::move(at_once));
      continue;
    }
    if (!is_told) {
      is_told = true;
      waiting();
    }
    Result<std::optional<FileLock>> lock = wait_for(folder / name, limits);
    if (!lock) {
      return Failure(lock.error());
    }
    if (*lock) {
      turns.m_locks.emplace(name, **std::move(lock));
    }
  }
  return turns;
}

void BuildTurns::keep_only(const std::set<std::string>& keys) {
  const std::set<std::string> files = files_of(keys);
  for (auto lock = m_locks.begin(); lock != m_locks.end();) {
    lock = files.count(lock->first) != 0 ? std::next(lock) : m_locks.erase(lock);
  }
}

} // namespace gate
