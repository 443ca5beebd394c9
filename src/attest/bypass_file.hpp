// The bypasses of a repository: a file that only grows, a line of JSON each.
//
//   {"version":1,"time":"2026-01-31T12:00:00Z","where":"server","who":"lead@example.org","reason":"…","remote":"origin",
//    "ref":"refs/heads/master","old":"<oid>","new":"<oid>","rules":[{"rule":"direct-push","what":"…"}],"state":"done"}
//
// "state" is "granted" where it was not known yet whether the update comes; a line without it is done.
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
