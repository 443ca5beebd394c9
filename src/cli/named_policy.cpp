#include "cli/named_policy.hpp"

#include <algorithm>
#include <string_view>
#include <system_error>

#include "app/policies.hpp"
#include "cli/build_id.hpp"
#include "cli/child_environment.hpp"
#include "cli/policy_sources.hpp"
#include "cli/work_tree_files.hpp"
#include "os/files.hpp"

namespace gate {

namespace fs = std::filesystem;

namespace {

tl::unexpected<PolicyFailure> failed_with(const Error& error) { return tl::unexpected(PolicyFailure{{}, error}); }

tl::unexpected<PolicyFailure> failed_with(ErrorKind kind, std::string message, std::string remedy) {
  return failed_with(Error{kind, std::move(message), std::move(remedy)});
}

bool lies_in(const fs::path& folder, const fs::path& file) {
  std::error_code failed;
  const fs::path above = fs::weakly_canonical(folder, failed);
  const fs::path below = failed ? fs::path() : fs::weakly_canonical(file, failed);
  return !failed && std::mismatch(above.begin(), above.end(), below.begin(), below.end()).first == above.end();
}

bool is_file(const fs::path& path) {
  std::error_code failed;
  const auto status = fs::status(path, failed);
  return fs::exists(status) && !fs::is_directory(status);
}

} // namespace

PolicyFinder::PolicyFinder(const Invocation& invocation) : m_invocation(invocation), m_sources(wire_policy_sources(invocation)) {}

PolicyFinder::~PolicyFinder() = default;

Result<OpenRepository*> PolicyFinder::repository() {
  if (!m_repository) {
    std::error_code failed;
    const auto here = fs::current_path(failed);
    if (failed) {
      return could_not_run("the current folder is gone: " + failed.message(), "change into the repository");
    }
    auto opened = open_repository(child_environment(m_invocation.env), here);
    if (!opened) {
      return tl::unexpected(opened.error());
    }
    m_repository = *std::move(opened);
  }
  return m_repository.get();
}

FoundPolicy PolicyFinder::read(const fs::path& file, const std::string& name, const fs::path& top, const std::string& title) {
  const auto text = read_file(file);
  if (!text) {
    return failed_with(text.error());
  }
  if (!*text) {
    return failed_with(ErrorKind::usage, "there is no file " + file.string(),
                       "gate init writes a " + std::string(k_policy_file) + "; or name the file that you mean");
  }
  WorkTreeFiles files(top);
  auto policy = load_policy(**text, name, files, *m_sources, k_version);
  if (!policy) {
    return tl::unexpected(as_seen_from_here(std::move(policy).error()));
  }
  return NamedPolicy{title, *std::move(policy), top};
}

// What is fetched is kept for all repositories of this machine, but `gate policy fetch` reads what one of them pins.
PolicyFailure PolicyFinder::as_seen_from_here(PolicyFailure failure) const {
  constexpr std::string_view k_fetch = "gate policy fetch";
  if (!m_repository && failure.error && failure.error->remedy == k_fetch) {
    failure.error->remedy += ", in a repository whose " + std::string(k_policy_file) + " extends it";
  }
  return failure;
}

FoundPolicy PolicyFinder::of_work_tree() {
  const auto opened = repository();
  if (!opened) {
    // Somebody writes one that is to be extended elsewhere, or tries one out.
    const std::string here(k_policy_file);
    return is_file(here) ? of_file(here) : failed_with(opened.error());
  }
  const auto top = (*opened)->work_dir();
  if (!top) {
    return failed_with(ErrorKind::usage, "this repository is bare: it has no work tree with a " + std::string(k_policy_file),
                       "name a commit or a file");
  }
  const std::string name(k_policy_file);
  return read(*top / name, name, *top, name + " of the work tree");
}

FoundPolicy PolicyFinder::of_file(const std::string& path) {
  std::error_code failed;
  const auto file = fs::absolute(path, failed);
  if (failed) {
    return failed_with(ErrorKind::could_not_run, "cannot tell where " + path + " is: " + failed.message(), "name it by its whole path");
  }
  const auto opened = repository();
  const auto top = opened ? (*opened)->work_dir() : std::nullopt;
  return read(file, path, top && lies_in(*top, file) ? *top : file.parent_path(), path);
}

FoundPolicy PolicyFinder::of_revision(const std::string& revision) {
  const auto opened = repository();
  if (!opened) {
    return failed_with(opened.error());
  }
  const auto object = (*opened)->rev_parse(revision);
  if (!object) {
    return failed_with(object.error());
  }
  const auto peeled = *object ? (*opened)->peel(**object) : Result<Peeled>(Peeled{});
  if (!peeled) {
    return failed_with(peeled.error());
  }
  if (!peeled->commit) {
    return failed_with(ErrorKind::usage, "\"" + revision + "\" is no commit of this repository",
                       "git log --oneline shows some; a branch of a remote is called origin/NAME");
  }
  Policies policies(**opened, *m_sources, k_version); // what at() gives is kept in here
  const auto at = policies.at(*peeled->commit);
  if (!at) {
    return failed_with(at.error());
  }
  if (!(*at)->policy && (*at)->problems.empty()) {
    return failed_with(ErrorKind::usage, "commit " + peeled->commit->brief() + " has no " + std::string(k_policy_file), "name a commit that has one");
  }
  if (!(*at)->policy) {
    return tl::unexpected(PolicyFailure{{(*at)->problems, (*at)->needs_newer_gate}, {}});
  }
  return NamedPolicy{std::string(k_policy_file) + " of " + peeled->commit->brief(), *(*at)->policy, {}};
}

FoundPolicy PolicyFinder::of_file_or_revision(const std::string& name) { return is_file(name) ? of_file(name) : of_revision(name); }

} // namespace gate
