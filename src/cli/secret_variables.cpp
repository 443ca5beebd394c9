#include "cli/secret_variables.hpp"

#include <algorithm>
#include <set>
#include <system_error>

#include "app/policies.hpp"
#include "cli/build_id.hpp"
#include "cli/child_environment.hpp"
#include "os/files.hpp"
#include "policy/parse.hpp"
#include "policy/publication.hpp"
#include "policy/secret_names.hpp"

namespace gate {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t k_most_names = 64;
constexpr std::size_t k_longest_variable = 255;
constexpr std::size_t k_most_remotes = 16;

void add(const std::vector<std::string>& more, std::vector<std::string>& names) {
  std::copy_if(more.begin(), more.end(), std::back_inserter(names),
               [&](const std::string& name) { return std::find(names.begin(), names.end(), name) == names.end(); });
}

std::string policy_at(const Oid& commit, OpenRepository& repository) {
  auto policy = repository.file_at(commit, k_policy_file);
  return policy && *policy ? **std::move(policy) : std::string();
}

std::string tracked_policy(const std::string& remote, const RefName& branch, OpenRepository& repository) {
  const auto tip = repository.tracking_tip(remote, branch);
  return tip && *tip ? policy_at(**tip, repository) : std::string();
}

// git keeps what it tracks of a remote in a folder of the remote's name, packed or not.
std::set<std::string> tracked_remotes(const OpenRepository& repository) {
  std::set<std::string> remotes{"origin"};
  std::error_code failed;
  for (fs::directory_iterator entry(repository.common_dir() / "refs" / "remotes", failed), end; !failed && entry != end; entry.increment(failed)) {
    if (remotes.size() >= k_most_remotes) {
      break;
    }
    remotes.insert(entry->path().filename().string());
  }
  return remotes;
}

// The branches that app/policies.cpp looks at: the remote's HEAD, or git's own two names for it, and the one that the policy there names.
void add_tracked(const std::string& remote, OpenRepository& repository, std::vector<std::string>& names) {
  std::vector<RefName> branches{*RefName::branch("main"), *RefName::branch("master")};
  if (const auto head = repository.remote_head(remote); head && *head) {
    branches.push_back(**head);
  }
  for (const auto& branch : branches) {
    const std::string text = tracked_policy(remote, branch, repository);
    add(secret_names_in(text), names);
    const auto policy = parse_policy(text, std::string(k_policy_file), k_version, PolicyRole::layer);
    if (policy && policy->policy_branch) {
      add(secret_names_in(tracked_policy(remote, policy->policy_branch->value, repository)), names);
    }
  }
}

std::vector<std::string> names_here(const Environment& env) {
  std::error_code failed;
  const fs::path here = fs::current_path(failed);
  if (failed) {
    return {};
  }
  const auto repository = open_repository(child_environment(env), here);
  return repository ? secret_variables_of(**repository) : std::vector<std::string>();
}

} // namespace

std::vector<std::string> SeenVariables::names() const {
  std::vector<std::string> names;
  const auto text = read_file(m_file, k_most_names * (k_longest_variable + 1));
  std::string_view rest = text && *text ? std::string_view(**text) : std::string_view();
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (is_variable_name(line)) {
      names.emplace_back(line);
    }
  }
  return names;
}

void SeenVariables::remember(const std::vector<std::string>& names) const {
  std::vector<std::string> all = this->names();
  const std::size_t before = all.size();
  add(names, all);
  std::erase_if(all, [](const std::string& name) { return name.size() > k_longest_variable || !is_variable_name(name); });
  if (all.size() == before) {
    return;
  }
  std::string text;
  for (std::size_t i = all.size() - std::min(all.size(), k_most_names); i < all.size(); ++i) {
    text += all[i] + "\n";
  }
  static_cast<void>(write_file(m_file, text, 0600));
}

std::vector<std::string> secret_variables_of_head(OpenRepository& repository) {
  const auto head = repository.rev_parse("HEAD");
  std::vector<std::string> names = head && *head ? secret_names_in(policy_at(**head, repository)) : std::vector<std::string>();
  add(SeenVariables(repository.common_dir()).names(), names);
  return names;
}

std::vector<std::string> secret_variables_of(OpenRepository& repository) {
  std::vector<std::string> names = secret_variables_of_head(repository);
  for (const auto& remote : tracked_remotes(repository)) {
    add_tracked(remote, repository, names);
  }
  SeenVariables(repository.common_dir()).remember(names);
  return names;
}

Environment children_environment(const Environment& env, const std::vector<std::string>& also) {
  std::vector<std::string> names = names_here(env);
  add(also, names);
  return child_environment(env, names);
}

Environment without_secret_variables(const Environment& env) {
  const std::vector<std::string> names = names_here(env);
  Environment result;
  std::copy_if(env.begin(), env.end(), std::back_inserter(result), [&](const std::string& variable) {
    const std::string name = variable.substr(0, variable.find('='));
    // No policy takes away what the logins are found with.
    const bool is_needed = name == "PATH" || name == "HOME" || name == "DOCKER_CONFIG" || name.rfind("AWS_", 0) == 0;
    return is_needed || std::find(names.begin(), names.end(), name) == names.end();
  });
  return result;
}

} // namespace gate
