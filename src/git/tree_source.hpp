// Where a tree that is checked out comes from. Only for the .cpp files of this folder.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "git/handles.hpp"
#include "os/process.hpp"

namespace gate {

/// The repository itself, or a submodule's.
struct TreeSource {
  git_repository* repository = nullptr;
  git_odb* odb = nullptr;
  RepositoryHandle own_repository; ///< of a submodule
  OdbHandle own_odb;
  std::filesystem::path git_dir;
  std::filesystem::path common_dir;
  std::optional<std::filesystem::path> work_dir;
  Environment environment; ///< for git, about this repository; names no repository itself
  std::string inside;      ///< of a submodule: its path in the whole checkout, with a slash at the end
  std::string top_path;    ///< of a submodule: the path of the outermost one that it lies in
  std::optional<std::filesystem::path> lfs; ///< once it has been asked for
};

/// The repository of the submodule at `path` in a tree of `above` whose .gitmodules has been written to
/// `gitmodules`; it has the commit. `path` is relative to that tree. An error names path, commit and what
/// fetches it.
Result<std::unique_ptr<TreeSource>> open_submodule(const TreeSource& above,
                                                   const std::filesystem::path& gitmodules,
                                                   const std::string& path, const git_oid& commit);

/// A submodule's name is a folder below "modules": no "..", not absolute (git's check_submodule_name).
bool is_submodule_name(std::string_view name);

/// The environment without the variables that tell git which repository it is in (git rev-parse
/// --local-env-vars).
Environment without_repository(const Environment& environment);

} // namespace gate
