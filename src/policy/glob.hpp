// The matcher below the patterns for refs and for paths. Internal to src/policy.
#pragma once

#include <string_view>

namespace gate {

/// Stands for any number of whole parts of a path, each with its slash, or for none. No pattern that people write can hold it.
inline constexpr char k_any_parts = '\x01';

/// Where a glob may end.
enum class GlobEnd {
  of_text, ///< it speaks of all of the text
  of_part, ///< it may also name a folder, before a slash of the text
};

/// `*` and `?` stop at a slash, `**` does not; `[a-z]` and `[!a-z]` are one byte that is no slash; `\` takes the meaning from the byte
/// behind it. Takes time in the product of the two lengths at most, whatever the glob.
bool glob_matches(std::string_view glob, std::string_view text, GlobEnd end = GlobEnd::of_text);

/// Is every `[` closed, and is there a byte behind every `\`?
bool is_glob(std::string_view glob);

} // namespace gate
