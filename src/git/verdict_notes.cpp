#include "git/verdict_notes.hpp"

#include <filesystem>
#include <optional>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "git/handles.hpp"
#include "git/notes_tree.hpp"
#include "git/refs.hpp"

namespace gate {

namespace {

namespace fs = std::filesystem;

// Changes whenever a ref below k_verdict_refs does: git and libgit2 put a new file in place of the old one.
struct RefsStamp {
  std::optional<fs::file_time_type> folder;
  std::optional<fs::file_time_type> packed;

  static RefsStamp of(const fs::path& common_dir) {
    const auto written = [](const fs::path& path) {
      std::error_code problem;
      const auto time = fs::last_write_time(path, problem);
      return problem ? std::nullopt : std::optional(time);
    };
    return {written(common_dir / k_verdict_refs), written(common_dir / "packed-refs")};
  }
  friend bool operator==(const RefsStamp& a, const RefsStamp& b) { return a.folder == b.folder && a.packed == b.packed; }
};

class NotesOfRefs final : public VerdictNotes {
public:
  NotesOfRefs(OpenRepository& repository, std::map<std::string, Oid> arriving) : m_repository(repository), m_arriving(std::move(arriving)) {}

  std::vector<std::string> envelopes(const Oid& tree, const std::vector<std::string>& ids) override {
    // Notes are fetched while this lives.
    if (const auto stamp = RefsStamp::of(m_repository.state().common_dir); !(stamp == m_stamp)) {
      m_stamp = stamp;
      for (auto& [id, known] : m_known) {
        known.is_looked_up = false;
      }
    }
    std::vector<std::string> result;
    std::unordered_set<std::string> seen;
    for (const auto& id : ids) {
      const auto* notes = notes_of(id);
      for (auto& line : notes == nullptr ? std::vector<std::string>() : notes->first_lines(tree)) {
        if (seen.insert(line).second) {
          result.push_back(std::move(line));
        }
      }
    }
    return result;
  }

private:
  struct Known {
    std::optional<Oid> tip;
    std::optional<NotesTree> notes;
    bool is_looked_up = false;
  };

  std::optional<Oid> tip_of(const std::string& id) const {
    if (const auto arrives = m_arriving.find(id); arrives != m_arriving.end()) {
      return arrives->second.is_zero() ? std::nullopt : std::optional(arrives->second);
    }
    auto tip = ref_target(m_repository.state().repository.get(), verdict_ref_of(id));
    return tip ? *std::move(tip) : std::nullopt;
  }

  const NotesTree* notes_of(const std::string& id) {
    if (!is_verdict_ref_id(id)) {
      return nullptr;
    }
    auto& known = m_known[id];
    if (!known.is_looked_up) {
      known.is_looked_up = true;
      const auto tip = tip_of(id);
      if (!tip) {
        known.notes.reset();
      } else if (!known.notes || known.tip != tip) {
        known.notes.emplace(m_repository.state(), tip);
      }
      known.tip = tip;
    }
    return known.notes ? &*known.notes : nullptr;
  }

  OpenRepository& m_repository;
  std::map<std::string, Oid> m_arriving;
  std::map<std::string, Known> m_known;
  RefsStamp m_stamp;
};

} // namespace

bool is_verdict_ref_id(std::string_view id) {
  constexpr std::size_t k_length = 16;
  return id.size() == k_length && id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string verdict_ref_of(const std::string& id) { return std::string(k_verdict_refs) + id; }

std::unique_ptr<VerdictNotes> verdict_notes_of(OpenRepository& repository, std::map<std::string, Oid> arriving) {
  return std::make_unique<NotesOfRefs>(repository, std::move(arriving));
}

} // namespace gate
