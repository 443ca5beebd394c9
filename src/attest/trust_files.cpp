#include "attest/trust_files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include <sys/stat.h>
#include <unistd.h>

#include "os/files.hpp"

namespace gate {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view k_first_line = "gate trust 1";
constexpr std::size_t k_largest_record = 8U << 20U;
constexpr std::size_t k_room = 4U << 20U; // bytes of lines, and of sources each
constexpr mode_t k_private_file = 0600;
constexpr mode_t k_private_folder = 0700;
constexpr mode_t k_writable_by_others = 0022;

fs::path real_path(const fs::path& path) {
  std::error_code failed;
  const fs::path found = fs::canonical(path, failed);
  return failed ? path.lexically_normal() : found;
}

Failure not_ours(const fs::path& path, const std::string& what) {
  return could_not_run("what is trusted is not read from " + path.string() + ": " + what, "see whose it is, and remove it: gate then asks anew");
}

/// What is there, without following a link: true if it is ours alone to write, false if it is absent.
Result<bool> is_ours(const fs::path& path, mode_t type) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) {
    return errno == ENOENT ? Result<bool>(false) : tl::unexpected(file_error("look at", path, errno));
  }
  if ((info.st_mode & S_IFMT) != type) {
    return not_ours(path, type == S_IFDIR ? "it is no folder" : "it is no regular file");
  }
  if (info.st_uid != ::geteuid()) {
    return not_ours(path, "it belongs to another user");
  }
  if ((info.st_mode & k_writable_by_others) != 0) {
    return not_ours(path, "others may write it");
  }
  return true;
}

std::array<fs::path, 2> folders_of(const fs::path& state) { return {state / "gate", state / "gate" / "trust"}; }

Result<bool> are_folders_ours(const fs::path& state) {
  for (const auto& folder : folders_of(state)) {
    const auto ours = is_ours(folder, S_IFDIR);
    if (!ours || !*ours) {
      return ours;
    }
  }
  return true;
}

Result<void> make_folders(const fs::path& state) {
  std::error_code failed;
  fs::create_directories(state, failed);
  if (failed) {
    return tl::unexpected(file_error("make the folder", state, failed.value()));
  }
  for (const auto& folder : folders_of(state)) {
    if (::mkdir(folder.c_str(), k_private_folder) != 0 && errno != EEXIST) {
      return tl::unexpected(file_error("make the folder", folder, errno));
    }
  }
  const auto ours = are_folders_ours(state);
  return ours ? Result<void>() : tl::unexpected(ours.error());
}

std::optional<TrustRecord> parse(std::string_view text) {
  TrustRecord record;
  bool is_first = true;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      return std::nullopt;
    }
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    const std::size_t blank = std::min(line.find(' '), line.size());
    const std::string_view what = line.substr(0, blank);
    const std::string value(line.substr(std::min(blank + 1, line.size())));
    const std::size_t tab = value.find('\t');
    if (is_first ? line != k_first_line : false) {
      return std::nullopt;
    }
    if (!is_first && what == "source") {
      record.sources.push_back(unescaped(value));
    } else if (!is_first && what == "trusted" && tab != std::string::npos) {
      record.lines.push_back({unescaped(value.substr(0, tab)), unescaped(value.substr(tab + 1))});
    } else if (!is_first && what != "repository") {
      return std::nullopt;
    }
    is_first = false;
  }
  return is_first ? std::nullopt : std::optional(std::move(record));
}

// The newest that there is room for, in their order.
std::string newest(const std::vector<std::string>& lines) {
  std::size_t size = 0;
  auto first = lines.end();
  while (first != lines.begin() && size + (first - 1)->size() <= k_room) {
    --first;
    size += first->size();
  }
  std::string text;
  std::for_each(first, lines.end(), [&](const std::string& line) { text += line; });
  return text;
}

std::string text_of(const TrustRecord& record, const fs::path& repository) {
  std::vector<std::string> sources;
  for (const auto& source : record.sources) {
    sources.push_back("source " + escaped(source) + "\n");
  }
  std::vector<std::string> lines;
  for (const auto& line : record.lines) {
    lines.push_back("trusted " + escaped(line.subject) + "\t" + escaped(line.value) + "\n");
  }
  return std::string(k_first_line) + "\nrepository " + escaped(repository.string()) + "\n" + newest(sources) + newest(lines);
}

template <typename T> void move_to_end(std::vector<T>& list, const std::vector<T>& items) {
  for (const auto& item : items) {
    list.erase(std::remove(list.begin(), list.end(), item), list.end());
  }
  list.insert(list.end(), items.begin(), items.end());
}

} // namespace

TrustFiles::TrustFiles(fs::path state, const fs::path& common_git_dir)
    : m_state(std::move(state)), m_repository(real_path(common_git_dir)),
      m_file(folders_of(m_state).back() / Digest::of(m_repository.string()).hex()) {}

fs::path TrustFiles::asked() const { return m_file.string() + ".asked"; }

Result<std::optional<TrustRecord>> TrustFiles::load(const fs::path& file) const {
  const auto folders = are_folders_ours(m_state);
  const auto ours = folders && *folders ? is_ours(file, S_IFREG) : folders;
  if (!ours || !*ours) {
    return ours ? Result<std::optional<TrustRecord>>(std::nullopt) : tl::unexpected(ours.error());
  }
  // Nobody else can put a link there any more: the folder is ours alone to write.
  const auto text = read_file(file, k_largest_record * 2);
  if (!text) {
    return tl::unexpected(text.error());
  }
  return *text ? parse(**text) : std::nullopt;
}

Result<void> TrustFiles::save(const fs::path& file, const TrustRecord& record) {
  if (auto made = make_folders(m_state); !made) {
    return made;
  }
  if (const auto ours = is_ours(file, S_IFREG); !ours) {
    return tl::unexpected(ours.error());
  }
  return write_file(file, text_of(record, m_repository), k_private_file);
}

Result<bool> TrustFiles::remove(const fs::path& file) {
  const auto folders = are_folders_ours(m_state);
  if (!folders || !*folders) {
    return folders;
  }
  if (::unlink(file.c_str()) != 0) {
    return errno == ENOENT ? Result<bool>(false) : tl::unexpected(file_error("remove", file, errno));
  }
  return true;
}

Result<std::optional<TrustRecord>> TrustFiles::load() const { return load(m_file); }
Result<std::optional<TrustRecord>> TrustFiles::load_asked() const { return load(asked()); }

Result<void> TrustFiles::add(const SurfaceReading& agreed) {
  auto record = load();
  if (!record) {
    return tl::unexpected(record.error());
  }
  TrustRecord all = record->value_or(TrustRecord{});
  move_to_end(all.sources, agreed.sources);
  move_to_end(all.lines, Surface(agreed.lines).lines());
  return save(m_file, all);
}

Result<bool> TrustFiles::forget() {
  auto dropped = remove(asked());
  return dropped ? remove(m_file) : dropped;
}

Result<void> TrustFiles::keep_asked(const SurfaceReading& asked_for) {
  return save(asked(), {Surface(asked_for.lines).lines(), asked_for.sources});
}

Result<void> TrustFiles::drop_asked() {
  const auto removed = remove(asked());
  return removed ? Result<void>() : tl::unexpected(removed.error());
}

} // namespace gate
