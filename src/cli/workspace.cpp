#include "cli/workspace.hpp"

#include <algorithm>
#include <ctime>
#include <functional>
#include <mutex>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/digest.hpp"
#include "os/detach.hpp"

namespace gate {

namespace fs = std::filesystem;

namespace {

// The newest stay in any case: of the gates that are at it, each may write several.
constexpr std::size_t k_kept_logs = 30;
constexpr std::size_t k_most_logs = 500;
constexpr std::uintmax_t k_bytes_of_logs = std::uintmax_t{256} << 20U;

Result<void> make_folder(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) {
    return tl::unexpected(file_error("make the folder", folder, failed.value()));
  }
  return {};
}

// Log names begin with the time, so that the newest come first.
void make_room(const fs::path& folder) {
  std::error_code failed;
  std::vector<fs::path> logs;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    logs.push_back(entry.path());
  }
  std::sort(logs.begin(), logs.end(), std::greater<>());
  std::uintmax_t bytes = 0;
  for (std::size_t i = 0; i < logs.size(); ++i) {
    const auto size = fs::file_size(logs[i], failed);
    bytes += failed ? 0 : size;
    if (i >= k_kept_logs && (i >= k_most_logs || bytes > k_bytes_of_logs)) {
      fs::remove(logs[i], failed);
    }
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

// "run-<pid>-XXXXXX" is locked by its gate for as long as that lives: a process id says nothing to a gate in another container.
// "done-<pid>-XXXXXX": its run is over.
constexpr std::string_view k_at_work = "run-";
constexpr std::string_view k_over = "done-";

/// flock(2) on a folder; nothing when it is not there, or somebody else has it and `how` says not to wait.
Fd locked(const fs::path& folder, int how) {
  Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  return fd && ::flock(fd.get(), how) == 0 ? std::move(fd) : Fd();
}

bool is_nobodys(const fs::path& folder) {
  const std::string name = folder.filename();
  return name.rfind(k_over, 0) == 0 || (name.rfind(k_at_work, 0) == 0 && locked(folder, LOCK_EX | LOCK_NB));
}

bool is_there(const fs::path& path) {
  std::error_code failed;
  return fs::exists(fs::symlink_status(path, failed));
}

} // namespace

/// Removes the folders of runs that are over, for several threads at once, and knows which could not be removed.
class Remains {
public:
  explicit Remains(FolderRemoval removal) : m_removal(std::move(removal)) {}

  void remove(const fs::path& folder) {
    if (!remove_in_time(folder, deadline())) {
      leave({aside(folder)});
    }
  }

  /// Removes what processes that were killed have left, and those that outlived theirs.
  void sweep(const fs::path& scratch) {
    const auto end = deadline();
    std::vector<fs::path> late;
    for (const auto& folder : claimed(scratch)) {
      if (!remove_in_time(folder, end)) {
        late.push_back(folder);
      }
    }
    if (!late.empty()) {
      leave(late);
    }
  }

  std::vector<fs::path> take_left() {
    const std::lock_guard held(m_mutex);
    return std::exchange(m_left, {});
  }

private:
  using Clock = std::chrono::steady_clock;

  Clock::time_point deadline() const { return m_removal.rm.empty() ? Clock::time_point::max() : Clock::now() + m_removal.patience; }

  // Nobody makes a folder meanwhile: one that is made, but not yet locked, would look like nobody's.
  static std::vector<fs::path> claimed(const fs::path& scratch) {
    const Fd alone = locked(scratch, LOCK_EX);
    std::vector<fs::path> folders;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(scratch, failed)) {
      if (is_nobodys(entry.path())) {
        folders.push_back(entry.path());
      }
    }
    for (auto& folder : folders) {
      folder = folder.filename().string().rfind(k_over, 0) == 0 ? folder : aside(folder);
    }
    return folders;
  }

  // False: the time was over first.
  bool remove_in_time(const fs::path& folder, Clock::time_point end) {
    if (!remove_tree_until(folder, end)) {
      return false;
    }
    if (is_there(folder)) {
      const std::lock_guard held(m_mutex);
      m_left.push_back(folder);
    }
    return true;
  }

