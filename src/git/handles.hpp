// libgit2 behind RAII. Only for the .cpp files of this folder.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <git2.h>

#include "base/error.hpp"
#include "base/oid.hpp"
#include "git/ancestry.hpp"
#include "git/remotes.hpp"
#include "os/process.hpp"

namespace gate {

template <auto free_handle> struct GitDeleter {
  template <typename T> void operator()(T* handle) const { free_handle(handle); }
};

using RepositoryHandle = std::unique_ptr<git_repository, GitDeleter<git_repository_free>>;
using OdbHandle = std::unique_ptr<git_odb, GitDeleter<git_odb_free>>;
using OdbObject = std::unique_ptr<git_odb_object, GitDeleter<git_odb_object_free>>;
using TreeHandle = std::unique_ptr<git_tree, GitDeleter<git_tree_free>>;
using ObjectHandle = std::unique_ptr<git_object, GitDeleter<git_object_free>>;
using ReferenceHandle = std::unique_ptr<git_reference, GitDeleter<git_reference_free>>;
using ReferenceIterator = std::unique_ptr<git_reference_iterator, GitDeleter<git_reference_iterator_free>>;
using ConfigHandle = std::unique_ptr<git_config, GitDeleter<git_config_free>>;
using ConfigEntry = std::unique_ptr<git_config_entry, GitDeleter<git_config_entry_free>>;

/// libgit2 is up while one lives. It reads no configuration outside the repository: what a person's own
/// configuration says is asked of git itself, where it matters.
class GitLibrary {
public:
  GitLibrary();
  ~GitLibrary();
  GitLibrary(const GitLibrary&) = delete;
  GitLibrary& operator=(const GitLibrary&) = delete;
};

/// What libgit2 last complained of; never empty.
std::string git_reason();

/// Nothing for an object name of another format (SHA-256): no such object is here.
std::optional<git_oid> to_git(const Oid& oid);
Oid from_git(const git_oid& oid);
git_oid to_git(const CommitId& id);
CommitId to_id(const git_oid& oid);

/// One repository's objects and where its other things are.
struct RepositoryState {
  // In this order: the library must be the last to go.
  GitLibrary library;
  RepositoryHandle repository;
  OdbHandle odb;
  std::filesystem::path git_dir;    ///< absolute
  std::filesystem::path common_dir; ///< absolute; differs from git_dir in a linked work tree
  Environment environment;          ///< for git, when it has to be asked
  std::filesystem::path cwd;
  std::unique_ptr<CommitSource> commits;
  std::unique_ptr<Ancestry> ancestry;
  std::optional<std::vector<ConfigValue>> config; ///< of remotes, URLs and branches, once git was asked
};

/// Reads an object whose hash libgit2 verifies. Nothing when it is not here.
Result<OdbObject> read_object(git_odb* odb, const git_oid& oid);
std::string_view bytes_of(const OdbObject& object);

} // namespace gate
