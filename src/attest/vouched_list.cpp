#include "attest/vouched_list.hpp"

#include <algorithm>
#include <string_view>
#include <system_error>
#include <utility>

#include "attest/verdict_files.hpp"
#include "attest/vouched_text.hpp"
#include "os/files.hpp"

namespace gate {

namespace {

namespace fs = std::filesystem;

using TakenFile = std::pair<fs::file_time_type, fs::path>;

std::vector<TakenFile> taken_in(const fs::path& folder) {
  std::vector<TakenFile> files;
  std::error_code failed;
  for (fs::recursive_directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed)) {
    std::error_code unreadable;
    const auto written = entry->last_write_time(unreadable);
    if (!unreadable && entry->path().extension() == ".vouched") {
      files.emplace_back(written, entry->path());
    }
  }
  std::sort(files.begin(), files.end(), [](const TakenFile& a, const TakenFile& b) { return b < a; });
  return files;
}

// Which tree and which terms it is of, it says itself; then it is read as always.
std::optional<VouchedVerdict> taken_from(const fs::path& folder, const fs::path& file) {
  constexpr std::size_t k_largest = 768 * 1024;
  constexpr std::string_view k_tree = R"("gitTree":")";
  const auto text = read_file(file, k_largest);
  if (!text || !*text) {
    return std::nullopt;
  }
  const std::string_view all = **text;
  const auto first_end = all.find('\n');
  const auto second_end = first_end == std::string_view::npos ? first_end : all.find('\n', first_end + 1);
  const auto at = all.find(k_tree);
  if (second_end == std::string_view::npos || at > first_end) {
    return std::nullopt;
  }
  const auto named = all.substr(at + k_tree.size(), first_end - at - k_tree.size());
  const auto tree = Oid::parse(named.substr(0, named.find('"')));
  const auto by = vouched_by_in(all.substr(first_end + 1, second_end - first_end - 1));
  const std::string name = file.stem().string();
  const auto key = Digest::parse(name.substr(0, name.find('.')));
  return tree && by && key ? VerdictFiles(folder).find_vouched(*key, *tree, by->terms) : std::nullopt;
}

} // namespace

std::vector<VouchedVerdict> newest_vouched(const fs::path& folder, std::size_t most) {
  std::vector<VouchedVerdict> verdicts;
  for (const auto& [written, path] : taken_in(folder)) {
    if (verdicts.size() >= most) {
      break;
    }
    if (auto taken = taken_from(folder, path)) {
      verdicts.push_back(*std::move(taken));
    }
  }
  return verdicts;
}

} // namespace gate
