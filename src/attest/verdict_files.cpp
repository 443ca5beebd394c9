#include "attest/verdict_files.hpp"

#include "os/files.hpp"

namespace gate {

namespace {
constexpr std::size_t k_largest_verdict = 256 * 1024;
}

std::filesystem::path VerdictFiles::path_of(const Digest& key) const {
  return m_folder / key.hex().substr(0, 2) / (key.hex() + ".json");
}

std::optional<Verdict> VerdictFiles::find(const Digest& key, const Oid& tree) {
  // A verdict that can't be read spares nobody a run: not finding it is the safe answer.
  const auto text = read_file(path_of(key), k_largest_verdict);
  if (!text || !*text) {
    return std::nullopt;
  }
  return from_statement(**text, key, tree);
}

Result<void> VerdictFiles::store(const Verdict& verdict) {
  return write_file(path_of(verdict.key), to_statement(verdict), 0600);
}

} // namespace gate
