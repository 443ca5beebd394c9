// A policy that somebody names on the command line: a file, or a commit whose gate.toml is meant.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "app/layering.hpp"
#include "cli/invocation.hpp"
#include "git/repository.hpp"

namespace gate {

struct NamedPolicy {
  std::string name; ///< for people: "gate.toml of the work tree", "gate.toml of 1234567"
  Policy policy;
  std::optional<std::filesystem::path> top = {}; ///< of a file: the folder that it names others from
};
using FoundPolicy = tl::expected<NamedPolicy, PolicyFailure>;

/// Reads policies for one command. A failure says what is wrong with them (2), or why they can't be had (3).
class PolicyFinder {
public:
  explicit PolicyFinder(const Invocation& invocation);
  ~PolicyFinder();

  /// The gate.toml at the top of the work tree that the current folder is in; outside of a repository, of the current folder.
  FoundPolicy of_work_tree();
  /// What it extends is looked for from the top of the work tree that the current folder is in; beside the file, if it does not lie in there.
  FoundPolicy of_file(const std::string& path);
  /// `revision`: gitrevisions(7), a commit.
  FoundPolicy of_revision(const std::string& revision);
  /// A file, if there is one of this name; else a revision.
  FoundPolicy of_file_or_revision(const std::string& name);

private:
  Result<OpenRepository*> repository();
  PolicyFailure as_seen_from_here(PolicyFailure failure) const;
  FoundPolicy read(const std::filesystem::path& file, const std::string& name, const std::filesystem::path& top, const std::string& title);

  const Invocation& m_invocation;
  std::unique_ptr<PolicySources> m_sources;
  std::unique_ptr<OpenRepository> m_repository; ///< opened when it is needed
};

} // namespace gate
