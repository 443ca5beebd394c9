#include "git/tree_names.hpp"

#include <array>
#include <cstdint>
#include <optional>

#include <git2/sys/path.h>

namespace gate {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool begins_with_folded(std::string_view text, std::string_view start) {
  if (text.size() < start.size()) {
    return false;
  }
  for (std::size_t i = 0; i < start.size(); ++i) {
    if (lower(text[i]) != start[i]) {
      return false;
    }
  }
  return true;
}

// Windows drops dots and spaces at the end, knows ".git" as "git~1", too, and reads what follows a colon as a
// stream.
bool is_git_on_ntfs(std::string_view name) {
  std::size_t end = 0;
  if (begins_with_folded(name, ".git")) {
    end = 4;
  } else if (begins_with_folded(name, "git~1")) {
    end = 5;
  } else {
    return false;
  }
  const auto other = name.find_first_not_of(". ", end);
  return other == std::string_view::npos || name[other] == '\\' || name[other] == ':';
}

// One code point off the front; nothing where the text is no UTF-8.
std::optional<std::uint32_t> take_code_point(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80             ? 1
                             : (first & 0xe0) == 0xc0 ? 2
                             : (first & 0xf0) == 0xe0 ? 3
                             : (first & 0xf8) == 0xf0 ? 4
                                                      : 0;
  if (length == 0 || text.size() < length) {
    return std::nullopt;
  }
  std::uint32_t point = length == 1 ? first : first & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0) != 0x80) {
      return std::nullopt;
    }
    point = (point << 6) | (next & 0x3fU);
  }
  text.remove_prefix(length);
  return point;
}

// Code points that HFS+ ignores in names (git's utf8.c, next_hfs_char).
bool hfs_ignores(std::uint32_t point) {
  return (point >= 0x200c && point <= 0x200f) || (point >= 0x202a && point <= 0x202e) ||
         (point >= 0x206a && point <= 0x206f) || point == 0xfeff;
}

// git takes a malformed character for the end of the name; so do we.
bool is_git_on_hfs(std::string_view name) {
  std::size_t matched = 0;
  constexpr std::string_view k_git = ".git";
  while (!name.empty()) {
    const auto point = take_code_point(name);
    if (!point) {
      break;
    }
    if (hfs_ignores(*point)) {
      continue;
    }
    if (matched == k_git.size() || *point > 0x7f || lower(static_cast<char>(*point)) != k_git[matched]) {
      return false;
    }
    ++matched;
  }
  return matched == k_git.size();
}

bool is_gitmodules(std::string_view name) {
  return git_path_is_gitfile(name.data(), name.size(), GIT_PATH_GITFILE_GITMODULES, GIT_PATH_FS_GENERIC) != 0;
}

} // namespace

bool may_check_out(std::string_view name, bool is_symlink) {
  if (name.empty() || name == "." || name == ".." || name.find('/') != std::string_view::npos ||
      is_git_on_hfs(name)) {
    return false;
  }
  // To Windows a backslash begins a new component.
  while (true) {
    if (is_git_on_ntfs(name) || (is_symlink && is_gitmodules(name))) {
      return false;
    }
    const auto backslash = name.find('\\');
    if (backslash == std::string_view::npos) {
      return true;
    }
    name.remove_prefix(backslash + 1);
  }
}

} // namespace gate
