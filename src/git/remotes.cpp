#include "git/remotes.hpp"

#include <algorithm>
#include <set>

namespace gate {

namespace {

// "remote.team.origin.url" is section "remote", subsection "team.origin", variable "url".
struct Key {
  std::string_view section;
  std::string_view subsection;
  std::string_view variable;
};

Key split(std::string_view key) {
  const auto first = key.find('.');
  const auto last = key.rfind('.');
  if (first == std::string_view::npos || first == last) {
    return {};
  }
  return {key.substr(0, first), key.substr(first + 1, last - first - 1), key.substr(last + 1)};
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

std::string comparable(std::string url) {
  while (url.size() > 1 && url.back() == '/') {
    url.pop_back();
  }
  if (ends_with(url, ".git") && !ends_with(url, "/.git")) {
    url.resize(url.size() - 4);
  }
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (url.rfind(scheme, 0) == 0) {
      const auto host_end = url.find('/', scheme.size());
      const auto at = url.rfind('@', host_end);
      if (at != std::string::npos && at >= scheme.size()) {
        url.erase(scheme.size(), at + 1 - scheme.size());
      }
    }
  }
  return url;
}

// The longest prefix that is to be replaced wins (git-config(1), url.<base>.insteadOf).
std::optional<std::string> rewrite(const std::vector<ConfigValue>& config, const std::string& url,
                                   std::string_view variable) {
  std::size_t longest = 0;
  std::optional<std::string> rewritten;
  for (const ConfigValue& entry : config) {
    const Key key = split(entry.key);
    const bool fits = key.section == "url" && key.variable == variable && !entry.value.empty() &&
                      url.rfind(entry.value, 0) == 0;
    if (fits && entry.value.size() > longest) {
      longest = entry.value.size();
      rewritten = std::string(key.subsection) + url.substr(longest);
    }
  }
  return rewritten;
}

std::set<std::string> spellings(const std::vector<ConfigValue>& config, const std::string& url) {
  std::set<std::string> all = {comparable(url)};
  for (const std::string_view variable : {"insteadof", "pushinsteadof"}) {
    if (auto other = rewrite(config, url, variable)) {
      all.insert(comparable(*std::move(other)));
    }
  }
  return all;
}

} // namespace

std::vector<ConfigValue> parse_config_values(std::string_view output) {
  std::vector<ConfigValue> values;
  while (!output.empty()) {
    const auto end = output.find('\0');
    const std::string_view entry = output.substr(0, end);
    const auto newline = entry.find('\n');
    const std::string_view value =
        newline == std::string_view::npos ? std::string_view() : entry.substr(newline + 1);
    values.push_back({std::string(entry.substr(0, newline)), std::string(value)});
    if (end == std::string_view::npos) {
      break;
    }
    output.remove_prefix(end + 1);
  }
  return values;
}

std::optional<std::string> remote_in(const std::vector<ConfigValue>& config, const std::string& name_or_url) {
  for (const ConfigValue& entry : config) {
    const Key key = split(entry.key);
    const bool says_where = key.variable == "url" || key.variable == "pushurl";
    if (key.section == "remote" && key.subsection == name_or_url && says_where) {
      return name_or_url;
    }
  }
  const auto wanted = spellings(config, name_or_url);
  for (const ConfigValue& entry : config) {
    const Key key = split(entry.key);
    if (key.section != "remote" || (key.variable != "url" && key.variable != "pushurl")) {
      continue;
    }
    const auto has = spellings(config, entry.value);
    if (std::any_of(has.begin(), has.end(), [&](const std::string& url) { return wanted.count(url) != 0; })) {
      return std::string(key.subsection);
    }
  }
  return std::nullopt;
}

std::optional<std::string> fetch_url_in(const std::vector<ConfigValue>& config, const std::string& remote) {
  const auto url = std::find_if(config.begin(), config.end(), [&](const ConfigValue& entry) {
    const Key key = split(entry.key);
    return key.section == "remote" && key.subsection == remote && key.variable == "url";
  });
  if (url == config.end() || url->value.empty()) { // newer git: an empty one takes back those before it
    return std::nullopt;
  }
  return rewrite(config, url->value, "insteadof").value_or(url->value);
}

std::vector<std::string> remotes_in(const std::vector<ConfigValue>& config) {
  std::set<std::string> names;
  for (const ConfigValue& entry : config) {
    const Key key = split(entry.key);
    if (key.section == "remote" && !key.subsection.empty()) {
      names.emplace(key.subsection);
    }
  }
  return {names.begin(), names.end()};
}

bool fetches_every_branch(const std::vector<ConfigValue>& config, const std::string& remote) {
  bool is_configured = false;
  for (const ConfigValue& entry : config) {
    const Key key = split(entry.key);
    if (key.section != "remote" || key.subsection != remote) {
      continue;
    }
    is_configured = true;
    const std::string_view refspec = entry.value;
    const auto source = refspec.substr(0, refspec.find(':'));
    if (key.variable == "fetch" && (source == "+refs/heads/*" || source == "refs/heads/*")) {
      return true;
    }
  }
  return !is_configured;
}

std::optional<Upstream> upstream_in(const std::vector<ConfigValue>& config, const RefName& branch) {
  std::string remote;
  std::optional<RefName> merge;
  for (const ConfigValue& entry : config) {
    const Key key = split(entry.key);
    if (key.section != "branch" || !branch.is_branch() || key.subsection != branch.brief()) {
      continue;
    }
    if (key.variable == "remote") {
      remote = entry.value;
    }
    if (key.variable == "merge") {
      merge = RefName::parse(entry.value);
    }
  }
  if (remote.empty() || remote == "." || !merge) {
    return std::nullopt;
  }
  return Upstream{std::move(remote), *std::move(merge)};
}

} // namespace gate
