#include "git/commits.hpp"

#include <charconv>
#include <optional>
#include <set>

#include "git/generations.hpp"
#include "os/files.hpp"

namespace gate {

namespace {

constexpr std::size_t k_oid_hex = GIT_OID_HEXSZ;
constexpr std::size_t k_shallow_limit = 64U << 20U;

Failure malformed(const git_oid& oid) {
  return could_not_run("the commit " + from_git(oid).hex() + " is malformed",
                       "check the repository with `git fsck`");
}

// Takes "<word> <40 hex digits>\n" off the front.
std::optional<CommitId> take_id(std::string_view& text, std::string_view word) {
  if (text.substr(0, word.size()) != word || text.size() < word.size() + k_oid_hex + 1 ||
      text[word.size() + k_oid_hex] != '\n') {
    return std::nullopt;
  }
  git_oid oid;
  if (git_oid_fromstrn(&oid, text.data() + word.size(), k_oid_hex) != 0) {
    return std::nullopt;
  }
  text.remove_prefix(word.size() + k_oid_hex + 1);
  return to_id(oid);
}

// "committer A U Thor <a@example.org> 1700000000 +0100": like git, 0 for what can't be read.
std::int64_t date_in(std::string_view header) {
  const auto line = header.find("\ncommitter ");
  if (line == std::string_view::npos) {
    return 0;
  }
  std::string_view text = header.substr(line + 1);
  text = text.substr(0, text.find('\n'));
  const auto mail_end = text.rfind('>');
  if (mail_end == std::string_view::npos || mail_end + 2 > text.size()) {
    return 0;
  }
  text.remove_prefix(mail_end + 2);
  std::int64_t date = 0;
  std::from_chars(text.data(), text.data() + text.size(), date);
  return date;
}

class OdbCommits final : public CommitSource {
public:
  OdbCommits(git_odb* odb, std::filesystem::path shallow, std::filesystem::path objects)
      : m_odb(odb), m_shallow_file(std::move(shallow)), m_objects(std::move(objects)) {}

  Result<std::optional<CommitLinks>> links(const CommitId& commit) override {
    if (auto known = know_cuts(); !known) {
      return Failure(std::move(known).error());
    }
    const git_oid oid = to_git(commit);
    const auto object = read_object(m_odb, oid);
    if (!object) {
      return Failure(object.error());
    }
    if (!*object) {
      return std::optional<CommitLinks>();
    }
    std::string_view text = bytes_of(*object);
    if (git_odb_object_type(object->get()) != GIT_OBJECT_COMMIT || !take_id(text, "tree ")) {
      return malformed(oid);
    }
    CommitLinks links;
    while (auto parent = take_id(text, "parent ")) {
      links.parents.push_back(*parent);
    }
    if (text.substr(0, 7) == "parent ") {
      return malformed(oid);
    }
    links.date = date_in(text.substr(0, text.find("\n\n")));
    links.cut = !links.parents.empty() && m_cuts->count(commit) != 0;
    return std::optional(std::move(links));
  }

  std::uint32_t generation(const CommitId& commit) override {
    if (!know_cuts() || !m_cuts->empty()) {
      return k_unknown;
    }
    if (!m_generations) {
      m_generations.emplace(m_objects);
    }
    return m_generations->of(commit);
  }

private:
  Result<void> know_cuts() {
    if (m_cuts) {
      return {};
    }
    const auto content = read_file(m_shallow_file, k_shallow_limit);
    if (!content) {
      return Failure(content.error());
    }
    std::set<CommitId> cuts;
    std::string_view rest = *content ? std::string_view(**content) : std::string_view();
    while (!rest.empty()) {
      const auto cut = take_id(rest, "");
      if (!cut) {
        return could_not_run(m_shallow_file.string() + " is malformed",
                             "fetch the whole history: `git fetch --unshallow`");
      }
      cuts.insert(*cut);
    }
    m_cuts = std::move(cuts);
    return {};
  }

  git_odb* m_odb;
  std::filesystem::path m_shallow_file;
  std::optional<std::set<CommitId>> m_cuts;
  std::filesystem::path m_objects;
  std::optional<Generations> m_generations;
};

} // namespace

std::optional<git_oid> tree_in(std::string_view commit) {
  const auto id = take_id(commit, "tree ");
  return id ? std::optional(to_git(*id)) : std::nullopt;
}

std::optional<git_oid> target_in(std::string_view tag) {
  const auto id = take_id(tag, "object ");
  return id ? std::optional(to_git(*id)) : std::nullopt;
}

std::unique_ptr<CommitSource> commits_of(git_odb* odb, std::filesystem::path shallow,
                                         std::filesystem::path objects) {
  return std::make_unique<OdbCommits>(odb, std::move(shallow), std::move(objects));
}

Result<std::string> subject_of(git_odb* odb, const CommitId& commit) {
  const git_oid oid = to_git(commit);
  const auto object = read_object(odb, oid);
  if (!object) {
    return Failure(object.error());
  }
  if (!*object) {
    return could_not_run("the commit " + from_git(oid).hex() + " has gone while it was read");
  }
  std::string_view text = bytes_of(*object);
  const auto header_end = text.find("\n\n");
  text = header_end == std::string_view::npos ? std::string_view() : text.substr(header_end + 2);
  const auto start = text.find_first_not_of('\n');
  return start == std::string_view::npos ? std::string()
                                         : std::string(text.substr(start, text.find('\n', start) - start));
}

} // namespace gate
