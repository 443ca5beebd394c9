#include "git/ledger_tips.hpp"

#include <algorithm>
#include <string_view>

#include "git/publication_record.hpp"
#include "os/files.hpp"

namespace gate {

namespace {

constexpr std::size_t k_most = 500;

std::filesystem::path file_in(const std::filesystem::path& common_dir) { return common_dir / "gate" / "ledger-tips"; }

} // namespace

LedgerTips ledger_tips_in(const std::filesystem::path& common_dir) {
  LedgerTips tips;
  const auto read = read_file(file_in(common_dir));
  std::string_view text = read && *read ? std::string_view(**read) : std::string_view();
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto blank = std::min(line.find(' '), line.size());
    const auto oid = Oid::parse(line.substr(0, blank));
    const std::string ref(line.substr(std::min(blank + 1, line.size())));
    if (oid && is_ledger_ref(ref)) {
      tips.insert_or_assign(ref, *oid);
    }
  }
  return tips;
}

void keep_ledger_tips(const std::filesystem::path& common_dir, const LedgerTips& tips) {
  constexpr mode_t k_private = 0600;
  auto all = tips;
  const auto before = ledger_tips_in(common_dir);
  if (std::all_of(tips.begin(), tips.end(), [&](const auto& tip) { return before.count(tip.first) != 0 && before.at(tip.first) == tip.second; })) {
    return;
  }
  all.insert(before.begin(), before.end());
  std::string text;
  std::size_t count = 0;
  for (const auto& [ref, oid] : all) {
    text += ++count > k_most ? "" : oid.hex() + " " + ref + "\n";
  }
  static_cast<void>(write_file(file_in(common_dir), text, k_private));
}

} // namespace gate
