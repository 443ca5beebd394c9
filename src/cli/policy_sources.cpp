#include "cli/policy_sources.hpp"

#include <algorithm>
#include <system_error>

#include "cli/ready_made.hpp"
#include "git/pinned_policies.hpp"
#include "os/files.hpp"

namespace gate {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t k_largest_policy = 64UL * 1024UL;

// An administrator's file that can't be read is not the same as none: nothing is judged then.
Failure unreadable(const Error& error) {
  const std::string remedy = error.remedy.empty() ? "the administrator of this machine can mend it" : error.remedy;
  return fail(ErrorKind::policy, "this machine's policy can't be used: " + error.message, remedy);
}

// Of a file that can't be found: the link on its path that is there, and what it points to is not. A disk that is not mounted does that.
std::optional<fs::path> link_to_nowhere(const fs::path& file) {
  fs::path at;
  for (const auto& part : file) {
    at /= part;
    std::error_code failed;
    if (fs::is_symlink(fs::symlink_status(at, failed)) && !fs::exists(at, failed)) {
      return at;
    }
  }
  return std::nullopt;
}

class MachineSources final : public PolicySources {
public:
  explicit MachineSources(Result<fs::path> store) : m_store(std::move(store)) {}

  Result<std::optional<SystemFile>> system() override {
    auto text = read_file(k_system_policy, k_largest_policy);
    if (!text) {
      return unreadable(text.error());
    }
    if (!*text) {
      const auto link = link_to_nowhere(k_system_policy);
      return link ? unreadable({ErrorKind::policy,
                                std::string(k_system_policy) + " is not there, and " + link->string() + " is a link that leads nowhere",
                                {}})
                  : Result<std::optional<SystemFile>>(std::nullopt);
    }
    return SystemFile{k_system_policy, **std::move(text)};
  }

  std::optional<std::string> ready_made(const std::string& name) override {
    const auto all = ready_made_policies();
    const auto found = std::find_if(all.begin(), all.end(), [&](const ReadyMade& policy) { return policy.name == name; });
    return found == all.end() ? std::nullopt : std::optional(std::string(found->text));
  }

  Result<std::string> pinned(const Extension::Pinned& pin) override {
    return m_store ? PolicyStore(*m_store).read(pin) : tl::unexpected(m_store.error());
  }

  Result<std::string> machine_file(const std::string& path) override {
    auto text = read_file(path);
    if (!text) {
      return unreadable(text.error());
    }
    if (!*text) {
      return unreadable({ErrorKind::policy, path + " is not there, and " + k_system_policy + " names it", {}});
    }
    return **std::move(text);
  }

private:
  Result<fs::path> m_store;
};

} // namespace

Result<fs::path> policy_store_folder(const Invocation& invocation) {
  const fs::path below = fs::path("gate") / "policies";
  const auto cache = value_of(invocation.env, "XDG_CACHE_HOME");
  if (cache && fs::path(*cache).is_absolute()) {
    return fs::path(*cache) / below;
  }
  const auto home = value_of(invocation.env, "HOME");
  if (home && fs::path(*home).is_absolute()) {
    return fs::path(*home) / ".cache" / below;
  }
  return could_not_run("neither HOME nor XDG_CACHE_HOME says where fetched policies are kept", "set one of them to an absolute path");
}

std::unique_ptr<PolicySources> wire_policy_sources(const Invocation& invocation) {
  return std::make_unique<MachineSources>(policy_store_folder(invocation));
}

} // namespace gate
