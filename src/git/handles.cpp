#include "git/handles.hpp"

#include <algorithm>
#include <array>

namespace gate {

GitLibrary::GitLibrary() {
  git_libgit2_init();
  // git has checked the owner before it ran the hook, and libgit2's check knows less (safe.directory = *).
  git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
  // sparse-checkout sets worktreeConfig; neither changes how objects and refs are read.
  std::array<const char*, 3> extensions = {"worktreeconfig", "partialclone", "preciousobjects"};
  git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions.data(), extensions.size());
  for (const git_config_level_t level : {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM,
                                         GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL}) {
    git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, static_cast<int>(level), "");
  }
}

GitLibrary::~GitLibrary() {
  git_libgit2_shutdown();
}

std::string git_reason() {
  const git_error* error = git_error_last();
  if (error == nullptr || error->message == nullptr || *error->message == '\0') {
    return "libgit2 gives no reason";
  }
  return error->message;
}

std::optional<git_oid> to_git(const Oid& oid) {
  git_oid raw;
  if (oid.hex().size() != GIT_OID_HEXSZ || git_oid_fromstr(&raw, oid.hex().c_str()) != 0) {
    return std::nullopt;
  }
  return raw;
}

Oid from_git(const git_oid& oid) {
  std::array<char, GIT_OID_HEXSZ> hex{};
  git_oid_fmt(hex.data(), &oid);
  return Oid::parse({hex.data(), hex.size()}).value_or(Oid());
}

git_oid to_git(const CommitId& id) {
  git_oid raw;
  std::copy(id.begin(), id.end(), std::begin(raw.id));
  return raw;
}

CommitId to_id(const git_oid& oid) {
  CommitId id;
  std::copy(std::begin(oid.id), std::end(oid.id), id.begin());
  return id;
}

Result<OdbObject> read_object(git_odb* odb, const git_oid& oid) {
  git_odb_object* raw = nullptr;
  const int status = git_odb_read(&raw, odb, &oid);
  if (status == GIT_ENOTFOUND) {
    return OdbObject();
  }
  if (status != 0) {
    return could_not_run("cannot read the object " + from_git(oid).hex() + ": " + git_reason(),
                         "check the repository with `git fsck`");
  }
  return OdbObject(raw);
}

std::string_view bytes_of(const OdbObject& object) {
  return {static_cast<const char*>(git_odb_object_data(object.get())), git_odb_object_size(object.get())};
}

} // namespace gate
