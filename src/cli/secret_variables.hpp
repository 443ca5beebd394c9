// The variables of the environment that hold secrets, as the policies of a repository name them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "git/repository.hpp"
#include "os/process.hpp"

namespace gate {

/// Names that were seen in this repository's policies once: a file of names only, one on a line, the latest last, 64 at most (0600). What
/// can't be read is empty, and what can't be written stays unwritten.
class SeenVariables {
public:
  explicit SeenVariables(const std::filesystem::path& common_dir) : m_file(common_dir / "gate" / "secret-variables") {}

  std::vector<std::string> names() const;
  void remember(const std::vector<std::string>& names) const;

private:
  std::filesystem::path m_file;
};

/// Of the policy that HEAD has, and those that were seen. Starts no program, and is cheap enough for every push.
std::vector<std::string> secret_variables_of_head(OpenRepository& repository);

/// The same, and of the policies that the remotes' own branches have as they are tracked; all of them are remembered. Starts no program.
std::vector<std::string> secret_variables_of(OpenRepository& repository);

/// What a program gets that gate starts for itself in the current folder's repository: child_environment() without all of these, and
/// without `also`. Where there is no repository nothing is known of it.
Environment children_environment(const Environment& env, const std::vector<std::string>& also = {});

/// `env` without the variables that the current folder's repository names, but with AWS's, CI's and all others: for what looks for logins,
/// and starts the user's own programs for that.
Environment without_secret_variables(const Environment& env);

} // namespace gate
