// The facts of a repository, by libgit2.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "git/remotes.hpp"
#include "os/process.hpp"
#include "ports.hpp"

namespace gate {

struct RepositoryState;

/// One repository. What only git knows for sure (configuration with its includes, conditions and -c) is asked
/// of git, and only when it is needed: a usual push starts no program and reads no configuration but the
/// repository's own. Not for use from several threads at once.
class OpenRepository final : public Repository {
public:
  explicit OpenRepository(std::unique_ptr<RepositoryState> state);
  ~OpenRepository() override;

  Result<Peeled> peel(const Oid& object) override;
  Result<std::optional<std::string>> file_at(const Oid& commit, std::string_view path) override;
  Result<std::optional<Oid>> object_at(const Oid& tree, const std::vector<std::string>& paths, std::string_view path) override;
  Result<std::optional<Oid>> first_parent(const Oid& commit) override;
  Result<std::optional<std::string>> remote_named(const std::string& name_or_url) override;
  /// The three read refs/remotes/<remote>/, where git puts a remote's branches unless remote.<remote>.fetch
  /// says otherwise, which is not looked at. A remote whose name can't be part of a ref name has no such
  /// refs.
  Result<std::optional<RefName>> remote_head(const std::string& remote) override;
  Result<std::vector<BranchTip>> tracking_tips(const std::string& remote) override;
  Result<std::optional<Oid>> tracking_tip(const std::string& remote, const RefName& branch) override;
  Result<History> history(const Oid& old_tip, const Oid& new_tip,
                          const std::vector<BranchTip>& sources) override;

  /// Absolute. The git folder of this work tree, and the one that all work trees share: refs, objects, hooks.
  const std::filesystem::path& git_dir() const;
  const std::filesystem::path& common_dir() const;
  /// Absolute; nothing for a bare repository.
  std::optional<std::filesystem::path> work_dir() const;
  /// What HEAD stands for, also before its first commit; nothing when it is detached.
  Result<std::optional<RefName>> current_branch();
  Result<std::optional<Upstream>> upstream_of(const RefName& branch);
  /// These three ask git's configuration, see remotes.hpp.
  Result<std::vector<std::string>> remotes();
  Result<bool> fetches_every_branch(const std::string& remote);
  Result<std::optional<std::string>> fetch_url(const std::string& remote);
  /// gitrevisions(7), one object: "HEAD", "v1.2^{commit}". Nothing when there is no such object; an error
  /// when it is ambiguous or no revision at all.
  Result<std::optional<Oid>> rev_parse(const std::string& revision);

  /// For this folder.
  RepositoryState& state() const { return *m_state; }

private:
  Result<std::string> blob(const Oid& oid, const std::string& where);

  std::unique_ptr<RepositoryState> m_state;
  std::map<Oid, std::string> m_blobs; ///< both sides of a push mostly have the same policy
};

/// Opens the repository that git meant when it started us, or that `cwd` (absolute) lies in: GIT_DIR,
/// GIT_WORK_TREE, GIT_OBJECT_DIRECTORY, GIT_ALTERNATE_OBJECT_DIRECTORIES, GIT_SHALLOW_FILE and
/// GIT_CEILING_DIRECTORIES are taken from `environment` (git(1)), not from this process. An error says what
/// the matter is: no repository, SHA-256, reftable.
Result<std::unique_ptr<OpenRepository>> open_repository(const Environment& environment,
                                                        const std::filesystem::path& cwd);

} // namespace gate
