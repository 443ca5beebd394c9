// Trees as folders.
#pragma once

#include <memory>

#include "git/repository.hpp"
#include "ports.hpp"

namespace gate {

/// Checks out trees of this repository, which must outlive it.
///
/// LFS: a blob of at most 1024 bytes that is a pointer, at a path whose "filter" attribute is "lfs" by the
/// .gitattributes of the tree itself (the work tree's, the user's and info/attributes have no say: they are
/// not what is tested), becomes the file that it stands for. Submodules: from modules/<name> of the git
/// folder or the work tree's own <path>/.git. The folder that is filled gets mode 0755, too; keep it private
/// by the folder above. On an error what has been written so far stays. More than a million entries, or
/// folders nested deeper than 512, are an error.
std::unique_ptr<TreeCheckout> checkout_of(OpenRepository& repository);

} // namespace gate
