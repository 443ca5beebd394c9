#include "attest/verdict_files.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "attest/vouched_text.hpp"
#include "os/files.hpp"

namespace gate {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_largest_verdict = 256 * 1024;
constexpr std::size_t k_largest_vouched = 3 * k_largest_verdict; // a statement, who vouches, and an envelope
constexpr const char* k_own = ".json";
constexpr const char* k_vouched = ".vouched";

// With its line feed; empty when there is none.
std::string_view line_off(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n') + 1);
  text.remove_prefix(line.size());
  return line;
}

std::string_view without_end(std::string_view line) { return line.substr(0, line.empty() ? 0 : line.size() - 1); }

// A statement says which tree it is of.
std::optional<Oid> tree_in(std::string_view statement) {
  constexpr std::string_view k_before = R"("gitTree":")";
  const auto at = statement.find(k_before);
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  const auto rest = statement.substr(at + k_before.size());
  return Oid::parse(std::string(rest.substr(0, rest.find('"'))));
}

struct DatedFile {
  fs::file_time_type written;
  fs::path path;
};

void add_files(const fs::path& folder, const char* ending, std::vector<DatedFile>& files) {
  std::error_code failed;
  for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed)) {
    std::error_code unreadable;
    const auto written = entry->last_write_time(unreadable);
    if (!unreadable && entry->path().extension() == ending) {
      files.push_back({written, entry->path()});
    }
  }
}

bool is_newer(const DatedFile& a, const DatedFile& b) { return std::pair(b.written, a.path) < std::pair(a.written, b.path); }

// Terms come and go, and each keeps a file: the oldest ones of this key make room. What can't be removed is in nobody's way.
void make_room_for(const fs::path& path, const Digest& key) {
  constexpr std::size_t k_most_terms = 8;
  std::vector<DatedFile> others;
  add_files(path.parent_path(), k_vouched, others);
  std::erase_if(others, [&](const DatedFile& file) { return file.path == path || file.path.filename().string().rfind(key.hex() + ".", 0) != 0; });
  std::sort(others.begin(), others.end(), is_newer);
  for (std::size_t i = k_most_terms - 1; i < others.size(); ++i) {
    std::error_code ignored;
    fs::remove(others[i].path, ignored);
  }
}

} // namespace

fs::path VerdictFiles::path_of(const Digest& key, const std::string& ending) const { return m_folder / key.hex().substr(0, 2) / (key.hex() + ending); }

fs::path VerdictFiles::vouched_path(const Digest& key, const Digest& terms) const { return path_of(key, "." + terms.hex().substr(0, 16) + k_vouched); }

std::optional<Verdict> VerdictFiles::find(const Digest& key, const Oid& tree) {
  // A verdict that can't be read spares nobody a run: not finding it is the safe answer.
  const auto text = read_file(path_of(key, k_own), k_largest_verdict);
  if (!text || !*text) {
    return std::nullopt;
  }
  return from_statement(**text, key, tree);
}

Result<void> VerdictFiles::store(const Verdict& verdict) {
  return write_file(path_of(verdict.key, k_own), to_statement(verdict), 0600);
}

std::optional<VouchedVerdict> VerdictFiles::find_vouched(const Digest& key, const Oid& tree, const Digest& terms) {
  const auto text = read_file(vouched_path(key, terms), k_largest_vouched);
  if (!text || !*text) {
    return std::nullopt;
  }
  std::string_view rest = **text;
  const auto statement = line_off(rest);
  const auto by = vouched_by_in(without_end(line_off(rest)));
  const auto envelope = without_end(line_off(rest));
  if (!by || !(by->terms == terms) || envelope.empty() || !rest.empty()) {
    return std::nullopt;
  }
  auto verdict = from_statement(statement, key, tree);
  return verdict ? std::optional(VouchedVerdict{*std::move(verdict), by->voucher, std::string(envelope)}) : std::nullopt;
}

Result<void> VerdictFiles::store_vouched(const VouchedVerdict& verdict, const Digest& terms) {
  const auto path = vouched_path(verdict.verdict.key, terms);
  const std::string& envelope = verdict.envelope;
  if (envelope.empty() || envelope.size() > k_largest_verdict || envelope.find('\n') != std::string::npos) {
    return could_not_run("cannot write " + path.string() + ": its envelope is not one line of at most 256 KiB");
  }
  make_room_for(path, verdict.verdict.key);
  return write_file(path, to_statement(verdict.verdict) + to_line({terms, verdict.voucher}) + "\n" + envelope + "\n", 0600);
}

std::vector<Verdict> VerdictFiles::newest(std::size_t most) {
  std::vector<DatedFile> files;
  std::error_code failed;
  for (fs::directory_iterator entry(m_folder, failed), end; !failed && entry != end; entry.increment(failed)) {
    add_files(entry->path(), k_own, files);
  }
  std::sort(files.begin(), files.end(), is_newer);
  std::vector<Verdict> verdicts;
  for (const auto& file : files) {
    if (verdicts.size() >= most) {
      break;
    }
    const auto key = Digest::parse(file.path.stem().string());
    const auto text = read_file(file.path, k_largest_verdict);
    const auto tree = text && *text ? tree_in(**text) : std::nullopt;
    if (auto verdict = key && tree ? from_statement(**text, *key, *tree) : std::nullopt) {
      verdicts.push_back(*std::move(verdict));
    }
  }
  return verdicts;
}

} // namespace gate
