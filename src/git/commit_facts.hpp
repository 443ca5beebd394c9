// Commits of ports.hpp, by libgit2 and git.
#pragma once

#include <memory>

#include "git/repository.hpp"
#include "ports.hpp"

namespace gate {

/// Which refs tell what the remote has.
enum class RemoteRefs {
  tracking, ///< refs/remotes/<remote>/*, as last seen: for those who push
  own,      ///< all refs of this repository, whatever the remote: for those who receive
};

/// The repository must outlive it.
std::unique_ptr<Commits> commits_of_push(OpenRepository& repository, RemoteRefs refs);

} // namespace gate
