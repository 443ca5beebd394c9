// The refs of the publication ledger, and the objects behind them. Internal to src/git.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "git/ledger_objects.hpp"
#include "git/ledger_tips.hpp"
#include "git/publication_record.hpp"
#include "git/remote_git.hpp"

namespace gate {

class LedgerRefs {
public:
  /// Keeps the reference.
  explicit LedgerRefs(RemoteGit& git) : m_git(git) {}
  /// The repository's common folder, in which tips are remembered; without it, none are. `objects` may be null: then git reads and writes them.
  void be_in(const std::string& common_dir, std::unique_ptr<LedgerObjects> objects);
  /// For the next gate.
  void remember() const;

  /// Fetches what is not here of these refs of the remote. No ref of this repository moves.
  Result<void> fetch(const std::string& remote, const std::vector<RemoteRef>& refs);
  /// The newest 200 commits of what was fetched, the newest first; those of `publisher` are its own. An error: it is no ledger at all.
  Result<std::vector<LedgerEntry>> read(const std::string& remote, const RemoteRef& tip, const std::string& publisher);

  struct Known {
    Oid tip;
    std::vector<LedgerEntry> entries; ///< as of read()
  };
  /// The ref where it was when it was seen or written last, if all that read() would give of it is here. Nobody is asked.
  std::optional<Known> known(const std::string& ref, const std::string& publisher) const;

  struct Place {
    std::string ref;
    std::optional<Oid> tip; ///< as it was seen; nothing: the ref is not there
  };
  /// A commit of the empty tree on top, unless the ref has moved. `by` is "NAME <EMAIL>".
  Result<PushAnswer> put(const std::string& remote, const Place& on, const std::string& message, const std::string& by);

private:
  bool is_here(const std::string& ref, const Oid& tip);
  Result<Oid> commit(const std::optional<Oid>& parent, const std::string& message, const std::string& by);

  RemoteGit& m_git;
  std::unique_ptr<LedgerObjects> m_objects;
  LedgerTips m_known;      ///< whose objects are here, with all that is behind them
  LedgerTips m_remembered; ///< from another time: their objects may be gone
  std::string m_folder;
};

} // namespace gate
