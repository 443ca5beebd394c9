// A service of a compose file, as what it would run is told from it: without what does not count.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "engine/json.hpp"

namespace gate {

/// A text as it is, anything else as JSON on one line.
std::string shown_json(const Json& value);

/// Equal values have equal digests: the order of a map's keys does not count.
Digest digest_of_json(const Json& value);

/// A pointer of Git LFS: a checkout may put other content into its place.
bool is_lfs_pointer(std::string_view text);

/// Does the run drop this key of a service, or is it only about the order, or a remark?
bool is_no_part_of_a_run(const std::string& key);

/// Names of variables: the keys of a map, or of a list of NAME=VALUE.
std::set<std::string> variable_names(const Json& value);

/// Names of variables in the text of an env_file.
std::set<std::string> names_in_env_file(std::string_view text);

/// The keys of a service that count, so that services that run the same are equal however they are written; of the environment the
/// names only, since values may be secrets.
Json normalized(const Json& definition);

/// `text`, seen from a folder of the tree, as a path of the tree without "." and ".."; nothing for what the run refuses: absolute,
/// outside, remote, or made of variables.
std::optional<std::string> path_in_tree(const std::filesystem::path& folder, const std::string& text);

} // namespace gate