  // A name by which every gate to come sees that nobody works in it, whoever has this process's number by then.
  static fs::path aside(const fs::path& folder) {
    const std::string name = folder.filename();
    const fs::path over = folder.parent_path() / (std::string(k_over) + name.substr(std::min(k_at_work.size(), name.size())));
    std::error_code failed;
    fs::rename(folder, over, failed);
    return failed ? folder : over;
  }

  void leave(const std::vector<fs::path>& folders) {
    std::vector<std::string> argv = {m_removal.rm, "-rf", "--"};
    std::copy(folders.begin(), folders.end(), std::back_inserter(argv));
    const Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (null && start_detached(argv, {}, "/dev/null", null)) {
      return;
    }
    for (const auto& folder : folders) {
      remove_in_time(folder, Clock::time_point::max());
    }
  }

  FolderRemoval m_removal;
  std::mutex m_mutex;
  std::vector<fs::path> m_left;
};

namespace {

// The tree lies one folder down, in one that is nobody else's to read.
class ScratchFolder final : public RunFolder {
public:
  ScratchFolder(TemporaryFolder folder, Fd lock, std::shared_ptr<Remains> remains)
      : m_folder(std::move(folder)), m_lock(std::move(lock)), m_tree(m_folder.path() / "tree"), m_remains(std::move(remains)) {}
  ~ScratchFolder() override { m_remains->remove(m_folder.release()); }

  const fs::path& path() const override { return m_tree; }

private:
  TemporaryFolder m_folder;
  Fd m_lock;
  fs::path m_tree;
  std::shared_ptr<Remains> m_remains;
};

} // namespace

GateFolder::GateFolder(const fs::path& common_git_dir, FolderRemoval removal)
    : m_root(common_git_dir / "gate"), m_remains(std::make_shared<Remains>(std::move(removal))) {}

std::string GateFolder::repository_id() const {
  constexpr std::size_t k_enough = 12;
  return Digest::of(m_root.string()).hex().substr(0, k_enough);
}

Result<std::unique_ptr<RunFolder>> GateFolder::fresh_folder() {
  if (auto made = make_folder(scratch()); !made) {
    return tl::unexpected(made.error());
  }
  if (!std::exchange(m_has_swept, true)) {
    m_remains->sweep(scratch());
  }
  Fd no_sweep = locked(scratch(), LOCK_SH);
  auto folder = TemporaryFolder::make(scratch(), std::string(k_at_work) + std::to_string(getpid()) + "-");
  if (!folder) {
    return tl::unexpected(folder.error());
  }
  Fd lock = locked(folder->path(), LOCK_EX | LOCK_NB);
  no_sweep = Fd();
  if (!lock) {
    return could_not_run("the folder " + folder->path().string() + " can't be locked");
  }
  auto run = std::make_unique<ScratchFolder>(*std::move(folder), std::move(lock), m_remains);
  if (auto made = make_folder(run->path()); !made) {
    return tl::unexpected(made.error());
  }
  return run;
}

void GateFolder::remove_by(FolderRemoval removal) { m_remains = std::make_shared<Remains>(std::move(removal)); }

void GateFolder::sweep() {
  m_has_swept = true;
  m_remains->sweep(scratch());
}

// Where a container was still being removed, its last files may have come after the first try.
std::vector<fs::path> GateFolder::leftovers() {
  std::vector<fs::path> left;
  for (const auto& path : m_remains->take_left()) {
    remove_tree(path);
    if (is_there(path)) {
      left.push_back(path);
    }
  }
  return left;
}

Result<fs::path> GateFolder::new_log(const std::string& name) {
  const fs::path folder = m_root / "logs";
  if (auto made = make_folder(folder); !made) {
    return tl::unexpected(made.error());
  }
  make_room(folder);
  // Several of one name may begin in one second.
  constexpr std::size_t k_digits = 4;
  const std::string count = std::to_string(++m_logs);
  const std::string padded = std::string(k_digits - std::min(k_digits, count.size()), '0') + count;
  return folder / (time_stamp() + "-" + std::to_string(getpid()) + "-" + padded + "-" + name + ".log");
}

Result<fs::path> GateFolder::log_file(const std::string& run, const Oid& tree) { return new_log(tree.brief() + "-" + run); }

Result<fs::path> GateFolder::finisher_log() { return new_log("finisher"); }

} // namespace gate
