// What git's configuration says of remotes and upstreams.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ref_name.hpp"

namespace gate {

/// The branch that a local branch follows.
struct Upstream {
  std::string remote;
  RefName branch; ///< its name on the remote
};

/// One value of git's configuration. Section and variable of the key are lower case, a subsection is as it
/// was written.
struct ConfigValue {
  std::string key;
  std::string value;
};

/// Reads what `git config --null --get-regexp` prints: "key LF value NUL" each, without LF where there is no
/// value.
std::vector<ConfigValue> parse_config_values(std::string_view output);

/// The remote of this name; else the first that has this URL, after url.*.insteadOf and pushInsteadOf as git
/// applies them (git-config(1)). A slash or ".git" at the end and a user or password in http URLs make no
/// difference.
std::optional<std::string> remote_in(const std::vector<ConfigValue>& config, const std::string& name_or_url);

/// Where git fetches this remote from, after url.*.insteadOf; nothing where the configuration does not say.
std::optional<std::string> fetch_url_in(const std::vector<ConfigValue>& config, const std::string& remote);

/// The names of all remotes that are configured.
std::vector<std::string> remotes_in(const std::vector<ConfigValue>& config);

/// Whether remote.<name>.fetch brings every branch of the remote, so that one that is not here is not there either (as of
/// the last fetch). A remote that is not configured has none that could be missing.
bool fetches_every_branch(const std::vector<ConfigValue>& config, const std::string& remote);

/// From branch.<name>.remote and .merge; nothing when one of them is missing or the upstream is a local
/// branch.
std::optional<Upstream> upstream_in(const std::vector<ConfigValue>& config, const RefName& branch);

} // namespace gate
