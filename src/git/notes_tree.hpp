// The tree behind a notes ref, as git's own notes.c has it: a note is a file named by the annotated object's hexadecimal digits, of which any
// number of pairs may be folders ("ab/cdef…", "ab/cd/ef…"): git takes more of them as notes get more. Trees of several writers may have the
// same object more than once. Only for the .cpp files of this folder.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/oid.hpp"
#include "git/handles.hpp"

namespace gate {

class NotesTree {
public:
  /// What is no commit, or has no tree that can be read, has no notes. `state` must outlive it.
  explicit NotesTree(const RepositoryState& state, const std::optional<Oid>& commit = {});

  /// The tip is a commit.
  bool is_commit() const { return m_is_commit; }
  /// Of the object's note the first lines (read_note_lines). What can't be read is not there.
  std::vector<std::string> first_lines(const Oid& object) const;
  /// The newest lines (newest_note_lines), for what is to be written. An error: something that should be here is not.
  Result<std::vector<std::string>> newest_lines(const Oid& object) const;
  /// Writes a tree in which these objects have these notes, once each, as "ab/cdef…". Everything else stays as and where it is. No ref moves.
  Result<Oid> with(const std::map<Oid, std::string>& notes) const;

private:
  struct Found {
    std::vector<OdbObject> notes; ///< those in fewer folders first
    bool is_whole = true;         ///< false: one is not here
  };
  Found find(const Oid& object) const;

  const RepositoryState* m_state;
  TreeHandle m_root;
  bool m_is_commit = false;
};

} // namespace gate
