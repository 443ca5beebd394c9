// Refs as they stand, packed ones too. Only for the .cpp files of this folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/oid.hpp"
#include "git/handles.hpp"

namespace gate {

/// A ref and the object that it stands for in the end, a tag object included.
struct RefTip {
  std::string name; ///< full
  Oid target;
};

/// All refs whose names begin with `prefix` ("refs/heads/"), in the order of their names. What leads nowhere is left out.
Result<std::vector<RefTip>> refs_below(git_repository* repository, const std::string& prefix);

/// One ref, by its full name; nothing when there is none or it leads nowhere.
Result<std::optional<Oid>> ref_target(git_repository* repository, const std::string& name);

} // namespace gate
