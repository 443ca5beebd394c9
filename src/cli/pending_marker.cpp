#include "cli/pending_marker.hpp"

#include <algorithm>
#include <set>

#include "os/files.hpp"

namespace gate {

Result<void> mark_pending(const std::filesystem::path& marker, const std::vector<OutboxEntry>& entries) {
  std::set<std::string> branches;
  for (const auto& entry : entries) {
    if (!entry.is_over() && entry.state != PublicationState::unknown && entry.finishes_itself) {
      branches.insert(entry.branch.full());
    }
  }
  if (branches.empty()) {
    std::error_code failed;
    std::filesystem::remove(marker, failed);
    return failed ? Result<void>(tl::unexpected(file_error("remove", marker, failed.value()))) : Result<void>();
  }
  std::string text;
  for (const auto& branch : branches) {
    text += branch + "\n";
  }
  return write_file(marker, text, 0600);
}

std::vector<RefName> pending_branches(const std::filesystem::path& marker, const std::vector<RefUpdate>& updates) {
  const auto text = read_file(marker);
  if (!text || !*text) {
    return {};
  }
  std::vector<RefName> branches;
  for (const auto& update : updates) {
    if (!update.removes() && ("\n" + **text).find("\n" + update.ref.full() + "\n") != std::string::npos) {
      branches.push_back(update.ref);
    }
  }
  return branches;
}

} // namespace gate
