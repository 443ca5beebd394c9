// The remote's side of a push, seen from the remote itself.
#pragma once

#include <memory>

#include "git/repository.hpp"
#include "ports.hpp"

namespace gate {

/// For a repository that receives: "the remote" is itself. Any remote is called "origin", so that rules for some remotes hold where
/// they do for those who push; its branches are refs/heads/*, and its head is the branch that HEAD stands for. Everything
/// else is asked of `repository`, which must outlive it.
std::unique_ptr<Repository> own_side_of(OpenRepository& repository);

} // namespace gate
