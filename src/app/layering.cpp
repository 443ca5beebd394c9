#include "app/layering.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace gate {

namespace {

constexpr unsigned k_deepest = 8;
constexpr unsigned k_own_rank = k_deepest + 1; // what it extends stands above it, the system's at 0 above all

template <typename... Kinds> struct Overloaded : Kinds... {
  using Kinds::operator()...;
};
template <typename... Kinds> Overloaded(Kinds...) -> Overloaded<Kinds...>;

/// One text that is still to be read.
struct Source {
  std::string text;
  std::string name;
  unsigned rank = 0;
  bool is_beside = false; ///< it lies in the same tree, so that files beside it can be found
};

// Of two that are the same file.
std::string key_of(const Extension& extension) {
  const auto* pin = std::get_if<Extension::Pinned>(&extension.what);
  return pin == nullptr ? extension.str() : pin->git + '\0' + pin->rev + '\0' + pin->path + '\0' + pin->sha256;
}

class Loader {
public:
  Loader(PolicyFiles& files, PolicySources& sources, const std::string& version) : m_files(files), m_sources(sources), m_version(version) {}

  tl::expected<Policy, PolicyFailure> load(const std::string& text, const std::string& name) {
    const auto system = m_sources.system();
    if (!system) {
      return tl::unexpected(PolicyFailure{{}, system.error()});
    }
    if (*system) {
      read({(*system)->text, (*system)->path, 0, false}, PolicyRole::system);
    }
    read({text, name, k_own_rank, true}, *system ? PolicyRole::layer : PolicyRole::whole);
    if (m_error || !m_problems.list.empty()) {
      return tl::unexpected(PolicyFailure{std::move(m_problems), std::move(m_error)});
    }
    if (m_layers.size() == 1) {
      return std::move(m_layers.front());
    }
    auto joined = join_layers(std::move(m_layers));
    if (!joined) {
      return tl::unexpected(PolicyFailure{{std::move(joined).error()}, {}});
    }
    return *std::move(joined);
  }

private:
  void read(const Source& source, PolicyRole role) {
    auto policy = parse_policy(source.text, source.name, m_version, role);
    if (!policy) {
      auto& list = policy.error().list;
      m_problems.list.insert(m_problems.list.end(), list.begin(), list.end());
      m_problems.needs_newer_gate = m_problems.needs_newer_gate || policy.error().needs_newer_gate;
      return;
    }
    if (policy->verdicts && !source.is_beside && role != PolicyRole::system) {
      m_problems.list.push_back({policy->verdicts->place, "[verdicts] does not count in a policy from outside of the repository: its \"allowed_signers\" would be a file of whoever extends it",
                                 "write it into the policy that extends this, into a file beside that, or into the system's policy"});
    }
    policy->layers.front().rank = source.rank;
    const auto extensions = policy->extends;
    m_layers.push_back(*std::move(policy));
    for (const auto& extension : extensions) {
      extend(extension, source);
    }
  }

  void extend(const Extension& extension, const Source& by) {
    if (by.rank <= 1) {
      m_problems.list.push_back({extension.place, "policies extend each other more than " + std::to_string(k_deepest) + " deep",
                                 "say it in one file"});
      return;
    }
    if (!m_seen.insert(key_of(extension)).second) {
      return;
    }
    std::visit(Overloaded{
                   [&](const Extension::ReadyMade& ready) { extend_ready_made(ready, extension, by.rank - 1); },
                   [&](const Extension::File& file) { extend_file(file, extension, by); },
                   [&](const Extension::Pinned& pin) { extend_pinned(pin, extension, by.rank - 1); },
               },
               extension.what);
  }

  void extend_ready_made(const Extension::ReadyMade& ready, const Extension& extension, unsigned rank) {
    if (const auto text = m_sources.ready_made(ready.name)) {
      read({*text, extension.str(), rank, false}, PolicyRole::layer);
    } else {
      m_problems.list.push_back(
          {extension.place, "there is no ready-made policy \"" + ready.name + "\"", "see docs/policy.md, \"Ready-made policies\""});
    }
  }

  void extend_file(const Extension::File& file, const Extension& extension, const Source& by) {
    if (!by.is_beside) {
      m_problems.list.push_back({extension.place,
                                 "\"" + file.path + "\" can't be found from here: only a policy in the repository extends a file beside it",
                                 "name it by git, rev, path and sha256"});
      return;
    }
    const auto text = m_files.read(file.path);
    if (!text && text.error().kind != ErrorKind::policy) {
      note(text.error());
    } else if (!text || !*text) {
      m_problems.list.push_back({extension.place, text ? "there is no file \"" + file.path + "\"" : text.error().message,
                                 "commit it together with the policy that extends it"});
    } else {
      read({**text, m_files.name_of(file.path), by.rank - 1, true}, PolicyRole::layer);
    }
  }

  void extend_pinned(const Extension::Pinned& pin, const Extension& extension, unsigned rank) {
    const auto text = m_sources.pinned(pin);
    if (!text) {
      note(text.error());
      return;
    }
    read({*text, extension.str(), rank, false}, PolicyRole::layer);
  }

  void note(const Error& error) {
    if (!m_error) {
      m_error = error;
    }
  }

  PolicyFiles& m_files;
  PolicySources& m_sources;
  const std::string& m_version;
  std::vector<Policy> m_layers;
  std::set<std::string> m_seen; ///< extensions that are in already
  PolicyProblems m_problems;
  std::optional<Error> m_error;
};

} // namespace

tl::expected<Policy, PolicyFailure> load_policy(const std::string& text, const std::string& name, PolicyFiles& files, PolicySources& sources,
                                                const std::string& version) {
  return Loader(files, sources, version).load(text, name);
}

} // namespace gate
