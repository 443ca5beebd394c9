// Policy files of other repositories: kept on this machine by their content, and fetched by git.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "os/process.hpp"
#include "policy/policy.hpp"

namespace gate {

class Interrupt;

/// A folder of policy files, each named by the SHA-256 of its content. Any number of processes may use it at once.
class PolicyStore {
public:
  explicit PolicyStore(std::filesystem::path folder) : m_folder(std::move(folder)) {}

  /// The content is hashed again: what is there but damaged is an error, as what is not there. The remedy of both fetches it.
  Result<std::string> read(const Extension::Pinned& pin) const;
  bool has(const Extension::Pinned& pin) const { return read(pin).has_value(); }
  /// On disk when it returns.
  Result<void> keep(std::string_view text) const;

private:
  std::filesystem::path m_folder;
};

/// Gets policy files from remotes. git runs in a folder of its own, which is gone afterwards: this repository, its configuration and
/// its hooks have no part in it. It can't ask anybody for a password, and speaks file, git, http, https and ssh only.
class PolicyFetcher {
public:
  /// `environment` is the one that git is run with; the folder is made below `scratch`, which need not exist.
  PolicyFetcher(std::filesystem::path scratch, const Environment& environment, const Interrupt* interrupt);

  /// The pinned file, of at most 64 KiB, with the SHA-256 that the pin says. A server that gives no commit by its name is asked for all
  /// its branches and tags instead.
  Result<std::string> fetch(const Extension::Pinned& pin) const;

  struct Found {
    std::string rev; ///< the commit's full object name
    std::string text;
  };
  /// The file as it is now: on the branch or tag `wanted`, at a commit of this full name, or where the remote's HEAD is.
  Result<Found> find(const std::string& url, const std::optional<std::string>& wanted, const std::string& path) const;

private:
  struct Tip {
    std::string name; ///< to fetch: a ref, HEAD, or an object name
    bool is_sha256 = false;
  };
  Result<Tip> tip_of(const std::string& url, const std::optional<std::string>& wanted) const;
  Result<Found> fetch_file(const std::string& url, const Tip& tip, const std::string& path) const;
  Result<void> fetch_commit(const std::string& at, const std::string& url, const Tip& tip) const;
  Result<std::string> git(const std::vector<std::string>& arguments, const std::string& url) const;

  std::filesystem::path m_scratch;
  Environment m_environment;
  const Interrupt* m_interrupt;
};

} // namespace gate
