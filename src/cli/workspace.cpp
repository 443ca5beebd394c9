#include "cli/workspace.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <vector>

#include <unistd.h>

#include "base/digest.hpp"

namespace gate {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t k_kept_logs = 30;

Result<void> make_folder(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) {
    return tl::unexpected(file_error("make the folder", folder, failed.value()));
  }
  return {};
}

// Log names begin with the time, so that the oldest sort first.
void make_room(const fs::path& folder) {
  std::error_code failed;
  std::vector<fs::path> logs;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    logs.push_back(entry.path());
  }
  std::sort(logs.begin(), logs.end());
  for (std::size_t i = 0; i + k_kept_logs < logs.size(); ++i) {
    fs::remove(logs[i], failed);
  }
}

std::string time_stamp() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::string text(32, '\0');
  text.resize(std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts));
  return text;
}

// "run-<pid>-XXXXXX": the folder of a process that was killed is known by its pid.
std::optional<pid_t> owner_of(const fs::path& folder) {
  const std::string name = folder.filename();
  constexpr std::string_view k_prefix = "run-";
  if (name.rfind(k_prefix, 0) != 0) {
    return std::nullopt;
  }
  return static_cast<pid_t>(std::atol(name.c_str() + k_prefix.size()));
}

void sweep_dead_runs(const fs::path& scratch) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(scratch, failed)) {
    const auto owner = owner_of(entry.path());
    if (owner && *owner > 0 && ::kill(*owner, 0) != 0 && errno == ESRCH) {
      remove_tree(entry.path());
    }
  }
}

} // namespace

std::string GateFolder::repository_id() const {
  constexpr std::size_t k_enough = 12;
  return Digest::of(m_root.string()).hex().substr(0, k_enough);
}

Result<fs::path> GateFolder::fresh_folder() {
  m_folder.reset();
  if (auto made = make_folder(scratch()); !made) {
    return tl::unexpected(made.error());
  }
  sweep_dead_runs(scratch());
  auto folder = TemporaryFolder::make(scratch(), "run-" + std::to_string(getpid()) + "-");
  if (!folder) {
    return tl::unexpected(folder.error());
  }
  m_folder.emplace(*std::move(folder));
  const fs::path tree = m_folder->path() / "tree";
  if (auto made = make_folder(tree); !made) {
    return tl::unexpected(made.error());
  }
  return tree;
}

std::optional<fs::path> GateFolder::discard_folder() {
  if (!m_folder) {
    return std::nullopt;
  }
  const fs::path path = m_folder->path();
  m_folder.reset();
  std::error_code failed;
  return fs::exists(fs::symlink_status(path, failed)) ? std::optional(path) : std::nullopt;
}

Result<fs::path> GateFolder::new_log(const std::string& name) {
  const fs::path folder = m_root / "logs";
  if (auto made = make_folder(folder); !made) {
    return tl::unexpected(made.error());
  }
  make_room(folder);
  return folder / (time_stamp() + "-" + std::to_string(getpid()) + "-" + name + ".log");
}

Result<fs::path> GateFolder::log_file(const std::string& suite, const Oid& tree) { return new_log(tree.brief() + "-" + suite); }

Result<fs::path> GateFolder::finisher_log() { return new_log("finisher"); }

} // namespace gate
