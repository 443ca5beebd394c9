// The bypasses of a repository: a file that only grows, a line of JSON each.
//
//   {"version":1,"time":"2026-01-31T12:00:00Z","where":"server","who":"lead@example.org","reason":"…","remote":"origin",
//    "ref":"refs/heads/master","old":"<oid>","new":"<oid>","rules":[{"rule":"direct-push","what":"…"}]}
#pragma once

#include <filesystem>
#include <vector>

#include "base/error.hpp"
#include "policy/bypass_record.hpp"

namespace gate {

class BypassFile {
public:
  /// Neither the file nor its folder need exist; the first append makes them (0600, 0700).
  explicit BypassFile(std::filesystem::path path) : m_path(std::move(path)) {}

  /// On return they are on disk, after all that was there before; several processes may append at once. What is no UTF-8 is
  /// written as U+FFFD.
  Result<void> append(const std::vector<BypassRecord>& records) const;

  /// Whether an append is likely to succeed, found out without writing: an error says why not.
  Result<void> can_append() const;

  struct Content {
    std::vector<BypassRecord> records; ///< in the order of the file
    std::vector<unsigned> unreadable;  ///< numbers of lines, from 1, that are no records: say so, they must not get lost in silence
  };
  /// A file that is not there has none.
  Result<Content> read() const;
  const std::filesystem::path& path() const { return m_path; }

private:
  std::filesystem::path m_path;
};

} // namespace gate
