#include "git/ledger_objects.hpp"

#include <ctime>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "git/commits.hpp"
#include "git/handles.hpp"
#include "git/repository.hpp"

namespace gate {

namespace {

struct LedgerCommit {
  std::optional<git_oid> parent; ///< the first
  std::string message;
};

// Whatever it is: people and other programs may have written it.
std::optional<LedgerCommit> ledger_commit(git_odb* odb, const git_oid& oid) {
  const auto object = read_object(odb, oid);
  if (!object || !*object || git_odb_object_type(object->get()) != GIT_OBJECT_COMMIT) {
    return std::nullopt;
  }
  constexpr std::string_view k_parent = "\nparent ";
  const auto bytes = bytes_of(*object);
  const auto head_end = bytes.find("\n\n");
  const auto head = bytes.substr(0, head_end);
  LedgerCommit commit;
  if (head_end != std::string_view::npos) {
    commit.message = bytes.substr(head_end + 2);
  }
  const auto tree_end = head.find('\n');
  if (tree_end == std::string_view::npos || head.substr(tree_end, k_parent.size()) != k_parent) {
    return commit;
  }
  git_oid parent;
  const auto hex = head.substr(tree_end + k_parent.size(), GIT_OID_HEXSZ);
  if (hex.size() != GIT_OID_HEXSZ || git_oid_fromstrn(&parent, hex.data(), hex.size()) != 0) {
    return std::nullopt;
  }
  commit.parent = parent;
  return commit;
}

// libgit2 gives what it makes to its user alone.
bool is_shared(git_repository* repository) {
  git_config* raw = nullptr;
  if (git_repository_config_snapshot(&raw, repository) != 0) {
    return true;
  }
  const ConfigHandle config(raw);
  const char* value = nullptr;
  return git_config_get_string(&value, raw, "core.sharedrepository") == 0;
}

} // namespace

LedgerObjects::LedgerObjects(std::unique_ptr<OpenRepository> repository) : m_repository(std::move(repository)) {}
LedgerObjects::~LedgerObjects() = default;

std::unique_ptr<LedgerObjects> LedgerObjects::open(const Environment& environment) {
  std::error_code failed;
  const auto here = std::filesystem::current_path(failed);
  auto repository = failed ? tl::unexpected(Error{ErrorKind::could_not_run, failed.message(), ""}) : open_repository(environment, here);
  return repository ? std::unique_ptr<LedgerObjects>(new LedgerObjects(*std::move(repository))) : nullptr;
}

const std::filesystem::path& LedgerObjects::common_dir() const { return m_repository->common_dir(); }

bool LedgerObjects::is_whole(const Oid& tip) const {
  const auto first = to_git(tip);
  if (!first) {
    return false;
  }
  std::set<CommitId> seen{to_id(*first)};
  std::vector<CommitId> left{to_id(*first)};
  while (!left.empty()) {
    const auto links = m_repository->state().commits->links(left.back());
    left.pop_back();
    if (!links || !*links) {
      return false;
    }
    for (const auto& parent : (*links)->parents) {
      if (seen.insert(parent).second) {
        left.push_back(parent);
      }
    }
  }
  return true;
}

std::optional<std::vector<std::string>> LedgerObjects::messages(const Oid& tip, std::size_t most) const {
  std::vector<std::string> found;
  auto next = to_git(tip);
  if (!next) {
    return std::nullopt;
  }
  while (next && found.size() < most) {
    auto commit = ledger_commit(m_repository->state().odb.get(), *next);
    if (!commit) {
      return std::nullopt;
    }
    found.push_back(std::move(commit->message));
    next = commit->parent;
  }
  return found;
}

// As `git commit-tree` makes it, in UTC.
std::optional<Oid> LedgerObjects::commit(const std::optional<Oid>& parent, const std::string& message, const std::string& by) const {
  const auto& state = m_repository->state();
  const auto on = parent ? to_git(*parent) : std::nullopt;
  if ((parent && !on) || is_shared(state.repository.get())) {
    return std::nullopt;
  }
  git_oid oid;
  if (git_odb_write(&oid, state.odb.get(), "", 0, GIT_OBJECT_TREE) != 0) {
    return std::nullopt;
  }
  std::string bytes = "tree " + from_git(oid).hex() + "\n";
  if (on) {
    bytes += "parent " + parent->hex() + "\n";
  }
  const std::string when = " " + std::to_string(std::time(nullptr)) + " +0000\n";
  bytes += "author " + by + when;
  bytes += "committer " + by + when;
  bytes += "\n" + message + (message.empty() || message.back() != '\n' ? "\n" : "");
  if (git_odb_write(&oid, state.odb.get(), bytes.data(), bytes.size(), GIT_OBJECT_COMMIT) != 0) {
    return std::nullopt;
  }
  return from_git(oid);
}

} // namespace gate
